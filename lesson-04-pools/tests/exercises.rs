//! Every check accepts its solution, and refuses every wrong answer for the reason that the answer itself states.

use common::exercises::interleave::sync;

common::judged! {
    a_fixed_crew "checks/01_a_fixed_crew.rs" {
        solution "solutions/01_a_fixed_crew.rs"
        a_thread_each "wrong/01_a_fixed_crew/a_thread_each.rs"
        lock_held_during_the_job "wrong/01_a_fixed_crew/lock_held_during_the_job.rs"
        never_joined "wrong/01_a_fixed_crew/never_joined.rs"
        shares_dealt_out "wrong/01_a_fixed_crew/shares_dealt_out.rs"
    }
    shut_down "checks/02_shut_down.rs" {
        solution "solutions/02_shut_down.rs"
        as_given "wrong/02_shut_down/as_given.rs"
        a_flag_beside_the_lock "wrong/02_shut_down/a_flag_beside_the_lock.rs"
        one_is_woken "wrong/02_shut_down/one_is_woken.rs"
        the_rest_thrown_away "wrong/02_shut_down/the_rest_thrown_away.rs"
    }
    a_panicking_job "checks/03_a_panicking_job.rs" {
        solution "solutions/03_a_panicking_job.rs"
        as_given "wrong/03_a_panicking_job/as_given.rs"
        caught_with_the_lock "wrong/03_a_panicking_job/caught_with_the_lock.rs"
        counted_and_gone_home "wrong/03_a_panicking_job/counted_and_gone_home.rs"
        swallowed "wrong/03_a_panicking_job/swallowed.rs"
    }
    results_in_order "checks/04_results_in_order.rs" {
        solution "solutions/04_results_in_order.rs"
        a_thread_each "wrong/04_results_in_order/a_thread_each.rs"
        as_they_come "wrong/04_results_in_order/as_they_come.rs"
        computed_under_the_lock "wrong/04_results_in_order/computed_under_the_lock.rs"
        number_and_item_apart "wrong/04_results_in_order/number_and_item_apart.rs"
        sorted "wrong/04_results_in_order/sorted.rs"
    }
    backpressure "checks/05_backpressure.rs" {
        solution "solutions/05_backpressure.rs"
        as_given "wrong/05_backpressure/as_given.rs"
        asks_again_and_again "wrong/05_backpressure/asks_again_and_again.rs"
        never_says_no "wrong/05_backpressure/never_says_no.rs"
        one_too_few "wrong/05_backpressure/one_too_few.rs"
        thrown_away_when_full "wrong/05_backpressure/thrown_away_when_full.rs"
    }
    jobs_that_submit_jobs "checks/06_jobs_that_submit_jobs.rs" {
        solution "solutions/06_jobs_that_submit_jobs.rs"
        as_given "wrong/06_jobs_that_submit_jobs/as_given.rs"
        done_at_once "wrong/06_jobs_that_submit_jobs/done_at_once.rs"
        more_threads "wrong/06_jobs_that_submit_jobs/more_threads.rs"
        one_is_woken "wrong/06_jobs_that_submit_jobs/one_is_woken.rs"
    }
    parallel_map "checks/07_parallel_map.rs" {
        solution "solutions/07_parallel_map.rs"
        as_given "wrong/07_parallel_map/as_given.rs"
        a_thread_each "wrong/07_parallel_map/a_thread_each.rs"
        counted_under_a_lock "wrong/07_parallel_map/counted_under_a_lock.rs"
        pushed_as_they_come "wrong/07_parallel_map/pushed_as_they_come.rs"
    }
    retry_on_a_dead_worker "checks/08_retry_on_a_dead_worker.rs" {
        solution "solutions/08_retry_on_a_dead_worker.rs"
        given_up_at_once "wrong/08_retry_on_a_dead_worker/given_up_at_once.rs"
        one_at_a_time "wrong/08_retry_on_a_dead_worker/one_at_a_time.rs"
        one_try_too_many "wrong/08_retry_on_a_dead_worker/one_try_too_many.rs"
        the_dead_asked_again "wrong/08_retry_on_a_dead_worker/the_dead_asked_again.rs"
        the_dead_forgotten "wrong/08_retry_on_a_dead_worker/the_dead_forgotten.rs"
    }
}
