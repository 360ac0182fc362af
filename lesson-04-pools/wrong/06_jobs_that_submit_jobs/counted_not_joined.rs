//! fails: left a thread behind
//!
//! `with` waits for the jobs, which it counts, and not for the threads.

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
    done: u32,
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
    /// Runs `work` with a pool of so many threads, and closes it.
    pub fn with<T>(workers: usize, work: impl FnOnce(&Pool) -> T) -> T {
        let pool = Pool(Arc::default());
        let start = |_| {
            let pool = pool.clone();
            thread::spawn(move || pool.work())
        };
        (0..workers).map(start).for_each(drop);
        let result = work(&pool);
        let mut state = pool.lock();
        state.closed = true;
        pool.0.changed.notify_all();
        while state.done < state.tickets {
            state = pool.0.changed.wait(state).unwrap();
        }
        drop(state);
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
        loop {
            let mut state = self.lock();
            if let Some(result) = state.results.remove(&ticket) {
                return result;
            }
            match state.jobs.pop_back() {
                Some(next) => self.run(state, next),
                None => drop(
                    self.0
                        .changed
                        .wait(state)
                        .expect("no job runs under the lock"),
                ),
            }
        }
    }

    /// Does a job without the lock, and puts its result down.
    fn run(&self, state: MutexGuard<State>, (ticket, job): (Ticket, Job)) {
        drop(state);
        let result = job(self);
        let mut state = self.lock();
        state.results.insert(ticket, result);
        state.done += 1;
        drop(state);
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
