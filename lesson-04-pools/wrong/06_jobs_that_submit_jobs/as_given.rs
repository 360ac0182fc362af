//! fails: deadlock
//!
//! All threads wait for jobs that only they could do.
//!
//! No deadlock when jobs submit jobs: a thread that waits can work meanwhile.
//!
//! A job of this pool may hand in two smaller jobs and wait for their results. When every thread of the pool waits like
//! this, no thread is left that would do the smaller jobs. More threads only need a larger tree of jobs to hang again.
//! Change `result` so that a thread that waits for a result does other jobs of the queue until it is there. While the queue is
//! empty, it sleeps: it does not ask again and again. The pool starts no further threads. As it is now, all jobs that were
//! handed in are done when `with` returns, also those whose result was never asked for, and all threads have ended.
//!
//! Study first: `cargo run -p lesson-04-pools -- starvation`, src/pitfalls/starvation.rs
//! Judge it:    `cargo run -p lesson-04-pools -- check 06_jobs_that_submit_jobs`
//! Level:       3 of 3, about 20 minutes

// std under another name: the check puts in threads and channels there that take their steps in every order.
use crate::sync::{Arc, Condvar, Mutex, MutexGuard, thread};
use std::collections::{BTreeMap, VecDeque};

/// Something to do, which may hand in more jobs.
type Job = Box<dyn FnOnce(&Pool) -> u32 + Send>;

/// By this number a result is asked for.
pub type Ticket = u32;

#[derive(Default)]
struct State {
    jobs: VecDeque<(Ticket, Job)>,
    results: BTreeMap<Ticket, u32>,
    tickets: Ticket,
    closed: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// A job has come, a result is there, or it is over.
    changed: Condvar,
}

/// A fixed number of threads. Its jobs get it as well.
#[derive(Clone)]
pub struct Pool(Arc<Shared>);

impl Pool {
    /// Runs `work` with a pool of so many threads, and ends them.
    pub fn with<T>(workers: usize, work: impl FnOnce(&Pool) -> T) -> T {
        let pool = Pool(Arc::default());
        let start = |_| {
            let pool = pool.clone();
            thread::spawn(move || pool.work())
        };
        let threads: Vec<_> = (0..workers).map(start).collect();
        let result = work(&pool);
        pool.lock().closed = true;
        pool.0.changed.notify_all();
        threads
            .into_iter()
            .for_each(|thread| thread.join().expect("no job panics"));
        result
    }

    /// Hands in a job.
    pub fn submit(&self, job: impl FnOnce(&Pool) -> u32 + Send + 'static) -> Ticket {
        let mut state = self.lock();
        state.tickets += 1;
        let ticket = state.tickets;
        state.jobs.push_back((ticket, Box::new(job)));
        drop(state);
        self.0.changed.notify_all();
        ticket
    }

    /// Waits for the result of a job.
    pub fn result(&self, ticket: Ticket) -> u32 {
        let mut state = self.lock();
        loop {
            if let Some(result) = state.results.remove(&ticket) {
                return result;
            }
            state = self
                .0
                .changed
                .wait(state)
                .expect("no job runs under the lock");
        }
    }

    /// Does a job without the lock, and puts its result down.
    fn run(&self, state: MutexGuard<State>, (ticket, job): (Ticket, Job)) {
        drop(state);
        let result = job(self);
        self.lock().results.insert(ticket, result);
        self.0.changed.notify_all();
    }

    /// What each thread does.
    fn work(&self) {
        loop {
            let mut state = self.lock();
            while state.jobs.is_empty() && !state.closed {
                state = self
                    .0
                    .changed
                    .wait(state)
                    .expect("no job runs under the lock");
            }
            let Some(next) = state.jobs.pop_front() else {
                return;
            };
            self.run(state, next);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().expect("no job runs under the lock")
    }
}
