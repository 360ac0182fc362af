//! The steps of a lane, and of a job that any lane of a pool may do.

/// A step, with its time in the run that was recorded.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) start_ns: u64,
    pub(super) end_ns: u64,
    pub(super) act: Act,
}

impl Step {
    pub(super) fn at(t_ns: u64, act: Act) -> Step {
        Step {
            start_ns: t_ns,
            end_ns: t_ns,
            act,
        }
    }
}

/// The act of a step.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// Computes for this time, which needs a core.
    Compute(f64),
    /// Waits for this time, whatever other lanes do.
    Wait(f64),
    /// Waits for all of these events, and goes on a moment after the last.
    Until { events: Vec<usize>, lag_ns: f64 },
    /// Makes an event happen, now or after this time.
    Signal { event: usize, after_ns: f64 },
    /// Asks for the lock of this hold.
    Acquire(usize),
    /// Lets it go.
    Release(usize),
    /// Takes jobs from the queue until all are done.
    TakeJobs,
}

/// The jobs of a pool, in the order in which they were begun.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    pub(super) jobs: Vec<Job>,
}

/// A job, whichever lane does it.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) start_ns: u64,
    /// The event of being handed out, if it is known.
    pub(super) handed_out: Option<usize>,
    pub(super) steps: Vec<Step>,
}
