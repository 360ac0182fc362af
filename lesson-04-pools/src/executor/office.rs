//! The place that feeders and lenders of a process pool share: the queue, the idle workers, and the jobs that are lent.

use nix::sys::signal::Signal;
use serde::de::DeserializeOwned;

use super::child::Worker;
use super::error::{Error, Fail, catch};
use super::feeder::{Plan, hear};
use super::loans::{Lender, Loan, Loans};
use super::lock;
use super::order::{Begun, Order};
use super::queue::Queue;
use crate::sync::Arc;

pub(super) struct Office<O> {
    pub(super) plan: Arc<Plan>,
    queue: Arc<Queue<Order<O>>>,
    loans: Loans<Order<O>>,
}

impl<O: DeserializeOwned + Send + 'static> Office<O> {
    pub(super) fn new(plan: Arc<Plan>, queue: Arc<Queue<Order<O>>>) -> Arc<Office<O>> {
        Arc::new(Office {
            plan,
            loans: Loans::new(Arc::clone(&queue)),
            queue,
        })
    }

    /// Gives a message of this length to a worker that is idle. If there is none, or it would have to be waited for, the
    /// order comes back.
    pub(super) fn lend(
        self: &Arc<Self>,
        mut order: Order<O>,
        length: usize,
    ) -> Result<Loan, Order<O>> {
        let Some(mut worker) = self.idle_worker(length) else {
            return Err(order);
        };
        let begun = order.start().expect("nobody has seen its handle yet");
        // If it has died, a feeder finds another.
        let worker = worker.send(&begun.message).is_ok().then_some(worker);
        order.begun = Some(Begun { worker, ..begun });
        let number = self.loans.lend(order);
        let lender = Arc::downgrade(self);
        Ok(Loan(Some(Box::new((lender, number)))))
    }

    /// An idle worker, and with it the seat of a feeder that sleeps.
    fn idle_worker(&self, length: usize) -> Option<Box<Worker>> {
        if !self.queue.take_seat() {
            return None;
        }
        let worker = lock(&self.plan.idle).pop_if(|worker| worker.takes_at_once(length));
        if worker.is_none() {
            // One would have to be started, which takes a thousand times as long, or to read: a feeder waits for that.
            self.queue.leave_seat();
        }
        worker
    }

    /// Waits for the answer to an order that was lent, in the feeder's place.
    fn hear(&self, order: Order<O>) {
        // Caught, so that the seat is given back in any case.
        match catch(|| hear(&self.plan, order)) {
            // To find another worker, or to find that there is none, is up to a feeder.
            Ok(Some(order)) => self.queue.push_begun(order),
            _ => self.queue.leave_seat(),
        }
    }

    /// Has feeders go on with all that is lent and not yet asked for.
    pub(super) fn recall(&self) {
        self.loans.recall();
    }

    /// From now on no order is taken, and those that have begun are with feeders.
    pub(super) fn close(&self, error: Error) {
        self.queue.end(error);
        self.recall();
    }

    /// Closes, and sends all workers a signal to end.
    pub(super) fn end_workers(&self, signal: Signal) {
        self.close(Error::ShutDown);
        let waiting = self.queue.take_waiting();
        lock(&self.plan.living).signal_all(signal);
        // Told last: a callback may wait for the workers' end.
        for order in waiting {
            order.fail(Error::Cancelled);
        }
    }
}

impl<O: DeserializeOwned + Send + 'static> Lender for Office<O> {
    fn settle(&self, number: u64) {
        if let Some(order) = self.loans.claim(number) {
            self.hear(order);
        }
    }

    fn hand_over(&self, number: u64) {
        match self.loans.claim(number) {
            // A job that is done says so when it is asked, though nobody has asked before.
            Some(order) if order.has_answer() => self.hear(order),
            Some(order) => self.queue.push_begun(order),
            None => {}
        }
    }
}
