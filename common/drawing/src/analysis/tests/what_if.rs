//! Made-up runs, and what would have shortened them. Times are milliseconds.

use std::time::Duration;

use State::{Computing, InLine, Waiting};

use super::{
    MS, holds, lane, link, linked, main, marked, path, queue, task, thread, trace, waits_for,
};
use crate::analysis::{Prediction, WhatIf, Wish, predict, what_if};
use recording::trace::{Kind, Lane, Source, State, Trace};

/// Answers a question about a run on two cores: what it would have taken, in milliseconds.
fn asked(run: &Trace, what_if: WhatIf) -> Option<u64> {
    asked_on(2, run, what_if)
}

fn asked_on(cores: usize, run: &Trace, what_if: WhatIf) -> Option<u64> {
    let words = "it were so";
    let answer = predict(run, Wish { words, what_if }, cores)?;
    let length = Duration::from_micros(500) + Duration::from_secs_f64(answer.to_s);
    u64::try_from(length.as_millis()).ok()
}

/// The lines about a run.
fn lines(run: &Trace) -> Vec<String> {
    let all = what_if(run, &path(run), &[], 2);
    all.iter().map(Prediction::line).collect()
}

/// A lane with these spans, besides its first, by name and times.
fn with_spans(mut lane: Lane, spans: &[(&'static str, u64, u64)]) -> Lane {
    for (name, start, end) in spans {
        let mut span = lane.spans[0].clone();
        span.name = (*name).into();
        span.start_ns = start * MS;
        span.end_ns = Some(end * MS);
        span.depth = 2;
        span.job = false;
        lane.spans.push(span);
    }
    lane.spans.sort_by_key(|span| (span.start_ns, span.depth));
    lane
}

/// Main starts threads at 10 and joins them; each waits for so long.
fn joined(waits: &[u64]) -> Trace {
    let longest = 10 + waits.iter().max().unwrap();
    let end = longest + 10;
    let own = main(&[
        (Computing, 0, 10),
        (Waiting, 10, longest),
        (Computing, longest, end),
    ]);
    let mut lanes = vec![own];
    for (number, wait) in waits.iter().enumerate() {
        lanes.push(thread(&format!("t{number}"), &[(Waiting, 10, 10 + wait)]));
    }
    let links: Vec<_> = (1..lanes.len()).map(|to| link(0, 10, to, 10)).collect();
    linked(trace(end, lanes), &links)
}

#[test]
fn half_of_the_longest_leaves_the_second_longest() {
    let run = joined(&[100, 80, 30]);
    assert_eq!(asked(&run, WhatIf::HalfAsLong("t0's job")), Some(100));
    assert_eq!(asked(&run, WhatIf::HalfAsLong("t1's job")), Some(120));
    assert_eq!(asked(&run, WhatIf::WaitsHalfAsLong), Some(70));
    let expected = "what if: t0's job of t0 half as long: 0.12 → 0.10 s";
    assert_eq!(lines(&run), [expected]);
}

#[test]
fn a_span_off_the_critical_path_gains_nothing() {
    let run = joined(&[100, 98]);
    assert_eq!(asked(&run, WhatIf::HalfAsLong("t0's job")), Some(118));
    assert!(lines(&run).is_empty(), "2 ms of 120 are not worth a line");
}

#[test]
fn what_the_run_has_not_cannot_be_otherwise() {
    let run = joined(&[100]);
    for what_if in [
        WhatIf::HalfAsLong("no such span"),
        WhatIf::AtOnce("t0"),
        WhatIf::BeforeTheLock("till"),
        WhatIf::OneMore("t"),
    ] {
        assert_eq!(asked(&run, what_if), None, "{what_if:?}");
    }
    assert_eq!(asked(&Trace::default(), WhatIf::WaitsHalfAsLong), None);
}

#[test]
fn a_lock_that_covers_nothing_slow_lets_all_go_on_at_once() {
    // Three threads ask a server, 30 each, inside one lock.
    let asker = |number: u64| {
        let start = number * 30;
        let name = format!("t{number}");
        let asker = thread(&name, &[(Waiting, 0, start + 30)]);
        let waits = (0, start, waits_for("till"));
        let held = (start, start + 30, holds("till"));
        with_spans(marked(asker, &[waits, held]), &[("ask", start, start + 30)])
    };
    let run = trace(
        100,
        vec![
            main(&[(Waiting, 0, 90), (Computing, 90, 100)]),
            asker(0),
            asker(1),
            asker(2),
        ],
    );
    assert_eq!(asked(&run, WhatIf::BeforeTheLock("till")), Some(40));
    assert_eq!(asked(&run, WhatIf::HalfAsLong("ask")), Some(55));

    let expected = [
        "what if: ask before the lock of till: 0.10 → 0.04 s",
        "what if: ask half as long, on 3 lanes: 0.10 → 0.06 s",
    ];
    assert_eq!(lines(&run), expected);
}

#[test]
fn the_waits_under_a_lock_are_done_before_it_and_the_work_stays() {
    // Each holds the lock for 40: 30 of waiting, 10 of work.
    let seller = |number: u64| {
        let start = number * 40;
        let states = [
            (Waiting, 0, start + 30),
            (Computing, start + 30, start + 40),
        ];
        let seller = thread(&format!("t{number}"), &states);
        let waits = (0, start, waits_for("till"));
        marked(seller, &[waits, (start, start + 40, holds("till"))])
    };
    let lanes = vec![main(&[(Waiting, 0, 120)]), seller(0), seller(1), seller(2)];
    let run = trace(120, lanes);

    assert_eq!(asked(&run, WhatIf::BeforeTheLock("till")), Some(60));
    let expected = "what if: the waits of locked before the lock of till: 0.12 → 0.06 s";
    assert_eq!(lines(&run)[0], expected);
}

#[test]
fn a_lock_around_computing_gains_nothing_but_half_the_work_does() {
    let run = queue(50);
    assert_eq!(asked(&run, WhatIf::BeforeTheLock("till")), Some(110));
    assert_eq!(asked(&run, WhatIf::HalfAsLong("locked")), Some(60));
}

#[test]
fn what_several_may_have_at_once_is_waited_for_only_when_all_is_taken() {
    // Two permits for four requests of 50.
    let request = |number: u64| {
        let start = number / 2 * 50;
        let request = thread(&format!("t{number}"), &[(Waiting, 0, start + 50)]);
        let held = (start, start + 50, holds("a permit"));
        marked(request, &[(0, start, waits_for("a permit")), held])
    };
    let mut lanes = vec![main(&[(Waiting, 0, 100)])];
    lanes.extend((0..4).map(request));
    let run = trace(100, lanes);

    assert_eq!(asked(&run, WhatIf::HalfAsLong("locked")), Some(50));
}

/// Workers of a pool that do jobs of these lengths, the next one by the one that is free.
fn pool(workers: usize, jobs: &[u64], state: State) -> Trace {
    let mut free = vec![0_u64; workers];
    let mut lanes: Vec<Vec<(u64, u64)>> = vec![Vec::new(); workers];
    let mut links = Vec::new();
    for length in jobs {
        let next = (0..workers).min_by_key(|worker| free[*worker]).unwrap();
        let start = free[next];
        free[next] += length;
        lanes[next].push((start, start + length));
        links.push(link(0, 0, next + 1, start));
    }

    let end = *free.iter().max().unwrap();
    let mut all = vec![main(&[(Waiting, 0, end)])];
    for (number, spans) in lanes.iter().enumerate() {
        let states: Vec<_> = spans
            .iter()
            .map(|(start, end)| (state, *start, *end))
            .collect();
        let mut worker = lane(&format!("worker-{}", number + 1), Kind::Thread, spans);
        worker.states = thread("any", &states).states;
        all.push(worker);
    }
    Trace {
        source: Source::Exact,
        ..linked(trace(end, all), &links)
    }
}

#[test]
fn one_worker_more_takes_the_jobs_that_waited() {
    let run = pool(2, &[60, 60, 60, 60, 60, 60], Waiting);
    assert_eq!(run.end_ns, 180 * MS);
    assert_eq!(asked(&run, WhatIf::OneMore("worker")), Some(120));
    assert_eq!(lines(&run)[0], "what if: 3 workers, not 2: 0.18 → 0.12 s");
}

#[test]
fn one_worker_more_than_there_are_jobs_stays_idle() {
    let run = pool(3, &[20, 10, 40, 30], Waiting);
    assert_eq!(run.end_ns, 40 * MS, "the third worker's only job");
    assert_eq!(asked(&run, WhatIf::OneMore("worker")), Some(40));
}

#[test]
fn one_worker_more_computes_no_more_than_there_are_cores() {
    let run = pool(2, &[60, 60, 60, 60, 60, 60], Computing);
    assert_eq!(asked_on(2, &run, WhatIf::OneMore("worker")), Some(180));
    assert_eq!(asked_on(4, &run, WhatIf::OneMore("worker")), Some(120));
    // As it was, it could not have been on one core.
    assert_eq!(asked_on(1, &run, WhatIf::OneMore("worker")), None);
}

#[test]
fn threads_without_a_queue_are_no_pool() {
    assert_eq!(asked(&joined(&[50, 60]), WhatIf::OneMore("t")), None);
}

#[test]
fn jobs_begun_one_after_the_other_could_have_begun_at_once() {
    let calls = [("Weather", 0, 30), ("News", 30, 90), ("Stock", 90, 130)];
    let mut lanes = vec![main(&[(Waiting, 0, 130)])];
    lanes.extend(calls.map(|(name, start, end)| thread(name, &[(Waiting, start, end)])));
    for lane in &mut lanes[1..] {
        lane.spans[0].name = "call".into();
    }
    let links = [link(0, 0, 1, 0), link(0, 30, 2, 30), link(0, 90, 3, 90)];
    let run = linked(trace(130, lanes), &links);

    assert_eq!(asked(&run, WhatIf::AtOnce("call")), Some(60));
    let expected = "what if: all 3 of call begun at once: 0.13 → 0.06 s";
    assert_eq!(lines(&run)[0], expected);
}

#[test]
fn a_wait_begun_earlier_lies_beside_what_follows() {
    // One thread: water, then vegetables, then the sauce.
    let cook = main(&[
        (Waiting, 0, 100),
        (Computing, 100, 150),
        (Waiting, 150, 230),
    ]);
    let spans = [
        ("water", 0, 100),
        ("vegetables", 100, 150),
        ("sauce", 150, 230),
    ];
    let run = trace(230, vec![with_spans(cook, &spans)]);

    assert_eq!(asked(&run, WhatIf::AtOnce("water")), Some(130));
    assert_eq!(
        asked(&run, WhatIf::AtOnce("sauce")),
        Some(230),
        "it is the last"
    );
}

#[test]
fn in_line_for_a_core_comes_of_the_work_of_others() {
    // Three threads compute 40 each on two cores, as fair as can be.
    let one = |name: &str| {
        thread(
            name,
            &[(Computing, 0, 30), (InLine, 30, 50), (Computing, 50, 60)],
        )
    };
    let lanes = vec![main(&[(Waiting, 0, 60)]), one("a"), one("b"), one("c")];
    let run = Trace {
        source: Source::Exact,
        ..trace(60, lanes)
    };

    assert_eq!(asked_on(2, &run, WhatIf::HalfAsLong("a's job")), Some(50));
    // With a third core it would have been of other programs, whatever this one does.
    assert_eq!(asked_on(3, &run, WhatIf::HalfAsLong("a's job")), Some(60));
}

#[test]
fn a_message_that_comes_earlier_is_taken_earlier() {
    let sender = thread("sender", &[(Waiting, 0, 70), (Computing, 70, 80)]);
    let receiver = main(&[(Waiting, 0, 70), (Computing, 70, 100)]);
    let run = linked(trace(100, vec![receiver, sender]), &[link(1, 70, 0, 70)]);
    assert_eq!(asked(&run, WhatIf::WaitsHalfAsLong), Some(65));
}

#[test]
fn a_chain_of_threads_is_shorter_by_the_half_of_one() {
    let first = thread("first", &[(Waiting, 0, 50)]);
    let second = thread("second", &[(Waiting, 50, 90)]);
    let main = main(&[(Waiting, 0, 90), (Computing, 90, 100)]);
    let run = linked(
        trace(100, vec![main, first, second]),
        &[link(0, 0, 1, 0), link(1, 50, 2, 50)],
    );
    assert_eq!(asked(&run, WhatIf::HalfAsLong("first's job")), Some(75));
    assert_eq!(asked(&run, WhatIf::HalfAsLong("second's job")), Some(80));
}

#[test]
fn tasks_of_one_thread_wait_each_for_itself() {
    let calls = [("Weather", 50), ("News", 95), ("Stock", 72)];
    let mut lanes = vec![main(&[(Waiting, 0, 95), (Computing, 95, 100)])];
    lanes.extend(calls.map(|(name, end)| task(name, (1, end), &[(1, 2), (end - 1, end)], 100)));
    let links: Vec<_> = (1..=3).map(|to| link(0, 0, to, 1)).collect();
    let run = linked(trace(100, lanes), &links);

    let expected = "what if: span of News half as long: 0.10 → 0.08 s";
    assert_eq!(lines(&run), [expected]);
}

#[test]
fn two_lanes_that_wait_for_each_other_are_not_replayed() {
    let a = marked(main(&[(Waiting, 0, 100)]), &[(0, 100, waits_for("b"))]);
    let b = marked(
        thread("b", &[(Waiting, 0, 100)]),
        &[(0, 100, waits_for("main"))],
    );
    let run = trace(100, vec![a, b]);
    assert!(lines(&run).is_empty());

    // Each has a lock and waits for the other's; none was ever let go.
    let mut one = marked(
        thread("one", &[(Waiting, 0, 100)]),
        &[(0, 90, holds("A")), (10, 100, waits_for("B"))],
    );
    let other = marked(
        thread("other", &[(Waiting, 0, 100)]),
        &[(0, 100, holds("B")), (10, 100, waits_for("A"))],
    );
    one.spans[1].end_ns = None;
    let stuck = trace(100, vec![main(&[(Waiting, 0, 100)]), one, other]);
    assert!(lines(&stuck).is_empty());
}

#[test]
fn a_run_that_is_over_at_once_asks_nothing() {
    let mut run = joined(&[100]);
    for lane in &mut run.lanes {
        lane.spans[0].end_ns = Some(lane.spans[0].start_ns + 1000);
        lane.states.clear();
    }
    run.end_ns = 20_000;
    assert!(lines(&run).is_empty());
    assert!(lines(&Trace::default()).is_empty());
}

#[test]
fn unclosed_spans_and_odd_marks_are_survived() {
    let mut odd = marked(
        thread("odd", &[(Waiting, 0, 100)]),
        &[
            (0, 50, holds("x")),
            (20, 40, holds("x")),
            (60, 61, waits_for("x")),
        ],
    );
    for span in &mut odd.spans {
        span.end_ns = None;
    }
    let mut empty = lane("empty", Kind::Process, &[]);
    empty.spans.clear();
    let run = linked(
        trace(
            100,
            vec![main(&[(Waiting, 0, 100)]), odd.clone(), odd, empty],
        ),
        &[link(3, 10, 1, 5), link(1, 500, 3, 2), link(2, 0, 0, 0)],
    );
    let _ = lines(&run);
}

#[test]
fn a_hundred_thousand_steps_are_replayed_quickly() {
    let lengths = vec![1; 40_000];
    let run = pool(2, &lengths, Waiting);
    let start = std::time::Instant::now();
    assert_eq!(asked(&run, WhatIf::HalfAsLong("span")), Some(10_000));
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn a_hundred_thousand_steps_with_marks_are_replayed_quickly() {
    // Of each job of 2, the first worker holds the lock for the first half, the other for the second.
    let mut run = pool(2, &vec![2; 20_000], Waiting);
    for (number, lane) in run.lanes.iter_mut().enumerate().skip(1) {
        let starts: Vec<u64> = lane.spans.iter().map(|job| job.start_ns / MS).collect();
        let halves = starts.iter().flat_map(|start| [*start, start + 1]);
        let states: Vec<_> = halves.map(|start| (Waiting, start, start + 1)).collect();
        let marks = starts.iter().flat_map(|start| match number {
            1 => vec![(*start, start + 1, holds("till"))],
            _ => vec![
                (*start, start + 1, waits_for("till")),
                (start + 1, start + 2, holds("till")),
            ],
        });
        lane.states = thread("any", &states).states;
        *lane = marked(lane.clone(), &marks.collect::<Vec<_>>());
    }

    let start = std::time::Instant::now();
    assert_eq!(asked(&run, WhatIf::BeforeTheLock("till")), Some(20_000));
    assert_eq!(asked(&run, WhatIf::OneMore("worker")), Some(20_000));
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn a_lane_that_was_stuck_did_not_lack_time() {
    let holder = thread("holder", &[(Waiting, 0, 50)]);
    let child = thread("child", &[(Waiting, 0, 99)]);
    let child = marked(child, &[(0, 99, waits_for("log"))]);
    let lanes = vec![
        main(&[(Waiting, 0, 100)]),
        marked(holder, &[(0, 50, holds("log"))]),
        child,
    ];
    assert!(lines(&trace(100, lanes)).is_empty());
}

#[test]
fn a_task_that_goes_round_and_round_is_not_halved() {
    let mut heart = task("heart", (0, 100), &[(0, 1), (50, 51), (99, 100)], 100);
    let own = main(&[(Waiting, 0, 100)]);
    let run = |heart: &Lane| {
        linked(
            trace(100, vec![own.clone(), heart.clone()]),
            &[link(0, 0, 1, 0)],
        )
    };

    heart.spans[0].polls = 3;
    assert_eq!(lines(&run(&heart)).len(), 1);
    heart.spans[0].polls = 30;
    assert!(lines(&run(&heart)).is_empty());
}

#[test]
fn a_job_whose_result_came_before_its_end_is_begun_at_once_with_the_others() {
    // Main starts three, each when the one before has sent its result, half a step before its end.
    let worker = |number: u64, start: u64| {
        thread(
            &format!("w{number}"),
            &[
                (Waiting, start, start + 50),
                (InLine, start + 50, start + 55),
                (Computing, start + 55, start + 56),
            ],
        )
    };
    let own = main(&[
        (Computing, 0, 2),
        (Waiting, 2, 52),
        (Computing, 52, 54),
        (Waiting, 54, 104),
        (Computing, 104, 106),
        (Waiting, 106, 156),
        (Computing, 156, 160),
    ]);
    let mut lanes = vec![own, worker(1, 2), worker(2, 54), worker(3, 106)];
    for lane in &mut lanes[1..] {
        lane.spans[0].name = "work".into();
    }
    let links = [link(0, 2, 1, 2), link(0, 54, 2, 54), link(0, 106, 3, 106)];
    let run = linked(trace(160, lanes), &links);
    let at_once = asked(&run, WhatIf::AtOnce("work")).unwrap();
    assert!((55..=70).contains(&at_once), "{at_once}");
}
