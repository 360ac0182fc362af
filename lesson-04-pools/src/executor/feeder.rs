//! The pool's side of the work: a feeder, a thread of ours, takes an order from the queue, sends it to a worker process, waits
//! for the answer, and comes back for another. There are as many feeders as workers, and each worker is with one of them,
//! or idle.

use std::process::Command;

use serde::de::DeserializeOwned;

use super::child::Worker;
use super::crew::give_up;
use super::error::{Error, catch};
use super::living::Living;
use super::lock;
use super::order::{Begun, Order};
use super::queue::Queue;
use super::spares::Spares;
use super::worker::Answer;
use crate::sync::{Arc, Mutex};

/// How workers are started and used.
pub(super) struct Plan {
    pub(super) command: Box<dyn Fn(&str) -> Command + Send + Sync>,
    pub(super) name_prefix: String,
    /// A message for each new worker, before all others.
    pub(super) initializer: Option<Vec<u8>>,
    pub(super) max_tasks_per_child: usize,
    pub(super) retries: usize,
    pub(super) spares: Spares,
    pub(super) living: Arc<Mutex<Living>>,
    /// Workers that have nothing to do. The one that worked last comes first: what it knows is still in the cache.
    #[expect(clippy::vec_box, reason = "each goes from hand to hand some ten times a task")]
    pub(super) idle: Mutex<Vec<Box<Worker>>>,
}

/// What a feeder does, until no more orders come. When it goes, an idle worker goes, too.
pub(super) fn feed<O: DeserializeOwned>(plan: &Plan, queue: &Queue<Order<O>>) {
    while let Some(order) = queue.pop() {
        fulfil(plan, queue, order);
    }
    let worker = lock(&plan.idle).pop();
    drop(worker);
}

/// Has an order done by the worker that it is with, or an idle one, or a new one. Afterwards that one is idle.
pub(super) fn fulfil<O: DeserializeOwned>(plan: &Plan, queue: &Queue<Order<O>>, mut order: Order<O>) {
    let Some(Begun { message, worker }) = order.start() else { return };
    let answer = deliver(plan, worker, &message, order.tasks);
    plan.spares.put(message);
    match answer {
        // Caught, as dropping a result that nobody wants may panic.
        Ok(answer) => drop(catch(move || order.finish(answer))),
        Err(error) => {
            // The next worker would fare no better.
            give_up(queue, &error);
            order.finish(Err(error));
        }
    }
}

/// The answer to a message. The error is that no worker can be had.
fn deliver<O: DeserializeOwned>(
    plan: &Plan,
    mut worker: Option<Box<Worker>>,
    message: &[u8],
    tasks: usize,
) -> Result<Answer<O>, Error> {
    let mut tries = 0;
    loop {
        let has_it = worker.is_some();
        let mut current = match worker.take().or_else(|| lock(&plan.idle).pop()) {
            Some(current) => current,
            None => Worker::start::<O>(plan)?,
        };
        let sent = if has_it { Ok(()) } else { current.send(message) };
        match sent.and_then(|()| current.receive(message, tasks)) {
            Ok(answer) => {
                current.answers += 1;
                if current.answers < plan.max_tasks_per_child {
                    lock(&plan.idle).push(current);
                }
                return Ok(answer);
            }
            Err(lost) if lock(&plan.living).closed => return Ok(Err(Error::Broken(lost.why))),
            // It died before it had the task. (One that has never done any might go on dying like this.)
            Err(lost) if !lost.has_begun && current.answers > 0 => {}
            Err(lost) if tries == plan.retries => return Ok(Err(Error::Broken(lost.why))),
            // The task may have been the reason, or not: that is why trying again has a limit.
            Err(_) => tries += 1,
        }
    }
}
