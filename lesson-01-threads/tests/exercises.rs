//! Every check accepts its solution, and refuses every wrong answer for the reason that the answer itself states.

/// In the checks this takes in the learner's file. Here, the answer that is being judged stands beside the check.
macro_rules! beside {
    ($path:literal) => {
        use super::exercise;
    };
}
use beside as exercise;

/// What the answers find as `crate::sync`.
mod sync {
    pub use shuttle::sync::*;
    pub use shuttle::thread;
}

common::judged! {
    join_and_collect "checks/01_join_and_collect.rs" {
        solution "solutions/01_join_and_collect.rs"
        never_joined "wrong/01_join_and_collect/never_joined.rs"
        one_after_the_other "wrong/01_join_and_collect/one_after_the_other.rs"
        lazy_iterator "wrong/01_join_and_collect/lazy_iterator.rs"
        in_order_of_completion "wrong/01_join_and_collect/in_order_of_completion.rs"
        constants "wrong/01_join_and_collect/constants.rs"
    }
    lost_update "checks/03_lost_update.rs" {
        solution "solutions/03_lost_update.rs"
        as_given "wrong/03_lost_update/as_given.rs"
        looked_before "wrong/03_lost_update/looked_before.rs"
        dropped_too_early "wrong/03_lost_update/dropped_too_early.rs"
        sleep_in_between "wrong/03_lost_update/sleep_in_between.rs"
    }
}
