//! A dispatcher is a thread of the pool. It takes a request from the queue, sends it to a worker process, waits for the
//! answer, and comes back for another. There are as many dispatchers as workers, and each worker is with one of them, or
//! idle, or with a caller (see `direct`).

use serde::de::DeserializeOwned;

use super::child::{Config, Pids, Worker, WorkerLost};
use super::protocol::{Answer, BufferPool};
use super::request::{InFlight, Request};
use crate::executor::error::{Error, catch_panic};
use crate::executor::insights::Meters;
use crate::executor::park::lock;
use crate::executor::queue::Queue;
use crate::sync::{Arc, Mutex};

/// The state that the threads of a pool share: its settings, and the workers as they are now.
pub(super) struct Shared {
    pub(super) config: Config,
    pub(super) buffers: BufferPool,
    pub(super) pids: Arc<Mutex<Pids>>,
    /// The workers that have nothing to do. The one that worked last is at the end.
    #[expect(
        clippy::vec_box,
        reason = "each goes from hand to hand some ten times a task"
    )]
    pub(super) idle: Mutex<Vec<Box<Worker>>>,
    pub(super) meters: Option<Meters>,
}

impl Shared {
    pub(super) fn new(config: Config, meters: Option<Meters>) -> Shared {
        Shared {
            config,
            buffers: BufferPool::default(),
            pids: Arc::default(),
            idle: Mutex::default(),
            meters,
        }
    }

    /// Takes an idle worker: that of this number, or else the one that worked last.
    fn take_idle(&self, number: usize) -> Option<Box<Worker>> {
        let mut idle = lock(&self.idle);
        let last = idle.len().checked_sub(1)?;
        let own = idle.iter().position(|worker| worker.number == number);

        Some(idle.swap_remove(own.unwrap_or(last)))
    }
}

/// Dispatches requests until no more come. When the dispatcher goes, an idle worker goes, too.
///
/// It prefers the worker of its own number: the system keeps two that talk with each other on one core, and to wake
/// another core takes long.
pub(super) fn dispatch_all<O: DeserializeOwned>(
    shared: &Shared,
    queue: &Queue<Request<O>>,
    number: usize,
) {
    while let Some(request) = queue.pop() {
        dispatch(shared, queue, request, number);
    }

    let worker = lock(&shared.idle).pop();
    drop(worker);
}

/// Has a request done by the worker that it is with, or an idle one, or a new one. Afterwards that one is idle.
fn dispatch<O: DeserializeOwned>(
    shared: &Shared,
    queue: &Queue<Request<O>>,
    mut request: Request<O>,
    number: usize,
) {
    let Some(mut in_flight) = request.begin() else {
        return;
    };

    let answer = send_and_receive(shared, &mut in_flight, request.tasks, number);
    let answer = answer.unwrap_or_else(|error| {
        // The next worker would fare no better.
        queue.give_up(&error);
        Err(error)
    });

    shared.buffers.put(in_flight.message);
    // Caught, as dropping a result that is not wanted may panic.
    let _ = catch_panic(move || request.finish(answer));
}

/// Returns the answer to a message. The error is that no worker can be had.
fn send_and_receive<O: DeserializeOwned>(
    shared: &Shared,
    in_flight: &mut InFlight,
    tasks: usize,
    number: usize,
) -> Result<Answer<O>, Error> {
    loop {
        let sent = if in_flight.worker.is_some() {
            Ok(())
        } else {
            let worker = match shared.take_idle(number) {
                Some(worker) => worker,
                None => Worker::start::<O>(&shared.config, &shared.pids, shared.meters.as_ref())?,
            };
            in_flight.worker.insert(worker).send(&in_flight.message)
        };

        if let Some(answer) = receive(shared, in_flight, tasks, sent) {
            return Ok(answer);
        }
    }
}

/// Returns the answer of the worker that was sent the message; `None` if the worker is lost and another may be tried.
fn receive<O: DeserializeOwned>(
    shared: &Shared,
    in_flight: &mut InFlight,
    tasks: usize,
    sent: Result<(), WorkerLost>,
) -> Option<Answer<O>> {
    let mut worker = in_flight.worker.take()?;
    match sent.and_then(|()| worker.receive(&in_flight.message, tasks)) {
        Ok(answer) => {
            worker.answers += 1;
            if worker.answers < shared.config.max_tasks_per_child {
                lock(&shared.idle).push(worker);
            }
            Some(answer)
        }
        Err(lost) if lock(&shared.pids).closed => Some(Err(Error::Broken(lost.why))),
        // It died before it had the task. (One that has never done any might go on dying like this.)
        Err(lost) if !lost.had_message && worker.answers > 0 => None,
        Err(lost) if in_flight.tries == shared.config.retries => Some(Err(Error::Broken(lost.why))),
        // The task may have been the reason, or not: that is why trying again has a limit.
        Err(_) => {
            in_flight.tries += 1;
            None
        }
    }
}

/// Waits for the answer to a request that a worker has. If the worker is lost, the request may come back, to be tried
/// again.
pub(super) fn receive_sent<O: DeserializeOwned>(
    shared: &Shared,
    mut request: Request<O>,
) -> Option<Request<O>> {
    let mut in_flight = request.begin()?;
    let Some(answer) = receive(shared, &mut in_flight, request.tasks, Ok(())) else {
        request.in_flight = Some(in_flight);
        return Some(request);
    };

    shared.buffers.put(in_flight.message);
    request.finish(answer);
    None
}
