//! Made-up runs with a known way through them. Times are milliseconds.

mod what_if;
mod random;

use super::{Difference, Side, Step, changed, differences, parts, path, sentence, together, wakes};
use recording::trace::fixtures::{MS, lane, slice, task, trace};
use recording::trace::model::Woken;
use recording::trace::{Kind, Lane, Link, Mark, State, Stretch, Trace};

/// A thread with a span of its own name, and these states.
fn thread(name: &str, states: &[(State, u64, u64)]) -> Lane {
    let start = states.first().map_or(0, |(_, start, _)| *start);
    let end = states.last().map_or(0, |(_, _, end)| *end);
    let stretch = |(state, start, end): &(State, u64, u64)| Stretch {
        state: *state,
        start_ns: start * MS,
        end_ns: end * MS,
        core: None,
        reason: None,
    };
    let mut thread = lane(name, Kind::Thread, &[(start, end)]);

    thread.spans[0].name = format!("{name}'s job").into();
    thread.states = states.iter().map(stretch).collect();

    thread
}

/// The main thread: its span is the run.
fn main(states: &[(State, u64, u64)]) -> Lane {
    let mut main = thread("main", states);
    main.spans[0].job = false;
    main
}

fn marked(mut lane: Lane, spans: &[(u64, u64, Mark)]) -> Lane {
    for (start, end, mark) in spans {
        let mut span = lane.spans[0].clone();
        span.name = match mark {
            Mark::WaitsFor(_) => "lock".into(),
            Mark::Holds(_) => "locked".into(),
        };
        span.start_ns = start * MS;
        span.end_ns = Some(end * MS);
        span.depth = 1;
        span.job = false;
        span.mark = Some(Box::new(mark.clone()));
        lane.spans.push(span);
    }

    lane.spans.sort_by_key(|span| (span.start_ns, span.depth));
    lane
}

fn link(from: usize, from_ms: u64, to: usize, to_ms: u64) -> Link {
    Link {
        label: "a job".into(),
        from_lane: from,
        from_ns: from_ms * MS,
        to_lane: to,
        to_ns: to_ms * MS,
    }
}

fn linked(mut trace: Trace, links: &[Link]) -> Trace {
    trace.links = links.to_vec();
    trace
}

/// Writes a way as `main 0-10 waiting, ...`, and checks that it is as long as the run.
fn way(trace: &Trace) -> String {
    let steps = path(trace);
    let told = steps.iter().map(|step: &Step| {
        let lane = &trace.lanes[step.lane].name;
        format!(
            "{lane} {}-{} {}",
            step.start_ns / MS,
            step.end_ns / MS,
            step.what
        )
    });

    let told = told.collect::<Vec<_>>().join("; ");

    let mut at = trace.start_ns;

    for step in &steps {
        assert_eq!(step.start_ns, at, "a way without a gap: {told}");
        at = step.end_ns;
    }

    assert_eq!(at, trace.end_ns, "to the end: {told}");
    told
}

fn woken(trace: &Trace) -> Vec<String> {
    let told = wakes(trace).into_iter().map(|wake| {
        let lane = |lane: usize| trace.lanes[lane].name.as_str();
        format!(
            "{} {} woke {}: {}",
            wake.from_ns / MS,
            lane(wake.from),
            lane(wake.to),
            wake.by
        )
    });
    told.collect()
}

use State::{Computing, InLine, Waiting};

#[test]
fn a_run_of_one_thread_is_its_own_way() {
    let run = trace(100, vec![main(&[(Computing, 0, 60), (Waiting, 60, 100)])]);
    assert_eq!(way(&run), "main 0-60 computing; main 60-100 waiting");
    let words = sentence(&run, &path(&run)).unwrap();
    assert_eq!(
        words,
        "the run waited for: 60.0 ms of 100.0 ms main: computing · 40.0 ms main: waiting"
    );
}

/// Main starts two threads and joins both; the second one takes longer.
fn two_joined() -> Trace {
    let short = thread("short", &[(Computing, 10, 40)]);
    let long = thread("long", &[(Computing, 10, 50), (Waiting, 50, 90)]);
    let main = main(&[(Computing, 0, 10), (Waiting, 10, 90), (Computing, 90, 100)]);
    linked(
        trace(100, vec![main, short, long]),
        &[link(0, 10, 1, 10), link(0, 10, 2, 10)],
    )
}

#[test]
fn a_join_leads_to_the_thread_that_took_longest() {
    let run = two_joined();
    let expected = "main 0-10 computing; long 10-50 long's job, computing; \
                    long 50-90 long's job, waiting; main 90-100 computing";
    assert_eq!(way(&run), expected);
    assert_eq!(woken(&run), ["90 long woke main: it was done"]);
}

/// A thread of main's sends its result at 60, and ends at `end` in these states.
fn sent_before_its_end(rest: &[(State, u64, u64)], end: u64) -> Trace {
    let states = [&[(Computing, 10, 60)], rest].concat();
    let main = main(&[(Computing, 0, 10), (Waiting, 10, 60), (Computing, 60, 100)]);
    let run = trace(100, vec![main, thread("sender", &states)]);
    assert_eq!(run.lanes[1].spans[0].end_ns, Some(end * MS));
    linked(run, &[link(0, 10, 1, 10)])
}

#[test]
fn a_result_that_came_before_its_job_had_ended_was_waited_for_all_the_same() {
    // The sender was put in line behind the one that it had woken.
    let run = sent_before_its_end(&[(InLine, 60, 67), (Computing, 67, 68)], 68);
    let expected = "main 0-10 computing; sender 10-60 sender's job, computing; \
                    main 60-100 computing";
    assert_eq!(way(&run), expected);
    assert_eq!(woken(&run), ["60 sender woke main: it was done"]);
}

#[test]
fn a_job_that_went_on_for_long_woke_no_lane() {
    let run = sent_before_its_end(&[(Computing, 60, 68)], 68);
    assert_eq!(woken(&run), Vec::<String>::new());
}

#[test]
fn a_job_that_ended_because_its_starter_went_on_did_not_wake_it() {
    let run = sent_before_its_end(&[(Waiting, 60, 61)], 61);
    assert_eq!(woken(&run), Vec::<String>::new());
}

#[test]
fn a_job_that_ended_before_its_starter_went_on_may_have_woken_it() {
    // The starter was in line for 10 ms when it began to wait, or behind the end of the job: only the sum is known.
    let states = [
        (Computing, 0, 10),
        (Waiting, 10, 60),
        (InLine, 60, 70),
        (Computing, 70, 100),
    ];
    let job = thread(
        "job",
        &[(Computing, 10, 20), (Waiting, 20, 68), (Computing, 68, 69)],
    );
    let run = linked(trace(100, vec![main(&states), job]), &[link(0, 10, 1, 10)]);
    assert_eq!(woken(&run), ["60 job woke main: it was done"]);
}

#[test]
fn a_join_that_came_later_waited_for_nothing() {
    let short = thread("short", &[(Computing, 10, 40)]);
    let main = main(&[(Computing, 0, 100)]);
    let run = linked(trace(100, vec![main, short]), &[link(0, 10, 1, 10)]);
    assert_eq!(way(&run), "main 0-100 computing");
    assert_eq!(woken(&run), Vec::<String>::new());
}

#[test]
fn without_states_the_slices_tell_the_same() {
    let mut run = two_joined();
    for (number, slices) in [
        vec![slice(0, 10, 100), slice(10, 90, 0), slice(90, 100, 100)],
        vec![slice(10, 40, 100)],
        vec![slice(10, 90, 50)],
    ]
    .into_iter()
    .enumerate()
    {
        run.lanes[number].states.clear();
        run.lanes[number].slices = slices;
    }

    assert_eq!(way(&run), way(&two_joined()));
}

#[test]
fn the_way_to_a_thread_that_started_late_leads_over_its_starter() {
    let first = thread("first", &[(Computing, 5, 50)]);
    let second = thread("second", &[(Computing, 52, 98)]);
    let main = main(&[(Waiting, 0, 100)]);
    let run = linked(
        trace(100, vec![main, first, second]),
        &[link(0, 0, 1, 5), link(1, 50, 2, 52)],
    );
    let expected = "first 0-5 waiting; first 5-50 first's job, computing; second 50-52 waiting; \
                    second 52-98 second's job, computing; main 98-100 waiting";

    assert_eq!(way(&run), expected);
}

#[test]
fn time_in_line_for_a_core_lies_on_the_way() {
    let one = thread("one", &[(InLine, 10, 60), (Computing, 60, 95)]);
    let main = main(&[(Waiting, 0, 95), (Computing, 95, 100)]);
    let run = linked(trace(100, vec![main, one]), &[link(0, 0, 1, 10)]);
    let words = sentence(&run, &path(&run)).unwrap();
    assert!(
        words.contains("50.0 ms of 100.0 ms one: one's job, in line for a core"),
        "{words}"
    );
}

fn holds(what: &str) -> Mark {
    Mark::Holds(what.into())
}

fn waits_for(what: &str) -> Mark {
    Mark::WaitsFor(what.into())
}

#[test]
fn a_lock_leads_to_its_holder_only_while_it_was_waited_for() {
    // The holder had it since 10; the waiter came at 40, having computed until then.
    let holder = thread("holder", &[(Computing, 0, 80)]);
    let holder = marked(holder, &[(10, 70, holds("till"))]);
    let waiter = thread(
        "waiter",
        &[(Computing, 0, 40), (Waiting, 40, 70), (Computing, 70, 100)],
    );
    let waiter = marked(waiter, &[(40, 70, waits_for("till"))]);
    let mut run = trace(100, vec![waiter, holder]);
    run.lanes[0].name = "main".into();

    let expected = "main 0-40 waiter's job, computing; holder 40-70 locked, computing; \
                    main 70-100 waiter's job, computing";
    assert_eq!(way(&run), expected);
    assert_eq!(woken(&run), ["70 holder woke main: it let go of till"]);
}

#[test]
fn a_convoy_leads_from_holder_to_holder() {
    // Three threads, one lock, each holds it for 30.
    let a = marked(
        thread("a", &[(Computing, 0, 30)]),
        &[(0, 30, holds("till"))],
    );
    let b = thread("b", &[(Waiting, 0, 30), (Computing, 30, 60)]);
    let b = marked(b, &[(0, 30, waits_for("till")), (30, 60, holds("till"))]);
    let c = thread("c", &[(Waiting, 0, 60), (Computing, 60, 90)]);
    let c = marked(c, &[(0, 60, waits_for("till")), (60, 90, holds("till"))]);
    let run = trace(90, vec![main(&[(Waiting, 0, 90)]), a, b, c]);
    let expected = "a 0-30 locked, computing; b 30-60 locked, computing; c 60-90 locked, computing";

    assert_eq!(way(&run), expected);
}

#[test]
fn a_span_that_many_lanes_share_is_told_once() {
    let a = marked(
        thread("a", &[(Computing, 0, 45)]),
        &[(0, 45, holds("till"))],
    );
    let b = thread("b", &[(Waiting, 0, 45), (Computing, 45, 100)]);
    let b = marked(b, &[(0, 45, waits_for("till")), (45, 100, holds("till"))]);
    let run = trace(100, vec![main(&[(Waiting, 0, 100)]), a, b]);
    let words = sentence(&run, &path(&run)).unwrap();

    assert_eq!(
        words,
        "the run waited for: 100.0 ms of 100.0 ms 2 lanes: locked, computing"
    );
}

#[test]
fn a_wait_that_overlaps_its_cause_ends_with_it() {
    // It waited before the lock was taken by the holder that let it go last.
    let first = marked(
        thread("first", &[(Computing, 0, 20)]),
        &[(0, 20, holds("till"))],
    );
    let second = marked(
        thread("second", &[(Computing, 20, 60)]),
        &[(25, 60, holds("till"))],
    );
    let waiter = thread(
        "main",
        &[(Computing, 0, 10), (Waiting, 10, 60), (Computing, 60, 100)],
    );
    let waiter = marked(waiter, &[(10, 60, waits_for("till"))]);
    let run = trace(100, vec![waiter, first, second]);
    let told = way(&run);
    assert!(told.contains("second 25-60 locked, computing"), "{told}");
    assert!(
        told.ends_with("main 60-100 main's job, computing"),
        "{told}"
    );
}

#[test]
fn a_message_leads_to_its_sender() {
    let sender = thread("sender", &[(Computing, 0, 70), (Computing, 70, 80)]);
    let receiver = main(&[(Waiting, 0, 70), (Computing, 70, 100)]);
    let run = linked(trace(100, vec![receiver, sender]), &[link(1, 70, 0, 70)]);
    assert_eq!(
        way(&run),
        "sender 0-70 sender's job, computing; main 70-100 computing"
    );
    assert_eq!(woken(&run), ["70 sender woke main: it sent a job"]);
}

#[test]
fn a_message_that_lay_there_woke_no_lane() {
    let sender = thread("sender", &[(Computing, 0, 20)]);
    let receiver = main(&[(Computing, 0, 40), (Waiting, 40, 70), (Computing, 70, 100)]);
    let run = linked(trace(100, vec![receiver, sender]), &[link(1, 20, 0, 70)]);
    assert_eq!(
        way(&run),
        "main 0-40 computing; main 40-70 waiting; main 70-100 computing"
    );
}

#[test]
fn an_idle_worker_s_job_comes_from_the_one_who_gave_it() {
    // A pool of two: one worker idles all the time, the other until 60.
    let idle = lane("idle", Kind::Thread, &[(0, 1)]);
    let mut busy = lane("busy", Kind::Thread, &[(5, 10), (60, 95)]);
    busy.states = vec![
        Stretch {
            state: Computing,
            start_ns: 5 * MS,
            end_ns: 10 * MS,
            core: None,
            reason: None,
        },
        Stretch {
            state: Computing,
            start_ns: 60 * MS,
            end_ns: 95 * MS,
            core: None,
            reason: None,
        },
    ];

    let main = main(&[(Computing, 0, 60), (Waiting, 60, 95), (Computing, 95, 100)]);
    let run = linked(
        trace(100, vec![main, idle, busy]),
        &[link(0, 0, 2, 5), link(0, 60, 2, 60)],
    );
    let expected = "main 0-60 computing; busy 60-95 span, computing; main 95-100 computing";

    assert_eq!(way(&run), expected);
}

#[test]
fn a_timer_is_no_join_even_if_a_job_ends_at_that_moment() {
    let other = thread("other", &[(Computing, 0, 69)]);
    let mut main = main(&[(Computing, 0, 20), (Waiting, 20, 70), (Computing, 70, 100)]);
    main.states[1].reason = Some("a timer");
    let run = trace(100, vec![main, other]);
    let expected = "main 0-20 computing; main 20-70 waiting for a timer; main 70-100 computing";
    assert_eq!(way(&run), expected);
}

#[test]
fn three_calls_at_once_take_as_long_as_the_longest() {
    let calls = [("Weather", 50), ("News", 95), ("Stock", 70)];
    let mut lanes = vec![main(&[(Waiting, 0, 95), (Computing, 95, 100)])];
    lanes.extend(calls.map(|(name, end)| task(name, (1, end), &[(1, 2), (end - 1, end)], 100)));

    let links: Vec<Link> = (1..=3).map(|to| link(0, 0, to, 1)).collect();
    let run = linked(trace(100, lanes), &links);
    let words = sentence(&run, &path(&run)).unwrap();
    assert!(
        words.starts_with("the run waited for: 92.0 ms of 100.0 ms News: span, waiting"),
        "{words}"
    );

    way(&run);
}

#[test]
fn a_thread_that_polls_tasks_waits_itself() {
    // The main thread computes all the time, but for the task.
    let call = task("call", (10, 90), &[(10, 90)], 100);
    let run = linked(
        trace(100, vec![main(&[(Computing, 0, 100)]), call]),
        &[link(0, 10, 1, 10)],
    );
    let expected = "main 0-10 computing; call 10-90 span, computing; main 90-100 computing";
    assert_eq!(way(&run), expected);
}

#[test]
fn a_task_that_two_threads_poll_is_one_way() {
    let mut call = task("call", (10, 99), &[(10, 40), (40, 99)], 100);
    call.slices[1].tid = 2;

    let mut worker = thread("worker", &[(Waiting, 0, 40), (Computing, 40, 99)]);
    worker.tid = 2;

    let run = linked(
        trace(100, vec![main(&[(Waiting, 0, 100)]), call, worker]),
        &[link(0, 10, 1, 10)],
    );
    let told = way(&run);

    assert!(told.contains("call 10-99 span, computing"), "{told}");
}

#[test]
fn two_lanes_that_wait_for_each_other_end_the_way() {
    let a = marked(main(&[(Waiting, 0, 100)]), &[(0, 100, waits_for("b"))]);
    let b = marked(
        thread("b", &[(Waiting, 0, 100)]),
        &[(0, 100, waits_for("main"))],
    );
    way(&trace(100, vec![a, b]));
}

#[test]
fn a_lane_that_is_waited_for_by_name_leads_to_it() {
    let child = lane("child", Kind::Process, &[(10, 80)]);
    let main = main(&[(Computing, 0, 10), (Waiting, 10, 80), (Computing, 80, 100)]);
    let main = marked(main, &[(10, 80, waits_for("child"))]);
    let run = linked(trace(100, vec![main, child]), &[link(0, 10, 1, 10)]);
    let told = way(&run);
    assert!(told.contains("child 10-80 span, waiting"), "{told}");
}

#[test]
fn spans_one_after_the_other_are_told_apart() {
    let mut worker = lane("worker", Kind::Thread, &[(0, 30), (30, 100)]);
    worker.spans[0].name = "read".into();
    worker.spans[1].name = "write".into();
    worker.slices = vec![slice(0, 100, 100)];

    let run = trace(100, vec![worker]);
    assert_eq!(
        way(&run),
        "worker 0-30 read, computing; worker 30-100 write, computing"
    );
}

#[test]
fn nothing_at_all_has_no_way() {
    assert_eq!(path(&Trace::default()), []);
    assert_eq!(sentence(&Trace::default(), &[]), None);
    way(&trace(100, vec![lane("main", Kind::Thread, &[(20, 60)])]));
}

#[test]
fn a_hundred_thousand_spans_are_walked_quickly() {
    let spans: Vec<(u64, u64)> = (0..50_000).map(|n| (n * 2, n * 2 + 1)).collect();
    let one = lane("one", Kind::Thread, &spans);
    let two = lane("two", Kind::Thread, &spans);
    let start = std::time::Instant::now();
    way(&trace(100_000, vec![one, two]));
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

/// The sentence about two runs.
fn compared(before: &Trace, now: &Trace) -> String {
    let paths = [path(before), path(now)];
    let before = Side {
        name: "before",
        trace: before,
        path: &paths[0],
    };
    let now = Side {
        name: "now",
        trace: now,
        path: &paths[1],
    };

    changed(&before, &now)
}

/// Two threads that hold a lock one after the other, each for this time.
fn queue(held: u64) -> Trace {
    let a = marked(
        thread("a", &[(Computing, 0, held)]),
        &[(0, held, holds("till"))],
    );
    let b = thread("b", &[(Waiting, 0, held), (Computing, held, 2 * held + 10)]);
    let b = marked(
        b,
        &[
            (0, held, waits_for("till")),
            (held, 2 * held, holds("till")),
        ],
    );
    let end = 2 * held + 10;

    trace(end, vec![main(&[(Waiting, 0, end)]), a, b])
}

#[test]
fn what_changed_between_two_runs_is_named() {
    let expected = "before 110.0 ms, now 30.0 ms: what made the difference is 2 lanes: locked, \
                    computing: before 100.0 ms, now 20.0 ms";
    assert_eq!(compared(&queue(50), &queue(10)), expected);
    let expected = "before 30.0 ms, now 110.0 ms: what made the difference is 2 lanes: locked, \
                    computing: before 20.0 ms, now 100.0 ms";
    assert_eq!(compared(&queue(10), &queue(50)), expected);
}

#[test]
fn two_runs_of_one_length_have_no_difference() {
    let expected = "before 110.0 ms, now 110.0 ms: as long as each other";
    assert_eq!(compared(&queue(50), &queue(50)), expected);
}

#[test]
fn a_wait_for_another_kind_of_event_is_the_same_wait() {
    let wait = |end, reason| {
        let mut main = main(&[(Waiting, 0, end), (Computing, end, end + 10)]);
        main.states[0].reason = reason;
        trace(end + 10, vec![main])
    };
    let expected = "before 100.0 ms, now 50.0 ms: what made the difference is main: waiting: \
                    before 90.0 ms, now 40.0 ms";
    assert_eq!(
        compared(&wait(90, Some("a timer")), &wait(40, None)),
        expected
    );
}

#[test]
fn spans_are_matched_by_name_and_line() {
    let mut other = queue(10);
    other.lanes[1].spans[0].at.line = 7;

    let all = differences(&queue(50), &other);
    let told = |one: &Difference| {
        let ms = |ns: Option<u64>| ns.map_or("none".into(), |ns| (ns / MS).to_string());
        format!(
            "{} {} {} {}",
            one.name,
            one.at,
            ms(one.before_ns),
            ms(one.now_ns)
        )
    };

    let told: Vec<String> = all.iter().map(told).collect();
    assert!(
        told.contains(&"locked src/made_up.rs:1 100 20".to_owned()),
        "{told:?}"
    );
    assert!(
        told.contains(&"a's job src/made_up.rs:7 none 10".to_owned()),
        "{told:?}"
    );
    assert!(
        told.contains(&"a's job src/made_up.rs:1 50 none".to_owned()),
        "{told:?}"
    );
}

#[test]
fn two_runs_stand_on_one_axis_lane_by_lane() {
    let mut now = queue(10);
    now.start_ns = 5 * MS;

    let mut before = queue(50);
    before.lanes[2].name = "c".into();

    let both = together(&before, &now);
    let names: Vec<&str> = both.lanes.iter().map(|lane| lane.name.as_str()).collect();

    assert_eq!(
        names,
        ["main", "before main", "a", "before a", "b", "before c"]
    );
    assert_eq!(both.end_ns, 110 * MS);
    assert_eq!(
        both.lanes[2].spans[0].end_ns,
        Some(5 * MS),
        "shifted to its own start"
    );
}

#[test]
fn a_run_is_cut_where_its_main_thread_says_that_a_part_begins() {
    let mut run = trace(
        200,
        vec![
            main(&[(Waiting, 0, 200)]),
            thread("a", &[(Computing, 0, 150)]),
        ],
    );
    for (name, start, end) in [("part broken", 0, 150), ("part fixed", 160, 199)] {
        let mut span = run.lanes[0].spans[0].clone();
        span.name = name.into();
        span.start_ns = start * MS;
        span.end_ns = Some(end * MS);
        span.at.file = "common/recording/src/trace/part.rs";
        run.lanes[0].spans.push(span);
    }

    // A span of the same name that a demo made itself is none.
    let mut own = run.lanes[0].spans[1].clone();
    own.at.file = "lesson.rs";
    run.lanes[0].spans.push(own);

    let parts = parts(&run);
    let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
    let [(_, first), (_, second)] = parts.as_slice() else {
        panic!("{names:?}");
    };
    assert_eq!(names, ["broken", "fixed"]);
    assert_eq!((first.start_ns / MS, first.end_ns / MS), (0, 150));
    assert_eq!((second.start_ns / MS, second.end_ns / MS), (160, 199));

    let expected = "before 150.0 ms, now 39.0 ms: what made the difference is a: a's job, \
                    computing: before 150.0 ms, now 0 µs";
    assert_eq!(compared(first, second), expected);
    assert!(
        super::parts(&queue(50)).is_empty(),
        "one without parts has none"
    );
}

#[test]
fn a_task_that_another_one_wakes_waited_for_that() {
    let mut first = task("first", (5, 60), &[(5, 10), (40, 60)], 100);
    first.slices[1].start_ns = 40 * MS;
    let mut second = task("second", (5, 95), &[(5, 10), (60, 95)], 100);
    // The first one's last poll wakes the second.
    second.woken = vec![Woken {
        t_ns: 59 * MS,
        by: Some(1),
    }];
    let run = linked(
        trace(
            100,
            vec![
                main(&[(Waiting, 0, 95), (Computing, 95, 100)]),
                first,
                second,
            ],
        ),
        &[link(0, 0, 1, 5), link(0, 0, 2, 5)],
    );
    let told = way(&run);

    assert!(told.contains("first 40-59 span, computing"), "{told}");
    assert!(woken(&run).contains(&"59 first woke second: it called its waker".to_owned()));
}

#[test]
fn a_task_that_its_own_thread_wakes_waited_for_something_outside() {
    let mut call = task("call", (5, 95), &[(5, 10), (60, 95)], 100);
    call.woken = vec![Woken {
        t_ns: 59 * MS,
        by: Some(0),
    }];
    let run = linked(
        trace(
            100,
            vec![main(&[(Waiting, 0, 95), (Computing, 95, 100)]), call],
        ),
        &[link(0, 0, 1, 5)],
    );
    assert!(
        way(&run).contains("call 10-60 span, waiting"),
        "{}",
        way(&run)
    );
}
