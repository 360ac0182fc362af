//! How an object of the answer is found in a run.

use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::super::run::{self, State};

/// Bits of the object's number; above them is the run's.
const BITS: u32 = 24;

/// The object's number in this run. It is added to the run when it is first used.
#[derive(Debug)]
pub(super) struct Handle {
    known: AtomicU64,
    made: &'static Location<'static>,
}

impl Handle {
    pub(super) const fn new(made: &'static Location<'static>) -> Handle {
        Handle {
            known: AtomicU64::new(0),
            made,
        }
    }

    /// The number; `state` is asked for the object's state and value if it is new in this run, and told whether there
    /// was an earlier run.
    pub(super) fn object(&self, state: impl FnOnce(bool) -> (State, Option<String>)) -> usize {
        let known = self.known.load(Relaxed);
        let run = run::number();
        if known >> BITS == run && run > 0 {
            return usize::try_from(known & ((1 << BITS) - 1)).unwrap_or(0);
        }

        let (state, value) = state(known > 0);
        let address = std::ptr::from_ref(self).addr();
        let object = run::add(state, value, Some(self.made), address);
        self.known
            .store(run << BITS | u64::try_from(object).unwrap_or(0), Relaxed);

        object
    }

    /// The number, if it is known in this run already.
    pub(super) fn known(&self) -> Option<usize> {
        let known = self.known.load(Relaxed);
        let run = run::number();
        (run > 0 && known >> BITS == run)
            .then(|| usize::try_from(known & ((1 << BITS) - 1)).unwrap_or(0))
    }
}
