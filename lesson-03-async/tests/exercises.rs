//! Every check accepts its solution, and refuses every wrong answer for the reason that the answer itself states.

/// In the checks this takes in the learner's file. Here, the answer that is being judged stands beside the check.
macro_rules! beside {
    ($path:literal) => {
        use super::exercise;
    };
}
use beside as exercise;

common::judged! {
    start_them_all "checks/01_start_them_all.rs" {
        solution "solutions/01_start_them_all.rs"
        as_given "wrong/01_start_them_all/as_given.rs"
        in_order_of_completion "wrong/01_start_them_all/in_order_of_completion.rs"
        lazy_spawn "wrong/01_start_them_all/lazy_spawn.rs"
        sleeps_instead "wrong/01_start_them_all/sleeps_instead.rs"
        spawned_and_forgotten "wrong/01_start_them_all/spawned_and_forgotten.rs"
        spawned_one_by_one "wrong/01_start_them_all/spawned_one_by_one.rs"
        two_at_a_time "wrong/01_start_them_all/two_at_a_time.rs"
    }
    at_most "checks/02_at_most.rs" {
        solution "solutions/02_at_most.rs"
        all_at_once "wrong/02_at_most/all_at_once.rs"
        buffer_unordered "wrong/02_at_most/buffer_unordered.rs"
        buffered "wrong/02_at_most/buffered.rs"
        forgotten_permit "wrong/02_at_most/forgotten_permit.rs"
        in_groups "wrong/02_at_most/in_groups.rs"
        one_at_a_time "wrong/02_at_most/one_at_a_time.rs"
        one_semaphore_each "wrong/02_at_most/one_semaphore_each.rs"
        permit_for_the_start "wrong/02_at_most/permit_for_the_start.rs"
        unnamed_permit "wrong/02_at_most/unnamed_permit.rs"
    }
    timeout "checks/03_timeout.rs" {
        solution "solutions/03_timeout.rs"
        as_given "wrong/03_timeout/as_given.rs"
        a_limit_each "wrong/03_timeout/a_limit_each.rs"
        aborts_by_hand "wrong/03_timeout/aborts_by_hand.rs"
        dropped_by_hand "wrong/03_timeout/dropped_by_hand.rs"
        one_after_the_other "wrong/03_timeout/one_after_the_other.rs"
        sleeps_and_looks "wrong/03_timeout/sleeps_and_looks.rs"
        stops_only_one "wrong/03_timeout/stops_only_one.rs"
    }
}
