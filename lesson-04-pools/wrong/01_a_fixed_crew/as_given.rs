//! fails: still to do
//!
//! A fixed crew: a few threads do any number of jobs.
//!
//! `run_all` does all of these jobs with `workers` threads, and returns when the last job is done. Where there are fewer
//! jobs, fewer threads will do. A free thread takes the next job: no plan says which does what, so one long job
//! holds up its own thread and no other. The thread that calls `run_all` does no job. A thread that finds nothing to do sleeps or
//! ends: it does not ask again and again.
//!
//! The parts are a channel, and a lock around its receiving end, because a receiver belongs to one thread at a time.
//! Mind how long that lock is held.
//!
//! Study first: `cargo run -p lesson-04-pools -- by-hand`, src/by_hand/s2_channel.rs
//! Judge it:    `cargo run -p lesson-04-pools -- check 01_a_fixed_crew`
//! Level:       2 of 3, about 20 minutes

// std under another name: the check puts in threads and channels there that take their steps in every order.
use crate::sync::{Arc, Mutex, mpsc, thread};

/// Something to do.
pub type Job = Box<dyn FnOnce() + Send>;

/// Does all jobs on `workers` threads.
pub fn run_all(workers: usize, jobs: Vec<Job>) {
    todo!("a channel with the jobs in it, and threads that take from it")
}
