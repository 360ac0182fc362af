//! Every check accepts its solution, and refuses every wrong answer for the reason that the answer itself states.

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
    first_answer "checks/04_first_answer.rs" {
        solution "solutions/04_first_answer.rs"
        detached "wrong/04_first_answer/detached.rs"
        drops_the_handles "wrong/04_first_answer/drops_the_handles.rs"
        keeps_a_sender "wrong/04_first_answer/keeps_a_sender.rs"
        one_server_at_a_time "wrong/04_first_answer/one_server_at_a_time.rs"
        spawned_and_forgotten "wrong/04_first_answer/spawned_and_forgotten.rs"
        takes_a_failure "wrong/04_first_answer/takes_a_failure.rs"
        the_first_alone "wrong/04_first_answer/the_first_alone.rs"
        waits_for_all "wrong/04_first_answer/waits_for_all.rs"
    }
    do_not_block "checks/05_do_not_block.rs" {
        solution "solutions/05_do_not_block.rs"
        as_given "wrong/05_do_not_block/as_given.rs"
        async_lock_across_all "wrong/05_do_not_block/async_lock_across_all.rs"
        block_in_place "wrong/05_do_not_block/block_in_place.rs"
        computes_in_another_task "wrong/05_do_not_block/computes_in_another_task.rs"
        computes_in_the_task "wrong/05_do_not_block/computes_in_the_task.rs"
        guard_across_await "wrong/05_do_not_block/guard_across_await.rs"
        joins_a_thread "wrong/05_do_not_block/joins_a_thread.rs"
        remembers_nothing "wrong/05_do_not_block/remembers_nothing.rs"
        thread_sleep "wrong/05_do_not_block/thread_sleep.rs"
    }
    as_they_come "checks/06_as_they_come.rs" {
        solution "solutions/06_as_they_come.rs"
        buffered "wrong/06_as_they_come/buffered.rs"
        goes_on_after_break "wrong/06_as_they_come/goes_on_after_break.rs"
        in_call_order "wrong/06_as_they_come/in_call_order.rs"
        looks_now_and_then "wrong/06_as_they_come/looks_now_and_then.rs"
        never_closed "wrong/06_as_they_come/never_closed.rs"
        one_at_a_time "wrong/06_as_they_come/one_at_a_time.rs"
        shows_at_the_end "wrong/06_as_they_come/shows_at_the_end.rs"
        tasks_go_on "wrong/06_as_they_come/tasks_go_on.rs"
    }
    graceful_shutdown "checks/07_graceful_shutdown.rs" {
        solution "solutions/07_graceful_shutdown.rs"
        forgets_the_channel "wrong/07_graceful_shutdown/forgets_the_channel.rs"
        leaves_at_once "wrong/07_graceful_shutdown/leaves_at_once.rs"
        one_after_the_other "wrong/07_graceful_shutdown/one_after_the_other.rs"
        patience_for_each "wrong/07_graceful_shutdown/patience_for_each.rs"
        sleeps_instead "wrong/07_graceful_shutdown/sleeps_instead.rs"
        still_accepts "wrong/07_graceful_shutdown/still_accepts.rs"
        tasks_go_on "wrong/07_graceful_shutdown/tasks_go_on.rs"
        waits_for_ever "wrong/07_graceful_shutdown/waits_for_ever.rs"
    }
    cancel_safety "checks/08_cancel_safety.rs" {
        solution "solutions/08_cancel_safety.rs"
        as_given "wrong/08_cancel_safety/as_given.rs"
        biased "wrong/08_cancel_safety/biased.rs"
        in_a_bufreader "wrong/08_cancel_safety/in_a_bufreader.rs"
        keeps_the_length "wrong/08_cancel_safety/keeps_the_length.rs"
        looks_at_each_report "wrong/08_cancel_safety/looks_at_each_report.rs"
        reports_in_between "wrong/08_cancel_safety/reports_in_between.rs"
        timeout_around_it "wrong/08_cancel_safety/timeout_around_it.rs"
        timer_starts_anew "wrong/08_cancel_safety/timer_starts_anew.rs"
    }
}
