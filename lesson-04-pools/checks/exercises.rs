//! Every check accepts its solution, and refuses every wrong answer for the reason that the answer itself states.

// What the answers call std is what their checks put there.
extern crate core as real_core;
extern crate self as core;
extern crate self as std;
extern crate std as real_std;

pub use interleave::sync::{self, hint, thread};
pub use real_std::*;

judge::judged! {
    a_fixed_crew "checks/01_a_fixed_crew.rs" {
        solution "solutions/01_a_fixed_crew.rs"
        as_given "wrong/01_a_fixed_crew/as_given.rs"
        a_thread_each "wrong/01_a_fixed_crew/a_thread_each.rs"
        lock_held_during_the_job "wrong/01_a_fixed_crew/lock_held_during_the_job.rs"
        never_joined "wrong/01_a_fixed_crew/never_joined.rs"
        shares_dealt_out "wrong/01_a_fixed_crew/shares_dealt_out.rs"
        a_new_thread_for_each "wrong/01_a_fixed_crew/a_new_thread_for_each.rs"
        in_groups "wrong/01_a_fixed_crew/in_groups.rs"
        guided_batches "wrong/01_a_fixed_crew/guided_batches.rs"
    }
    shut_down "checks/02_shut_down.rs" {
        solution "solutions/02_shut_down.rs"
        as_given "wrong/02_shut_down/as_given.rs"
        a_flag_beside_the_lock "wrong/02_shut_down/a_flag_beside_the_lock.rs"
        one_is_woken "wrong/02_shut_down/one_is_woken.rs"
        the_rest_thrown_away "wrong/02_shut_down/the_rest_thrown_away.rs"
        newest_first "wrong/02_shut_down/newest_first.rs"
        never_sleeps "wrong/02_shut_down/never_sleeps.rs"
        takes_a_share "wrong/02_shut_down/takes_a_share.rs"
        counted_not_joined "wrong/02_shut_down/counted_not_joined.rs"
    }
    results_in_order "checks/04_results_in_order.rs" {
        solution "solutions/04_results_in_order.rs"
        as_given "wrong/04_results_in_order/as_given.rs"
        a_thread_each "wrong/04_results_in_order/a_thread_each.rs"
        as_they_come "wrong/04_results_in_order/as_they_come.rs"
        computed_under_the_lock "wrong/04_results_in_order/computed_under_the_lock.rs"
        number_and_item_apart "wrong/04_results_in_order/number_and_item_apart.rs"
        sorted "wrong/04_results_in_order/sorted.rs"
        where_the_first_equal_is "wrong/04_results_in_order/where_the_first_equal_is.rs"
        twice_for_each "wrong/04_results_in_order/twice_for_each.rs"
        guided_batches "wrong/04_results_in_order/guided_batches.rs"
    }
    backpressure "checks/05_backpressure.rs" {
        solution "solutions/05_backpressure.rs"
        as_given "wrong/05_backpressure/as_given.rs"
        asks_again_and_again "wrong/05_backpressure/asks_again_and_again.rs"
        never_says_no "wrong/05_backpressure/never_says_no.rs"
        one_too_few "wrong/05_backpressure/one_too_few.rs"
        thrown_away_when_full "wrong/05_backpressure/thrown_away_when_full.rs"
        no_room_at_all "wrong/05_backpressure/no_room_at_all.rs"
        wakes_the_wrong_one "wrong/05_backpressure/wakes_the_wrong_one.rs"
        looked_and_then_counted "wrong/05_backpressure/looked_and_then_counted.rs"
        sender_under_a_lock "wrong/05_backpressure/sender_under_a_lock.rs"
    }
    jobs_that_submit_jobs "checks/06_jobs_that_submit_jobs.rs" {
        solution "solutions/06_jobs_that_submit_jobs.rs"
        as_given "wrong/06_jobs_that_submit_jobs/as_given.rs"
        done_at_once "wrong/06_jobs_that_submit_jobs/done_at_once.rs"
        more_threads "wrong/06_jobs_that_submit_jobs/more_threads.rs"
        one_is_woken "wrong/06_jobs_that_submit_jobs/one_is_woken.rs"
        only_while_few_wait "wrong/06_jobs_that_submit_jobs/only_while_few_wait.rs"
        a_thread_for_each_wait "wrong/06_jobs_that_submit_jobs/a_thread_for_each_wait.rs"
        asks_again_and_again "wrong/06_jobs_that_submit_jobs/asks_again_and_again.rs"
        only_its_own_job "wrong/06_jobs_that_submit_jobs/only_its_own_job.rs"
        dropped_at_the_end "wrong/06_jobs_that_submit_jobs/dropped_at_the_end.rs"
        empties_the_queue_first "wrong/06_jobs_that_submit_jobs/empties_the_queue_first.rs"
        main_only_waits "wrong/06_jobs_that_submit_jobs/main_only_waits.rs"
        counted_not_joined "wrong/06_jobs_that_submit_jobs/counted_not_joined.rs"
    }
}
