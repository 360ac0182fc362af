//! A barrier.

use std::panic::Location;

use super::super::run::{self, Grant, Op, State};
use super::handle::Handle;

/// The counterpart of std's.
#[derive(Debug)]
pub struct Barrier {
    handle: Handle,
    size: usize,
}

/// The counterpart of std's.
#[derive(Clone, Copy, Debug)]
pub struct BarrierWaitResult(bool);

impl BarrierWaitResult {
    /// Behaves like std's.
    pub fn is_leader(&self) -> bool {
        self.0
    }
}

impl Barrier {
    /// Behaves like std's.
    #[track_caller]
    pub const fn new(size: usize) -> Barrier {
        Barrier {
            handle: Handle::new(Location::caller()),
            size,
        }
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn wait(&self) -> BarrierWaitResult {
        let caller = Location::caller();
        let gate = self.handle.object(|_| {
            let state = State::Gate {
                size: self.size,
                arrived: 0,
                round: 0,
            };
            (state, None)
        });
        if run::act(Op::Step, caller) == Grant::Over {
            return BarrierWaitResult(false);
        }

        let (round, is_last) = run::change(gate, |object, _| {
            let State::Gate {
                size,
                arrived,
                round,
            } = &mut object.state
            else {
                return (0, true);
            };
            *arrived += 1;
            let now = *round;
            if *arrived < *size {
                return (now, false);
            }
            *arrived = 0;
            *round += 1;
            (now, true)
        });

        run::tell(Some(gate), Some(caller), || {
            let deed = if is_last {
                "comes last to {}"
            } else {
                "comes to {}"
            };
            deed.to_owned()
        });
        if !is_last {
            run::act(Op::Gate(gate, round), caller);
        }

        BarrierWaitResult(is_last)
    }
}
