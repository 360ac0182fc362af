//! The same as `exercises.rs`, for the exercises that are judged with real threads and processes.

// What the answers call std is what their checks put there.
extern crate core as real_core;
extern crate self as core;
extern crate self as std;
extern crate std as real_std;

pub use judge::gaps as sync;
pub use real_std::*;

judge::judged! {
    a_panicking_job "checks/03_a_panicking_job.rs" {
        solution "solutions/03_a_panicking_job.rs"
        as_given "wrong/03_a_panicking_job/as_given.rs"
        caught_with_the_lock "wrong/03_a_panicking_job/caught_with_the_lock.rs"
        counted_and_gone_home "wrong/03_a_panicking_job/counted_and_gone_home.rs"
        swallowed "wrong/03_a_panicking_job/swallowed.rs"
        the_new_thread_forgotten "wrong/03_a_panicking_job/the_new_thread_forgotten.rs"
        read_and_then_written "wrong/03_a_panicking_job/read_and_then_written.rs"
        counted_in_two_locks "wrong/03_a_panicking_job/counted_in_two_locks.rs"
        counted_not_joined "wrong/03_a_panicking_job/counted_not_joined.rs"
        replacement_not_joined "wrong/03_a_panicking_job/replacement_not_joined.rs"
    }
    parallel_map "checks/07_parallel_map.rs" {
        solution "solutions/07_parallel_map.rs"
        as_given "wrong/07_parallel_map/as_given.rs"
        a_thread_each "wrong/07_parallel_map/a_thread_each.rs"
        counted_under_a_lock "wrong/07_parallel_map/counted_under_a_lock.rs"
        pushed_as_they_come "wrong/07_parallel_map/pushed_as_they_come.rs"
        in_two_halves "wrong/07_parallel_map/in_two_halves.rs"
        a_pool_of_its_own "wrong/07_parallel_map/a_pool_of_its_own.rs"
        the_largest_lost "wrong/07_parallel_map/the_largest_lost.rs"
    }
    retry_on_a_dead_worker "checks/08_retry_on_a_dead_worker.rs" {
        solution "solutions/08_retry_on_a_dead_worker.rs"
        as_given "wrong/08_retry_on_a_dead_worker/as_given.rs"
        given_up_at_once "wrong/08_retry_on_a_dead_worker/given_up_at_once.rs"
        one_at_a_time "wrong/08_retry_on_a_dead_worker/one_at_a_time.rs"
        one_try_too_many "wrong/08_retry_on_a_dead_worker/one_try_too_many.rs"
        the_dead_asked_again "wrong/08_retry_on_a_dead_worker/the_dead_asked_again.rs"
        the_dead_forgotten "wrong/08_retry_on_a_dead_worker/the_dead_forgotten.rs"
        forgotten_where_no_worker_starts "wrong/08_retry_on_a_dead_worker/forgotten_where_no_worker_starts.rs"
        always_three_tries "wrong/08_retry_on_a_dead_worker/always_three_tries.rs"
        the_same_number_twice "wrong/08_retry_on_a_dead_worker/the_same_number_twice.rs"
        dealt_out "wrong/08_retry_on_a_dead_worker/dealt_out.rs"
        back_into_the_queue "wrong/08_retry_on_a_dead_worker/back_into_the_queue.rs"
        idle_workers_are_shared "wrong/08_retry_on_a_dead_worker/idle_workers_are_shared.rs"
    }
}
