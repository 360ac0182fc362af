//! A keeper: a thread that looks after one worker, and starts another when that one fails.

use std::io;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::support::messages::WorkerError;
use crate::support::worker_process::WorkerProcess;

/// An item, and which try of it this is.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Attempt {
    pub item: u32,
    pub tries: u32,
}

/// A keeper's message to the supervisor.
pub enum Event {
    Done(Attempt, u64),
    Failed(Attempt, WorkerError),
    NoWorker(io::Error),
}

/// Takes items from the queue until it is closed, and hands them to a worker. A worker that dies, sends nonsense or
/// takes longer than `limit` has failed.
pub fn keep(
    queue: &Mutex<Receiver<Attempt>>,
    events: &Sender<Event>,
    start: impl Fn() -> io::Result<WorkerProcess>,
    limit: Duration,
) -> io::Result<()> {
    let next = || queue.lock().expect("no keeper panics").recv();
    let mut idle: Option<WorkerProcess> = None;
    while let Ok(attempt) = next() {
        let mut worker = match idle.take() {
            Some(worker) => worker,
            None => start()?,
        };

        // A worker that is dead already cannot read. Then no answer comes.
        let _ = worker.send(&attempt);
        let event = match worker.receive_within(limit) {
            Ok(Some(result)) => {
                idle = Some(worker);
                Event::Done(attempt, result)
            }
            Ok(None) => Event::Failed(attempt, worker.ended()),
            // The worker is dropped here, and so it is killed.
            Err(error) => Event::Failed(attempt, error),
        };
        let _ = events.send(event);
    }
    Ok(())
}
