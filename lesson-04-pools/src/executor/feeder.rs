//! The pool's side of the work: for each worker process a thread of ours, the feeder, takes an order from the queue, sends
//! it, waits for the answer, and comes back for another.

use std::process::Command;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::de::DeserializeOwned;

use super::child::Worker;
use super::crew::give_up;
use super::error::{Error, catch};
use super::lock;
use super::order::Order;
use super::queue::Queue;
use super::spares::Spares;
use super::worker::Answer;
use crate::sync::Mutex;

/// How workers are started and used.
pub(super) struct Plan {
    pub(super) command: Box<dyn Fn(&str) -> Command + Send + Sync>,
    pub(super) name_prefix: String,
    /// A message for each new worker, before all others.
    pub(super) initializer: Option<Vec<u8>>,
    pub(super) max_tasks_per_child: usize,
    pub(super) retries: usize,
    pub(super) spares: Spares,
    pub(super) living: Mutex<Living>,
}

/// The workers that have not been reaped: a process id in this list cannot belong to anybody else.
#[derive(Default)]
pub(super) struct Living {
    pub(super) pids: Vec<u32>,
    /// No more workers may be started.
    pub(super) closed: bool,
}

impl Plan {
    /// Sends all workers a signal, and lets no more be started.
    pub(super) fn signal_all(&self, signal: Signal) {
        let mut living = lock(&self.living);
        living.closed = true;
        for pid in living.pids.iter().filter_map(|pid| i32::try_from(*pid).ok()) {
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }
}

/// Why there is no answer.
pub(super) struct Lost {
    /// Which worker it was and what became of it.
    pub(super) why: String,
    /// It had the whole message.
    pub(super) has_begun: bool,
}

/// What a feeder does, until no more orders come. It starts its worker with the first one.
pub(super) fn feed<O: DeserializeOwned>(plan: &Plan, queue: &Queue<Order<O>>, number: usize) {
    let name = format!("{}-{number}", plan.name_prefix);
    let mut worker = None;
    while let Some(order) = queue.pop() {
        let Some(message) = order.start() else { continue };
        let answer = deliver(plan, &name, &mut worker, &message, order.tasks);
        plan.spares.put(message);
        match answer {
            // Caught, as dropping a result that nobody wants may panic.
            Ok(answer) => drop(catch(move || order.finish(answer))),
            Err(error) => {
                // The next worker would fare no better.
                give_up(queue, &error);
                return order.finish(Err(error));
            }
        }
    }
}

/// Has a message of so many tasks done by the worker at hand, or by a new one if there is none. The error is that no
/// worker can be had.
fn deliver<'p, O: DeserializeOwned>(
    plan: &'p Plan,
    name: &'p str,
    worker: &mut Option<Worker<'p>>,
    message: &[u8],
    tasks: usize,
) -> Result<Answer<O>, Error> {
    let mut tries = 0;
    loop {
        let mut current = match worker.take() {
            Some(current) => current,
            None => Worker::start::<O>(plan, name)?,
        };
        match current.ask(message, tasks) {
            Ok(answer) => {
                current.answers += 1;
                if current.answers < plan.max_tasks_per_child {
                    *worker = Some(current);
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
