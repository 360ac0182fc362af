//! The pool's side of the work: a feeder, a thread of ours, takes an order from the queue, sends it to a worker process, waits
//! for the answer, and comes back for another. There are as many feeders as workers, and each worker is with one of them,
//! or idle, or lent to somebody else (see `loans`).

use std::process::Command;

use serde::de::DeserializeOwned;

use super::child::Worker;
use super::crew::give_up;
use super::error::{Error, catch};
use super::exchange::Lost;
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
    /// Workers that have nothing to do. The one that worked last is at the end.
    #[expect(
        clippy::vec_box,
        reason = "each goes from hand to hand some ten times a task"
    )]
    pub(super) idle: Mutex<Vec<Box<Worker>>>,
}

impl Plan {
    /// An idle worker: that of this number, or else the one that worked last.
    fn idle_worker(&self, number: usize) -> Option<Box<Worker>> {
        let mut idle = lock(&self.idle);
        let last = idle.len().checked_sub(1)?;
        let place = idle
            .iter()
            .position(|worker| worker.number == number)
            .unwrap_or(last);
        Some(idle.swap_remove(place))
    }
}

/// What a feeder does, until no more orders come. When it goes, an idle worker goes, too. Where it can it takes the worker
/// of its own number: the system keeps two that talk with each other on one core, and to wake another core takes long.
pub(super) fn feed<O: DeserializeOwned>(plan: &Plan, queue: &Queue<Order<O>>, number: usize) {
    while let Some(order) = queue.pop() {
        fulfil(plan, queue, order, number);
    }
    let worker = lock(&plan.idle).pop();
    drop(worker);
}

/// Has an order done by the worker that it is with, or an idle one, or a new one. Afterwards that one is idle.
fn fulfil<O: DeserializeOwned>(
    plan: &Plan,
    queue: &Queue<Order<O>>,
    mut order: Order<O>,
    number: usize,
) {
    let Some(mut begun) = order.start() else {
        return;
    };
    let answer = deliver(plan, &mut begun, order.tasks, number).unwrap_or_else(|error| {
        // The next worker would fare no better.
        give_up(queue, &error);
        Err(error)
    });
    plan.spares.put(begun.message);
    // Caught, as dropping a result that nobody wants may panic.
    let _ = catch(move || order.finish(answer));
}

/// Has an order done by the worker that it is with. If that is lost, the order may come back: it is to be tried again.
pub(super) fn hear<O: DeserializeOwned>(plan: &Plan, mut order: Order<O>) -> Option<Order<O>> {
    let mut begun = order.start()?;
    let Some(answer) = receive(plan, &mut begun, order.tasks, Ok(())) else {
        order.begun = Some(begun);
        return Some(order);
    };
    plan.spares.put(begun.message);
    order.finish(answer);
    None
}

/// The answer to a message. The error is that no worker can be had.
fn deliver<O: DeserializeOwned>(
    plan: &Plan,
    begun: &mut Begun,
    tasks: usize,
    number: usize,
) -> Result<Answer<O>, Error> {
    loop {
        let sent = if begun.worker.is_some() {
            Ok(())
        } else {
            let worker = plan
                .idle_worker(number)
                .map_or_else(|| Worker::start::<O>(plan), Ok)?;
            begun.worker.insert(worker).send(&begun.message)
        };
        if let Some(answer) = receive(plan, begun, tasks, sent) {
            return Ok(answer);
        }
    }
}

/// The answer of the worker that was sent the message. `None`: it is lost, and another one may be tried.
fn receive<O: DeserializeOwned>(
    plan: &Plan,
    begun: &mut Begun,
    tasks: usize,
    sent: Result<(), Lost>,
) -> Option<Answer<O>> {
    let mut worker = begun.worker.take()?;
    match sent.and_then(|()| worker.receive(&begun.message, tasks)) {
        Ok(answer) => {
            worker.answers += 1;
            if worker.answers < plan.max_tasks_per_child {
                lock(&plan.idle).push(worker);
            }
            Some(answer)
        }
        Err(lost) if lock(&plan.living).closed => Some(Err(Error::Broken(lost.why))),
        // It died before it had the task. (One that has never done any might go on dying like this.)
        Err(lost) if !lost.has_begun && worker.answers > 0 => None,
        Err(lost) if begun.tries == plan.retries => Some(Err(Error::Broken(lost.why))),
        // The task may have been the reason, or not: that is why trying again has a limit.
        Err(_) => {
            begun.tries += 1;
            None
        }
    }
}
