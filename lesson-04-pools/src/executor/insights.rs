//! How the workers of a pool spend their time.
//!
//! It is measured only if the pool's builder is told to: to read the clock twice takes as long as a tiny job. The locks
//! here are std's own, also under test: to measure takes no part in the orders that are tried.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::sync::{Arc, Weak};

/// A worker's time since it was ready for jobs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorkerInsight {
    /// The worker's name, as on the timeline.
    pub name: String,
    /// The seconds in which it had a job.
    pub busy_s: f64,
    /// The seconds in which it waited for one.
    pub waiting_s: f64,
}

impl WorkerInsight {
    /// Returns the share of its time in which it had a job, from 0 to 1.
    pub fn busy_share(&self) -> f64 {
        let total = self.busy_s + self.waiting_s;
        if total > 0.0 {
            self.busy_s / total
        } else {
            0.0
        }
    }

    /// Returns the share of its time in which it waited for a job, from 0 to 1.
    pub fn waiting_share(&self) -> f64 {
        1.0 - self.busy_share()
    }
}

/// The meters of a pool's workers, in the order in which they were ready. Each belongs to its worker, and goes with it.
#[derive(Default)]
pub(super) struct Meters(Mutex<Vec<Weak<Meter>>>);

impl Meters {
    /// Returns a meter for a worker that is ready now.
    pub(super) fn start(&self, name: String) -> Arc<Meter> {
        let meter = Arc::new(Meter {
            name,
            ready: Instant::now(),
            spent: Mutex::default(),
        });

        let mut meters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        meters.retain(|meter| meter.strong_count() > 0);
        meters.push(Arc::downgrade(&meter));
        meter
    }

    pub(super) fn read(&self) -> Vec<WorkerInsight> {
        let meters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let alive = meters.iter().filter_map(Weak::upgrade);
        alive.map(|meter| meter.read()).collect()
    }
}

/// Measures the time in which one worker has a job.
pub(super) struct Meter {
    name: String,
    ready: Instant,
    spent: Mutex<Spent>,
}

#[derive(Default)]
struct Spent {
    busy: Duration,
    /// The start of the job that the worker has.
    busy_since: Option<Instant>,
}

impl Meter {
    /// Notes that the worker has a job, from now on if it has not had it before.
    pub(super) fn begin(&self) {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.busy_since.get_or_insert_with(Instant::now);
    }

    /// Notes that the worker has no job any more.
    pub(super) fn end(&self) {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(since) = spent.busy_since.take() {
            spent.busy += since.elapsed();
        }
    }

    fn read(&self) -> WorkerInsight {
        let spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();

        let current = spent.busy_since.map_or(Duration::ZERO, |since| now - since);
        let busy = spent.busy + current;
        let waiting = (now - self.ready).saturating_sub(busy);
        WorkerInsight {
            name: self.name.clone(),
            busy_s: busy.as_secs_f64(),
            waiting_s: waiting.as_secs_f64(),
        }
    }
}
