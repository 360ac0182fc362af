//! Look a little longer before you sleep. To be put to sleep and woken costs two system calls and, where the core has
//! gone idle, some twenty microseconds. What comes within a few microseconds is cheaper to wait for awake. It must have
//! a bound: whoever looks keeps others from the core, and on a single core even those that it waits for.

use std::sync::OnceLock;

use crate::sync::thread::yield_now;
use crate::sync::{ROUNDS, spin_loop};

/// How many cores this program may use. To ask costs some microseconds.
static CORES: OnceLock<usize> = OnceLock::new();

/// Looks whether it is there, for so many turns of some microseconds. Between them it lets others have the core.
pub(super) fn look_for(turns: usize, is_there: impl Fn() -> bool) -> bool {
    if is_there() {
        return true;
    }
    if *CORES.get_or_init(common::measure::cores) == 1 {
        // Looking would keep those from the core who are waited for. They get it, once.
        yield_now();
        return is_there();
    }
    (0..turns).any(|turn| {
        if turn > 0 {
            yield_now();
        }
        (0..ROUNDS).any(|_| {
            // Tells the processor that this is a loop that waits: it uses less power, and leaves more to its other half.
            spin_loop();
            is_there()
        })
    })
}
