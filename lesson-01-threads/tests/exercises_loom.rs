//! The same as `checks/exercises.rs`, for the exercises that are judged under loom.

// What the answers call std is what their checks put there.
extern crate core as real_core;
extern crate self as core;
extern crate self as std;
extern crate std as real_std;

pub use self::sync::{hint, thread};
pub use real_std::*;

/// What the answers find as `crate::sync`, and as std's.
#[path = "support/loom_sync.rs"]
pub mod sync;

judge::judged! {
    stop_flag "checks/06_stop_flag.rs" {
        solution "solutions/06_stop_flag.rs"
        acquire_alone "wrong/06_stop_flag/acquire_alone.rs"
        as_given "wrong/06_stop_flag/as_given.rs"
        flag_first "wrong/06_stop_flag/flag_first.rs"
        order_on_the_reason "wrong/06_stop_flag/order_on_the_reason.rs"
        release_alone "wrong/06_stop_flag/release_alone.rs"
        zero_means_not_yet "wrong/06_stop_flag/zero_means_not_yet.rs"
        spins_for_the_reason "wrong/06_stop_flag/spins_for_the_reason.rs"
        try_lock "wrong/06_stop_flag/try_lock.rs"
        rwlock "wrong/06_stop_flag/rwlock.rs"
        waits_while_it_is_written "wrong/06_stop_flag/waits_while_it_is_written.rs"
    }
    latch "checks/08_latch.rs" {
        solution "solutions/08_latch.rs"
        as_given "wrong/08_latch/as_given.rs"
        never_woken "wrong/08_latch/never_woken.rs"
        number_last "wrong/08_latch/number_last.rs"
        parks_once "wrong/08_latch/parks_once.rs"
        relaxed_flag "wrong/08_latch/relaxed_flag.rs"
        woken_too_early "wrong/08_latch/woken_too_early.rs"
        parks_before_it_looks "wrong/08_latch/parks_before_it_looks.rs"
        spins "wrong/08_latch/spins.rs"
        sleeps_only_once "wrong/08_latch/sleeps_only_once.rs"
    }
}
