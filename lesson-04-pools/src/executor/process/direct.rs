//! The direct path, a shortcut that a first reading can skip: a caller that submits a task and waits for it talks to the
//! worker itself. A dispatcher in between would have to be woken twice, and that takes longer than the two pipes.
//!
//! While a dispatcher is parked its permit is free: the right to use one of the pool's workers. The caller that submits a
//! job takes the permit, sends the job to an idle worker, and leaves it here as sent. From then on there are two ways:
//!
//! - The job's handle is asked for the result. Then the thread that asks waits for the worker's answer and returns the
//!   permit. No other thread has been woken.
//! - Anything else: a job has to wait for a permit, the pool is shut down, the handle is asked whether or when it is done,
//!   or dropped. Then the job goes to the dispatcher whose permit it was, unless it is done by now. To a dispatcher it also
//!   goes if its worker dies: a job that is tried again may take long, and break the pool.

use std::mem::take;

use serde::de::DeserializeOwned;

use super::child::Worker;
use super::dispatcher::{Shared, receive_sent};
use super::request::{InFlight, Request};
use crate::executor::error::catch_panic;
use crate::executor::handle::Driver;
use crate::executor::park::lock;
use crate::executor::queue::{Queue, Queued};
use crate::sync::{Arc, Mutex, Weak};

/// The jobs that a worker has and no thread waits for. Each has a permit.
pub(crate) struct SentJobs<J> {
    queue: Arc<Queue<J>>,
    sent: Mutex<Numbered<J>>,
}

/// At most as many as the pool has workers: they are found by looking at one after the other.
struct Numbered<J> {
    jobs: Vec<(u64, J)>,
    next: u64,
}

impl<J: Queued> SentJobs<J> {
    pub(crate) fn new(queue: Arc<Queue<J>>) -> SentJobs<J> {
        let jobs = Vec::new();
        SentJobs {
            queue,
            sent: Mutex::new(Numbered { jobs, next: 0 }),
        }
    }

    /// Keeps a job for which a permit was taken. Returns its number.
    pub(crate) fn add(&self, job: J) -> u64 {
        let mut sent = lock(&self.sent);
        let number = sent.next;
        sent.next += 1;
        sent.jobs.push((number, job));
        drop(sent);

        // A thread that wanted the permit in the moment before did not find the job.
        if self.queue.needs_permits() {
            self.all_to_dispatchers();
        }
        number
    }

    /// Takes a job out for a thread that will return its permit. Returns `None` if another thread has it.
    pub(crate) fn take(&self, number: u64) -> Option<J> {
        let mut sent = lock(&self.sent);
        let place = sent.jobs.iter().position(|(other, _)| *other == number)?;

        Some(sent.jobs.swap_remove(place).1)
    }

    /// Has dispatchers go on with all of them.
    pub(crate) fn all_to_dispatchers(&self) {
        let jobs = take(&mut lock(&self.sent).jobs);

        for (_, job) in jobs {
            self.queue.return_permit_with(job);
        }
    }
}

/// The direct path to a pool's workers.
pub(super) struct Direct<O> {
    shared: Arc<Shared>,
    queue: Arc<Queue<Request<O>>>,
    sent: SentJobs<Request<O>>,
}

impl<O: DeserializeOwned + Send + 'static> Direct<O> {
    pub(super) fn new(shared: Arc<Shared>, queue: Arc<Queue<Request<O>>>) -> Arc<Direct<O>> {
        let sent = SentJobs::new(Arc::clone(&queue));
        Arc::new(Direct {
            shared,
            queue,
            sent,
        })
    }

    /// Sends a request with a message of this length to a worker that is idle. If there is none, or sending would have to
    /// wait, the request comes back.
    pub(super) fn send_now(
        self: &Arc<Self>,
        mut request: Request<O>,
        length: usize,
    ) -> Result<Box<dyn Driver>, Request<O>> {
        let Some(mut worker) = self.take_idle(length) else {
            return Err(request);
        };

        let in_flight = request.begin().expect("its handle is not there yet");
        // If it has died, a dispatcher finds another.
        let worker = worker.send(&in_flight.message).is_ok().then_some(worker);
        request.in_flight = Some(InFlight {
            worker,
            ..in_flight
        });

        let number = self.sent.add(request);
        let direct = Arc::downgrade(self);
        Ok(Box::new(SentJob { direct, number }))
    }

    /// Takes an idle worker, and with it the permit of a dispatcher that is parked.
    fn take_idle(&self, length: usize) -> Option<Box<Worker>> {
        if !self.queue.try_take_permit() {
            return None;
        }
        let worker = lock(&self.shared.idle).pop_if(|worker| worker.takes_at_once(length));

        if worker.is_none() {
            // One would have to be started, which takes a thousand times as long, or to read: a dispatcher waits for that.
            self.queue.return_permit();
        }
        worker
    }

    /// Waits for the answer to a request, in the dispatcher's place.
    fn receive(&self, request: Request<O>) {
        // Caught, so that the permit is returned in any case.
        match catch_panic(|| receive_sent(&self.shared, request)) {
            // To find another worker, or to find that there is none, is up to a dispatcher.
            Ok(Some(request)) => self.queue.return_permit_with(request),
            _ => self.queue.return_permit(),
        }
    }

    /// Has dispatchers go on with all that is sent and not yet asked for.
    pub(super) fn all_to_dispatchers(&self) {
        self.sent.all_to_dispatchers();
    }
}

/// A job that was sent. If the pool has gone, dispatchers have done all that it had sent.
struct SentJob<O: DeserializeOwned + Send + 'static> {
    direct: Weak<Direct<O>>,
    number: u64,
}

impl<O: DeserializeOwned + Send + 'static> Driver for SentJob<O> {
    fn receive_here(mut self: Box<Self>) {
        // Taken: when it is dropped there will be nothing to move on.
        if let Some(direct) = take(&mut self.direct).upgrade()
            && let Some(request) = direct.sent.take(self.number)
        {
            direct.receive(request);
        }
    }

    fn to_dispatcher(&self) {
        let Some(direct) = self.direct.upgrade() else {
            return;
        };

        match direct.sent.take(self.number) {
            // A job that is done says so when it is asked, though its result was not asked for before.
            Some(request) if request.has_answer() => direct.receive(request),
            Some(request) => direct.queue.return_permit_with(request),
            None => {}
        }
    }
}

impl<O: DeserializeOwned + Send + 'static> Drop for SentJob<O> {
    fn drop(&mut self) {
        self.to_dispatcher();
    }
}
