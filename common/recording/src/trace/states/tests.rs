//! Made-up switches and looks, and the states that they mean. Times are milliseconds.

use std::collections::HashMap;

use system::{How, Record};

use super::look::{Look, Looks};
use super::{exact, lanes, sampled};
use crate::trace::fixtures::{MS, lane, slice, task, trace};
use crate::trace::model::{Kind, Source, State, Stretch, Trace, Woken};

const A: u32 = 11;
const B: u32 = 12;

fn switch(t_ms: u64, core: u32, tid: u32, how: How) -> Record {
    Record::Switch {
        t_ns: t_ms * MS,
        core,
        pid: 1,
        tid,
        how,
    }
}

fn started(t_ms: u64, tid: u32) -> Record {
    Record::Started {
        t_ns: t_ms * MS,
        pid: 1,
        tid,
        by: A,
    }
}

fn ended(t_ms: u64, tid: u32) -> Record {
    Record::Ended {
        t_ns: t_ms * MS,
        pid: 1,
        tid,
    }
}

/// Writes stretches as `computing 0-10 on 0, waiting 10-20`.
fn told(stretches: &[Stretch]) -> String {
    let told = stretches.iter().map(|stretch| {
        let core = stretch.core.map(|core| format!(" on {core}"));
        let reason = stretch.reason.map(|reason| format!(" for {reason}"));
        format!(
            "{} {}-{}{}{}",
            stretch.state.name(),
            stretch.start_ns / MS,
            stretch.end_ns / MS,
            core.unwrap_or_default(),
            reason.unwrap_or_default(),
        )
    });
    told.collect::<Vec<_>>().join(", ")
}

fn exactly(records: &[Record], tid: u32) -> String {
    exactly_with(records, tid, &Looks::new())
}

fn exactly_with(records: &[Record], tid: u32, looks: &Looks) -> String {
    let threads = exact::stretches(records, looks, 0, 100 * MS);
    told(threads.get(&tid.into()).map_or(&[], Vec::as_slice))
}

/// A look at a thread: when, time on a core, time in line, whether it could go on.
fn look(t: u64, cpu: u64, in_line: u64, runnable: bool) -> Look {
    Look {
        t_ns: t * MS,
        cpu_ns: cpu * MS,
        in_line_ns: in_line * MS,
        runnable,
        core: Some(0),
        reason: None,
    }
}

fn looked(looks: &[Look]) -> String {
    let looks = HashMap::from([(A.into(), looks.to_vec())]);
    told(&sampled::stretches(&looks)[&A.into()])
}

#[test]
fn a_thread_that_sleeps_computes_and_sleeps() {
    let records = [switch(30, 1, A, How::On), switch(40, 1, A, How::Waits)];
    let expected = "waiting 0-30, computing 30-40 on 1, waiting 40-100";
    assert_eq!(exactly(&records, A), expected);
}

#[test]
fn a_thread_that_is_first_seen_as_it_leaves_had_the_core_before() {
    let records = [switch(30, 0, A, How::Waits)];
    assert_eq!(exactly(&records, A), "computing 0-30 on 0, waiting 30-100");
}

#[test]
fn two_threads_on_one_core_are_in_line_in_turn() {
    let records = [
        switch(10, 0, A, How::Preempted),
        switch(10, 0, B, How::On),
        switch(20, 0, B, How::Preempted),
        switch(20, 0, A, How::On),
    ];
    let a = "computing 0-10 on 0, in line 10-20, computing 20-100 on 0";
    assert_eq!(exactly(&records, A), a);

    let b = "waiting 0-10, computing 10-20 on 0, in line 20-100";
    assert_eq!(exactly(&records, B), b);
}

#[test]
fn a_new_thread_is_in_line_until_its_first_turn_and_gone_after_its_end() {
    let records = [
        started(20, B),
        switch(25, 0, B, How::On),
        ended(60, B),
        switch(61, 0, B, How::Waits),
    ];
    assert_eq!(exactly(&records, B), "in line 20-25, computing 25-60 on 0");
}

#[test]
fn a_number_that_is_used_again_is_another_thread() {
    let records = [
        started(20, B),
        switch(25, 0, B, How::On),
        ended(30, B),
        started(50, B),
        switch(55, 1, B, How::On),
        ended(60, B),
    ];

    let expected = "in line 20-25, computing 25-30 on 0, in line 50-55, computing 55-60 on 1";
    assert_eq!(exactly(&records, B), expected);
}

#[test]
fn a_thread_moves_to_another_core() {
    let records = [switch(40, 0, A, How::Preempted), switch(45, 1, A, How::On)];
    let expected = "computing 0-40 on 0, in line 40-45, computing 45-100 on 1";
    assert_eq!(exactly(&records, A), expected);
}

#[test]
fn records_of_cores_come_core_by_core() {
    let records = [
        switch(50, 0, A, How::On),
        switch(10, 1, A, How::Waits),
        switch(20, 1, A, How::On),
        switch(30, 1, A, How::Waits),
    ];
    let expected = "computing 0-10 on 1, waiting 10-20, computing 20-30 on 1, waiting 30-50, \
                    computing 50-100 on 0";
    assert_eq!(exactly(&records, A), expected);
}

#[test]
fn what_is_outside_of_the_run_is_left_out() {
    let records = [
        switch(90, 0, A, How::On),
        switch(120, 0, A, How::Waits),
        switch(130, 0, A, How::On),
    ];
    assert_eq!(exactly(&records, A), "waiting 0-90, computing 90-100 on 0");

    let before = exact::stretches(
        &[switch(10, 0, A, How::On)],
        &Looks::new(),
        50 * MS,
        80 * MS,
    );

    assert_eq!(told(&before[&A.into()]), "computing 50-80 on 0");
}

#[test]
fn the_time_from_being_woken_to_the_turn_is_in_line() {
    let records = [switch(10, 0, A, How::Waits), switch(50, 0, A, How::On)];
    let looks = [look(5, 5, 0, false), look(60, 20, 15, false)];
    let looks = HashMap::from([(A.into(), looks.to_vec())]);
    let expected = "computing 0-10 on 0, waiting 10-35, in line 35-50, computing 50-100 on 0";
    assert_eq!(exactly_with(&records, A, &looks), expected);
}

#[test]
fn a_time_in_line_that_the_switches_tell_is_not_counted_twice() {
    let records = [
        switch(10, 0, A, How::Preempted),
        switch(20, 0, A, How::On),
        switch(30, 0, A, How::Waits),
        switch(40, 0, A, How::On),
    ];
    let looks = [look(5, 5, 0, false), look(60, 20, 10, false)];
    let looks = HashMap::from([(A.into(), looks.to_vec())]);
    let expected = "computing 0-10 on 0, in line 10-20, computing 20-30 on 0, waiting 30-40, \
                    computing 40-100 on 0";

    assert_eq!(exactly_with(&records, A, &looks), expected);
}

#[test]
fn of_several_waits_a_short_one_takes_no_more_in_line_than_it_is_long() {
    let records = [
        switch(10, 0, A, How::Waits),
        switch(12, 0, A, How::On),
        switch(20, 0, A, How::Waits),
        switch(80, 0, A, How::On),
    ];
    let looks = [look(5, 5, 0, false), look(90, 20, 15, false)];
    let looks = HashMap::from([(A.into(), looks.to_vec())]);
    let expected = "computing 0-10 on 0, in line 10-12, computing 12-20 on 0, waiting 20-67, \
                    in line 67-80, computing 80-100 on 0";
    assert_eq!(exactly_with(&records, A, &looks), expected);
}

#[test]
fn a_time_in_line_that_was_counted_before_its_wait_is_seen_to_end_belongs_to_it() {
    let records = [switch(10, 0, A, How::Waits), switch(50, 0, A, How::On)];
    let looks = |t_ns: u64| {
        let counted = Look {
            t_ns,
            ..look(0, 5, 15, false)
        };
        HashMap::from([(
            A.into(),
            vec![look(5, 5, 0, false), counted, look(60, 20, 15, false)],
        )])
    };
    let expected = "computing 0-10 on 0, waiting 10-35, in line 35-50, computing 50-100 on 0";
    assert_eq!(
        exactly_with(&records, A, &looks(50 * MS - 50_000)),
        expected
    );
    // What was counted long before belongs to a time that is not seen, as before the run.
    let expected = "computing 0-10 on 0, waiting 10-50, computing 50-100 on 0";
    assert_eq!(exactly_with(&records, A, &looks(40 * MS)), expected);
}

#[test]
fn a_thread_that_started_in_the_run_was_in_line_for_all_that_is_counted() {
    let records = [
        started(20, B),
        switch(22, 0, B, How::On),
        switch(30, 0, B, How::Waits),
        switch(70, 0, B, How::On),
        ended(80, B),
    ];
    // It was looked at once, as it ended.
    let looks = HashMap::from([(B.into(), vec![look(79, 17, 12, true)])]);
    let expected = "in line 20-22, computing 22-30 on 0, waiting 30-60, in line 60-70, \
                    computing 70-80 on 0";
    assert_eq!(exactly_with(&records, B, &looks), expected);
}

#[test]
fn a_wait_has_the_reason_that_was_seen_in_it() {
    let records = [
        switch(10, 0, A, How::Waits),
        switch(50, 0, A, How::On),
        switch(60, 0, A, How::Waits),
    ];
    let timer = Look {
        reason: Some("a timer"),
        ..look(30, 0, 0, false)
    };
    let looks = HashMap::from([(A.into(), vec![timer])]);
    let expected = "computing 0-10 on 0, waiting 10-50 for a timer, computing 50-60 on 0, \
                    waiting 60-100";

    assert_eq!(exactly_with(&records, A, &looks), expected);
}

#[test]
fn looks_at_a_thread_that_only_computes_or_only_sleeps() {
    let computes = [
        look(0, 0, 0, true),
        look(5, 5, 0, true),
        look(10, 10, 0, true),
    ];
    assert_eq!(looked(&computes), "computing 0-10 on 0");
    let sleeps = [look(0, 3, 1, false), look(50, 3, 1, false)];
    assert_eq!(looked(&sleeps), "waiting 0-50");
}

#[test]
fn a_time_in_line_that_was_counted_late_lies_before() {
    // In line for three steps; the system counts it when it gets its turn.
    let looks = [
        look(0, 5, 0, true),
        look(5, 5, 0, true),
        look(10, 5, 0, true),
        look(15, 5, 0, true),
        look(20, 8, 17, true),
    ];
    assert_eq!(
        looked(&looks),
        "in line 0-15, computing 15-18 on 0, in line 18-20"
    );
}

#[test]
fn what_was_counted_late_does_not_go_into_a_sleep() {
    let looks = [
        look(0, 0, 0, false),
        look(5, 0, 0, false),
        look(10, 4, 9, true),
    ];
    assert_eq!(
        looked(&looks),
        "waiting 0-5, in line 5-6, computing 6-10 on 0"
    );
}

#[test]
fn a_short_turn_between_two_looks_is_kept() {
    let looks = [look(0, 0, 0, false), look(10, 2, 1, false)];
    assert_eq!(
        looked(&looks),
        "waiting 0-7, in line 7-8, computing 8-10 on 0"
    );
}

/// The number of a thread, and its states from a moment to another.
type Thread<'a> = (u64, &'a [(State, u64, u64)]);

fn with_states(mut made_up: Trace, threads: &[Thread<'_>]) -> Trace {
    let stretches = |list: &[(State, u64, u64)]| {
        let stretch = |(state, start, end): &(State, u64, u64)| Stretch {
            state: *state,
            start_ns: start * MS,
            end_ns: end * MS,
            core: (*state == State::Computing).then_some(0),
            reason: None,
        };
        list.iter().map(stretch).collect()
    };

    let threads = threads
        .iter()
        .map(|(tid, list)| (*tid, stretches(list)))
        .collect();
    lanes::hand_out(&mut made_up, Source::Exact, &threads);

    made_up
}

#[test]
fn a_lane_has_the_states_inside_its_spans() {
    let made_up = trace(
        100,
        vec![lane("worker", Kind::Thread, &[(10, 30), (50, 60)])],
    );
    let states = [
        (State::Waiting, 0, 20),
        (State::Computing, 20, 55),
        (State::InLine, 55, 100),
    ];
    let made_up = with_states(made_up, &[(1, &states)]);
    let expected = "waiting 10-20, computing 20-30 on 0, computing 50-55 on 0, in line 55-60";
    assert_eq!(told(&made_up.lanes[0].states), expected);
    assert_eq!(made_up.source, Source::Exact);
}

#[test]
fn before_the_watch_began_the_cpu_clock_tells() {
    let mut made_up = trace(100, vec![lane("worker", Kind::Thread, &[(10, 60)])]);
    made_up.lanes[0].slices = vec![slice(10, 30, 50), slice(30, 60, 0)];
    let states = [(State::InLine, 40, 60), (State::Computing, 60, 100)];
    let made_up = with_states(made_up, &[(1, &states)]);
    let expected = "computing 10-20, waiting 20-40, in line 40-60";
    assert_eq!(told(&made_up.lanes[0].states), expected);
}

#[test]
fn what_was_computed_while_watched_was_not_computed_before() {
    let mut made_up = trace(100, vec![lane("worker", Kind::Thread, &[(10, 90)])]);
    made_up.lanes[0].slices = vec![slice(10, 90, 50)];
    let states = [
        (State::Waiting, 30, 50),
        (State::Computing, 50, 85),
        (State::Waiting, 85, 100),
    ];
    let made_up = with_states(made_up, &[(1, &states)]);
    let expected = "computing 10-15, waiting 15-50, computing 50-85 on 0, waiting 85-90";
    assert_eq!(told(&made_up.lanes[0].states), expected);
}

#[test]
fn a_task_computes_only_while_it_is_polled() {
    let polled = task("call", (0, 100), &[(10, 20), (60, 70)], 0);
    let states = [
        (State::Computing, 0, 15),
        (State::InLine, 15, 65),
        (State::Computing, 65, 100),
    ];
    let made_up = with_states(trace(100, vec![polled]), &[(1, &states)]);
    let expected = "waiting 0-10, computing 10-15 on 0, in line 15-20, waiting 20-60, \
                    in line 60-65, computing 65-70 on 0, waiting 70-100";

    assert_eq!(told(&made_up.lanes[0].states), expected);
}

#[test]
fn a_task_that_two_threads_poll_has_the_states_of_both() {
    let mut polled = task("call", (0, 100), &[(10, 20), (60, 70)], 0);
    polled.slices[1].tid = 2;
    let one = [(State::Computing, 0, 50), (State::Waiting, 50, 100)];
    let two = [(State::Waiting, 0, 60), (State::Computing, 60, 100)];
    let made_up = with_states(trace(100, vec![polled]), &[(1, &one), (2, &two)]);
    let expected = "waiting 0-10, computing 10-20 on 0, waiting 20-60, computing 60-70 on 0, \
                    waiting 70-100";
    assert_eq!(told(&made_up.lanes[0].states), expected);
}

#[test]
fn turns_on_cores_are_those_of_threads_with_a_lane_and_without() {
    let made_up = trace(100, vec![lane("worker", Kind::Thread, &[(0, 100)])]);
    let one = [(State::Computing, 0, 50), (State::InLine, 50, 100)];
    let other = [(State::Computing, 50, 100)];
    let made_up = with_states(made_up, &[(1, &one), (77, &other)]);
    let turns: Vec<_> = made_up
        .turns
        .iter()
        .map(|turn| (turn.core, turn.tid, turn.lane, turn.start_ns / MS))
        .collect();

    assert_eq!(turns, [(0, 1, Some(0), 0), (0, 77, None, 50)]);
}

#[test]
fn a_task_is_in_line_from_being_woken_to_being_polled() {
    let mut call = task("call", (0, 100), &[(0, 10), (50, 60), (90, 100)], 100);
    // The second wake of a wait changes nothing; one during a poll counts from its end.
    call.woken = [30, 40, 55]
        .map(|t| Woken {
            t_ns: t * MS,
            by: None,
        })
        .to_vec();
    let states = [(State::Computing, 0, 100)];
    let made_up = with_states(trace(100, vec![call]), &[(1, &states)]);
    let expected = "computing 0-10 on 0, waiting 10-30, in line 30-50, computing 50-60 on 0, \
                    in line 60-90, computing 90-100 on 0";
    assert_eq!(told(&made_up.lanes[0].states), expected);
}
