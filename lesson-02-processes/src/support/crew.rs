//! A few workers and one list of jobs: each job goes to a worker that is free.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::support::messages::WorkerError;
use crate::support::worker_process::WorkerProcess;

/// Workers of one role.
#[derive(Debug)]
pub struct Crew {
    workers: Vec<WorkerProcess>,
}

impl Crew {
    /// Starts `count` workers, called `name` and a number from 1.
    pub fn start(name: &str, role: &str, count: usize) -> io::Result<Crew> {
        let mut workers = Vec::new();
        for number in 1..=count {
            workers.push(WorkerProcess::start(&format!("{name}{number}"), role)?);
        }
        Ok(Crew { workers })
    }

    /// Sends the jobs, one at a time to a worker that is free, and returns the answers in the order of the jobs.
    pub fn share_out<J: Serialize + Sync, R: DeserializeOwned + Send>(
        &mut self,
        jobs: &[J],
    ) -> Result<Vec<R>, WorkerError> {
        let next = AtomicUsize::new(0);
        let mut answers = Vec::new();

        // A thread for each worker waits for its answers. It computes nothing itself.
        thread::scope(|scope| {
            let threads: Vec<_> = self
                .workers
                .iter_mut()
                .map(|worker| scope.spawn(|| ask_one_by_one(worker, jobs, &next)))
                .collect();
            for thread in threads {
                answers.extend(thread.join().expect("it only passes messages on")?);
            }
            Ok(())
        })?;

        answers.sort_by_key(|(index, _)| *index);
        Ok(answers.into_iter().map(|(_, answer)| answer).collect())
    }

    /// Ends all workers and looks at how they ended.
    pub fn finish(self) -> Result<(), WorkerError> {
        self.workers.into_iter().try_for_each(WorkerProcess::finish)
    }
}

/// Asks a worker for one job after the other, for as long as there is one that no other worker has.
fn ask_one_by_one<J: Serialize, R: DeserializeOwned>(
    worker: &mut WorkerProcess,
    jobs: &[J],
    next: &AtomicUsize,
) -> Result<Vec<(usize, R)>, WorkerError> {
    let mut answers = Vec::new();
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(job) = jobs.get(index) else {
            return Ok(answers);
        };
        answers.push((index, worker.ask(job)?));
    }
}
