//! Every check accepts its solution, and refuses every wrong answer for the reason that the answer itself states.

common::judged! {
    run_and_capture "checks/01_run_and_capture.rs" {
        solution "solutions/01_run_and_capture.rs"
        as_given "wrong/01_run_and_capture/as_given.rs"
        expects_that_it_starts "wrong/01_run_and_capture/expects_that_it_starts.rs"
        ignores_the_status "wrong/01_run_and_capture/ignores_the_status.rs"
        through_a_shell "wrong/01_run_and_capture/through_a_shell.rs"
        without_the_complaint "wrong/01_run_and_capture/without_the_complaint.rs"
        pipe_by_pipe "wrong/01_run_and_capture/pipe_by_pipe.rs"
        not_text "wrong/01_run_and_capture/not_text.rs"
        all_room_at_the_end "wrong/01_run_and_capture/all_room_at_the_end.rs"
        once_more_for_the_output "wrong/01_run_and_capture/once_more_for_the_output.rs"
        leaves_an_orphan "wrong/01_run_and_capture/leaves_an_orphan.rs"
    }
    exit_or_signal "checks/02_exit_or_signal.rs" {
        solution "solutions/02_exit_or_signal.rs"
        as_given "wrong/02_exit_or_signal/as_given.rs"
        a_made_up_code "wrong/02_exit_or_signal/a_made_up_code.rs"
        as_a_shell_says_it "wrong/02_exit_or_signal/as_a_shell_says_it.rs"
        no_code_is_well "wrong/02_exit_or_signal/no_code_is_well.rs"
        the_usual_signals "wrong/02_exit_or_signal/the_usual_signals.rs"
        signed_bytes "wrong/02_exit_or_signal/signed_bytes.rs"
        piped_and_not_read "wrong/02_exit_or_signal/piped_and_not_read.rs"
        asks_without_a_pause "wrong/02_exit_or_signal/asks_without_a_pause.rs"
    }
    read_before_wait "checks/03_read_before_wait.rs" {
        solution "solutions/03_read_before_wait.rs"
        as_given "wrong/03_read_before_wait/as_given.rs"
        complaints_thrown_away "wrong/03_read_before_wait/complaints_thrown_away.rs"
        one_output_after_the_other "wrong/03_read_before_wait/one_output_after_the_other.rs"
        only_what_fits "wrong/03_read_before_wait/only_what_fits.rs"
        not_joined "wrong/03_read_before_wait/not_joined.rs"
        as_text "wrong/03_read_before_wait/as_text.rs"
    }
    reap_them_all "checks/04_reap_them_all.rs" {
        solution "solutions/04_reap_them_all.rs"
        as_given "wrong/04_reap_them_all/as_given.rs"
        killed_and_not_waited_for "wrong/04_reap_them_all/killed_and_not_waited_for.rs"
        lazy_iterator "wrong/04_reap_them_all/lazy_iterator.rs"
        left_alone_on_an_error "wrong/04_reap_them_all/left_alone_on_an_error.rs"
        one_after_the_other "wrong/04_reap_them_all/one_after_the_other.rs"
        stops_at_the_first_failure "wrong/04_reap_them_all/stops_at_the_first_failure.rs"
        four_at_once "wrong/04_reap_them_all/four_at_once.rs"
        waits_without_a_kill "wrong/04_reap_them_all/waits_without_a_kill.rs"
        hopes_that_they_are_gone "wrong/04_reap_them_all/hopes_that_they_are_gone.rs"
    }
    framed_messages "checks/05_framed_messages.rs" {
        solution "solutions/05_framed_messages.rs"
        as_given "wrong/05_framed_messages/as_given.rs"
        believes_the_length "wrong/05_framed_messages/believes_the_length.rs"
        every_end_is_good "wrong/05_framed_messages/every_end_is_good.rs"
        line_by_line "wrong/05_framed_messages/line_by_line.rs"
        one_read "wrong/05_framed_messages/one_read.rs"
        the_longest_refused "wrong/05_framed_messages/the_longest_refused.rs"
        writes_once "wrong/05_framed_messages/writes_once.rs"
        too_long_is_the_end "wrong/05_framed_messages/too_long_is_the_end.rs"
        errors_are_the_end "wrong/05_framed_messages/errors_are_the_end.rs"
        memory_first "wrong/05_framed_messages/memory_first.rs"
        reads_ahead "wrong/05_framed_messages/reads_ahead.rs"
    }
    close_what_you_do_not_use "checks/06_close_what_you_do_not_use.rs" {
        solution "solutions/06_close_what_you_do_not_use.rs"
        as_given "wrong/06_close_what_you_do_not_use/as_given.rs"
        first_all_of_the_first "wrong/06_close_what_you_do_not_use/first_all_of_the_first.rs"
        killed_instead "wrong/06_close_what_you_do_not_use/killed_instead.rs"
        only_the_writing_end "wrong/06_close_what_you_do_not_use/only_the_writing_end.rs"
        waits_before_it_reads "wrong/06_close_what_you_do_not_use/waits_before_it_reads.rs"
        an_end_stays_open "wrong/06_close_what_you_do_not_use/an_end_stays_open.rs"
        not_joined "wrong/06_close_what_you_do_not_use/not_joined.rs"
        not_waited_for "wrong/06_close_what_you_do_not_use/not_waited_for.rs"
    }
    deadline_and_kill "checks/07_deadline_and_kill.rs" {
        solution "solutions/07_deadline_and_kill.rs"
        as_given "wrong/07_deadline_and_kill/as_given.rs"
        asks_nicely "wrong/07_deadline_and_kill/asks_nicely.rs"
        asks_without_a_pause "wrong/07_deadline_and_kill/asks_without_a_pause.rs"
        gives_up "wrong/07_deadline_and_kill/gives_up.rs"
        not_reaped "wrong/07_deadline_and_kill/not_reaped.rs"
        sleeps_first "wrong/07_deadline_and_kill/sleeps_first.rs"
        looks_once_a_second "wrong/07_deadline_and_kill/looks_once_a_second.rs"
        a_tenth_of_the_limit "wrong/07_deadline_and_kill/a_tenth_of_the_limit.rs"
        no_pause_to_speak_of "wrong/07_deadline_and_kill/no_pause_to_speak_of.rs"
        a_code_or_nothing "wrong/07_deadline_and_kill/a_code_or_nothing.rs"
        a_thread_is_left "wrong/07_deadline_and_kill/a_thread_is_left.rs"
    }
    survive_a_crash "checks/08_survive_a_crash.rs" {
        solution "solutions/08_survive_a_crash.rs"
        as_given "wrong/08_survive_a_crash/as_given.rs"
        a_worker_each "wrong/08_survive_a_crash/a_worker_each.rs"
        asked_again_for_ever "wrong/08_survive_a_crash/asked_again_for_ever.rs"
        never_asked_again "wrong/08_survive_a_crash/never_asked_again.rs"
        the_dead_forgotten "wrong/08_survive_a_crash/the_dead_forgotten.rs"
        the_others_move_up "wrong/08_survive_a_crash/the_others_move_up.rs"
        asked_three_times "wrong/08_survive_a_crash/asked_three_times.rs"
        narrow_numbers "wrong/08_survive_a_crash/narrow_numbers.rs"
        computes_itself "wrong/08_survive_a_crash/computes_itself.rs"
        all_asked_beforehand "wrong/08_survive_a_crash/all_asked_beforehand.rs"
    }
}
