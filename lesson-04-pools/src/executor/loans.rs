//! Lending: who waits for a job of a process pool may as well talk to the worker himself. A feeder in between would have to
//! be woken twice, and that takes longer than the two pipes.
//!
//! While a feeder sleeps, its *seat* is free: the right to use one of the pool's workers. Whoever submits a job takes the
//! seat, sends the job to a worker, and leaves it here: a loan. From then on there are two ways:
//!
//! - The job's handle is asked for the result. Then the thread that asks waits for the worker's answer and gives the seat
//!   back. No other thread has been woken.
//! - Anybody wants something else: a job has to wait for a seat, the pool is shut down, the handle is asked whether or when
//!   it is done, or dropped. Then the job is handed over to the feeder whose seat it was, unless it is done by now. To a
//!   feeder it also goes if its worker dies: a job that is tried again may take long, and break the pool.

use super::error::Fail;
use super::lock;
use super::queue::Queue;
use crate::sync::{Arc, Mutex, Weak};

/// Jobs that have begun and that nobody waits for.
pub(crate) struct Loans<J> {
    queue: Arc<Queue<J>>,
    open: Mutex<Open<J>>,
}

struct Open<J> {
    jobs: Vec<(u64, J)>,
    next: u64,
}

impl<J: Fail> Loans<J> {
    pub(crate) fn new(queue: Arc<Queue<J>>) -> Loans<J> {
        Loans {
            queue,
            open: Mutex::new(Open {
                jobs: Vec::new(),
                next: 0,
            }),
        }
    }

    /// Keeps a job for whom a seat was taken, under the number that it gives back.
    pub(crate) fn lend(&self, job: J) -> u64 {
        let mut open = lock(&self.open);
        let number = open.next;
        open.next += 1;
        open.jobs.push((number, job));
        drop(open);
        // Whoever wanted it in the moment before did not find it.
        if self.queue.wants_seats() {
            self.recall();
        }
        number
    }

    /// Takes the job out, for the one who will give the seat back. `None`: somebody else has it.
    pub(crate) fn claim(&self, number: u64) -> Option<J> {
        let mut open = lock(&self.open);
        let place = open.jobs.iter().position(|(job, _)| *job == number)?;
        Some(open.jobs.swap_remove(place).1)
    }

    /// Has feeders go on with all of them.
    pub(crate) fn recall(&self) {
        let jobs = std::mem::take(&mut lock(&self.open).jobs);
        for (_, job) in jobs {
            self.queue.push_begun(job);
        }
    }
}

/// Where a job is lent from, whatever it gives.
pub(super) trait Lender: Send + Sync {
    /// Waits for the worker's answer, here.
    fn settle(&self, number: u64);
    /// Has a feeder wait for the answer, unless it is there already.
    fn hand_over(&self, number: u64);
}

/// A loan, in the hand of the one who may ask for the result; or none. If nobody ever asks, a feeder goes on.
/// In a box, because most handles have none, and there may be many handles. If the pool has gone, feeders have
/// done all that it had lent.
#[derive(Default)]
pub(super) struct Loan(pub(super) Option<Box<(Weak<dyn Lender>, u64)>>);

impl Loan {
    /// Waits for the worker's answer, if nobody else does.
    pub(super) fn settle(mut self) {
        if let Some((lender, number)) = self.lender() {
            // There will be nothing to hand over.
            self.0 = None;
            lender.settle(number);
        }
    }

    pub(super) fn hand_over(&self) {
        if let Some((lender, number)) = self.lender() {
            lender.hand_over(number);
        }
    }

    fn lender(&self) -> Option<(Arc<dyn Lender>, u64)> {
        let (lender, number) = self.0.as_deref()?;
        Some((lender.upgrade()?, *number))
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        self.hand_over();
    }
}
