//! What it costs to hand a job over, to a process and to a thread.

use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use common::Failure;

use crate::crew::Crew;
use crate::primes::count;

/// Empty jobs that are sent to learn what sending costs.
const EMPTY: usize = 300;

/// What it costs to send an empty job and get its answer, in seconds: to a process, and to a thread.
///
/// # Errors
/// When a worker fails.
///
/// # Panics
/// Never: counting does not panic.
pub fn job_and_answer() -> Result<(f64, f64), Failure> {
    let mut crew = Crew::start("process ", "primes", 1)?;
    let start = Instant::now();
    let _: Vec<u64> = crew.share_out(&vec![0..0_u64; EMPTY])?;
    let process = start.elapsed().as_secs_f64() / EMPTY as f64;
    crew.finish()?;
    let ((job, jobs), (answer, answers)) = (mpsc::channel(), mpsc::channel());
    let thread = thread::spawn(move || jobs.iter().try_for_each(|range| answer.send(count(range))));
    let start = Instant::now();
    for _ in 0..EMPTY {
        job.send(0..0)?;
        answers.recv()?;
    }
    let each = start.elapsed().as_secs_f64() / EMPTY as f64;
    drop(job);
    thread.join().expect("counting does not panic")?;
    Ok((process, each))
}
