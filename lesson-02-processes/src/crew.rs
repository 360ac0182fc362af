//! A few workers and one list of jobs: each job goes to whoever is free.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use common::process::Child;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::hire::{self, ask, finish};
use crate::wire::WorkerError;

/// Workers of one role.
#[derive(Debug)]
pub struct Crew {
    workers: Vec<(String, Child)>,
}

impl Crew {
    /// Starts `count` workers, called `name` and a number from 1.
    ///
    /// # Errors
    /// When one cannot be started.
    pub fn start(name: &str, role: &str, count: usize) -> io::Result<Crew> {
        let names = (1..=count).map(|number| format!("{name}{number}"));
        let workers = names.map(|name| Ok((name.clone(), hire::start(&name, role)?)));
        Ok(Crew {
            workers: workers.collect::<io::Result<_>>()?,
        })
    }

    /// Does the jobs, one at a time to whoever is free, and gives the answers in the order of the jobs.
    ///
    /// # Errors
    /// When a worker fails. What to do with its job then is the subject of `pool`.
    ///
    /// # Panics
    /// Never: the threads only pass messages on.
    pub fn share_out<J: Serialize + Sync, R: DeserializeOwned + Send>(
        &mut self,
        jobs: &[J],
    ) -> Result<Vec<R>, WorkerError> {
        let next = AtomicUsize::new(0);
        // A thread for each worker waits for its answers. It computes nothing itself.
        let serve = |name: &str, worker: &mut Child| -> Result<Vec<(usize, R)>, WorkerError> {
            let mut answers = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(job) = jobs.get(index) else {
                    return Ok(answers);
                };
                answers.push((index, ask(worker, name, job)?));
            }
        };
        let answers: Vec<Result<Vec<(usize, R)>, WorkerError>> = thread::scope(|scope| {
            let serve = &serve;
            let threads: Vec<_> = self
                .workers
                .iter_mut()
                .map(|(name, worker)| scope.spawn(|| serve(name, worker)))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("it only passes messages on"))
                .collect()
        });
        let mut answers: Vec<(usize, R)> = answers
            .into_iter()
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .flatten()
            .collect();
        answers.sort_by_key(|(index, _)| *index);
        Ok(answers.into_iter().map(|(_, answer)| answer).collect())
    }

    /// Sends everybody home and looks at how they ended.
    ///
    /// # Errors
    /// When a worker failed.
    pub fn finish(self) -> Result<(), WorkerError> {
        self.workers
            .into_iter()
            .try_for_each(|(name, worker)| finish(worker, &name))
    }
}
