//! Every check accepts its solution, and refuses every wrong answer for the reason that the answer itself states.

// What the answers call std is what their checks put there.
extern crate core as real_core;
extern crate self as core;
extern crate self as std;
extern crate std as real_std;

pub use interleave::sync::{self, hint, thread};
pub use real_std::*;

judge::judged! {
    join_and_collect "checks/01_join_and_collect.rs" {
        solution "solutions/01_join_and_collect.rs"
        as_given "wrong/01_join_and_collect/as_given.rs"
        constants "wrong/01_join_and_collect/constants.rs"
        in_order_of_completion "wrong/01_join_and_collect/in_order_of_completion.rs"
        lazy_iterator "wrong/01_join_and_collect/lazy_iterator.rs"
        never_joined "wrong/01_join_and_collect/never_joined.rs"
        one_after_the_other "wrong/01_join_and_collect/one_after_the_other.rs"
        batches_of_four "wrong/01_join_and_collect/batches_of_four.rs"
    }
    share_a_counter "checks/02_share_a_counter.rs" {
        solution "solutions/02_share_a_counter.rs"
        as_given "wrong/02_share_a_counter/as_given.rs"
        a_counter_each "wrong/02_share_a_counter/a_counter_each.rs"
        load_then_store "wrong/02_share_a_counter/load_then_store.rs"
        locked_while_open "wrong/02_share_a_counter/locked_while_open.rs"
        never_joined "wrong/02_share_a_counter/never_joined.rs"
        one_after_the_other "wrong/02_share_a_counter/one_after_the_other.rs"
        counted_apart "wrong/02_share_a_counter/counted_apart.rs"
        the_last_on_the_caller "wrong/02_share_a_counter/the_last_on_the_caller.rs"
        one_number_for_all "wrong/02_share_a_counter/one_number_for_all.rs"
    }
    lost_update "checks/03_lost_update.rs" {
        solution "solutions/03_lost_update.rs"
        as_given "wrong/03_lost_update/as_given.rs"
        dropped_too_early "wrong/03_lost_update/dropped_too_early.rs"
        looked_before "wrong/03_lost_update/looked_before.rs"
        sleep_in_between "wrong/03_lost_update/sleep_in_between.rs"
        not_to_the_last_cent "wrong/03_lost_update/not_to_the_last_cent.rs"
        a_lock_each "wrong/03_lost_update/a_lock_each.rs"
        as_given_with_std "wrong/03_lost_update/as_given_with_std.rs"
        waits_for_money "wrong/03_lost_update/waits_for_money.rs"
        one_balance_for_all "wrong/03_lost_update/one_balance_for_all.rs"
        refuses_when_it_has_changed "wrong/03_lost_update/refuses_when_it_has_changed.rs"
        one_at_a_time_is_paid "wrong/03_lost_update/one_at_a_time_is_paid.rs"
    }
    lock_order "checks/04_lock_order.rs" {
        solution "solutions/04_lock_order.rs"
        as_given "wrong/04_lock_order/as_given.rs"
        gives_up "wrong/04_lock_order/gives_up.rs"
        one_at_the_table "wrong/04_lock_order/one_at_the_table.rs"
        one_fork_at_a_time "wrong/04_lock_order/one_fork_at_a_time.rs"
        right_fork_first "wrong/04_lock_order/right_fork_first.rs"
        sleeps_first "wrong/04_lock_order/sleeps_first.rs"
        the_same_fork_twice "wrong/04_lock_order/the_same_fork_twice.rs"
        eats_without_forks "wrong/04_lock_order/eats_without_forks.rs"
        never_eats "wrong/04_lock_order/never_eats.rs"
        asks_again_and_again "wrong/04_lock_order/asks_again_and_again.rs"
        wakes_one_neighbour "wrong/04_lock_order/wakes_one_neighbour.rs"
        smart_and_polite "wrong/04_lock_order/smart_and_polite.rs"
    }
    bounded_buffer "checks/05_bounded_buffer.rs" {
        solution "solutions/05_bounded_buffer.rs"
        as_given "wrong/05_bounded_buffer/as_given.rs"
        asks_again_and_again "wrong/05_bounded_buffer/asks_again_and_again.rs"
        if_with_notify_all "wrong/05_bounded_buffer/if_with_notify_all.rs"
        no_limit "wrong/05_bounded_buffer/no_limit.rs"
        taking_wakes_nobody "wrong/05_bounded_buffer/taking_wakes_nobody.rs"
        while_but_notify_one "wrong/05_bounded_buffer/while_but_notify_one.rs"
        rings_the_wrong_bell "wrong/05_bounded_buffer/rings_the_wrong_bell.rs"
        looks_every_ten_milliseconds "wrong/05_bounded_buffer/looks_every_ten_milliseconds.rs"
    }
    uneven_chunks "checks/07_uneven_chunks.rs" {
        solution "solutions/07_uneven_chunks.rs"
        as_given "wrong/07_uneven_chunks/as_given.rs"
        a_thread_each "wrong/07_uneven_chunks/a_thread_each.rs"
        added_up_without_care "wrong/07_uneven_chunks/added_up_without_care.rs"
        chunks_of_nothing "wrong/07_uneven_chunks/chunks_of_nothing.rs"
        joined_at_once "wrong/07_uneven_chunks/joined_at_once.rs"
        remainder_lost "wrong/07_uneven_chunks/remainder_lost.rs"
        in_batches "wrong/07_uneven_chunks/in_batches.rs"
        sums_in_u32 "wrong/07_uneven_chunks/sums_in_u32.rs"
        sums_in_f64 "wrong/07_uneven_chunks/sums_in_f64.rs"
        the_last_by_the_caller "wrong/07_uneven_chunks/the_last_by_the_caller.rs"
        the_remainder_by_the_caller "wrong/07_uneven_chunks/the_remainder_by_the_caller.rs"
    }
}
