//! Made-up records, and the lanes that come of them.

use super::trace;
use crate::process::exit::Exit;
use crate::trace::children::ChildRecords;
use crate::trace::model::{End, Kind, Lane, Link, Trace};
use crate::trace::record::{
    Fields, Line, Opened, Place, Record, RecordKind, Source, Thread, ThreadRecords,
};

/// Returns a thread; one without a name if `name` is empty.
fn thread(number: u64, name: &str) -> Thread {
    Thread {
        tid: number,
        prefix: number << 40,
        name: (!name.is_empty()).then(|| name.to_owned()),
        first: name == "main",
    }
}

fn records(number: u64, name: &str, records: Vec<Record>) -> ThreadRecords {
    ThreadRecords {
        thread: thread(number, name),
        pieces: vec![records],
    }
}

/// Puts the records of this process's threads together.
fn traced(end_ns: u64, own: Vec<ThreadRecords>) -> Trace {
    trace(0, end_ns, 7, own, Vec::new())
}

/// Returns a record whose CPU clock is a tenth of its time.
fn at(t: u64, span: u64, kind: RecordKind) -> Record {
    Record::at(t, t / 10, span, kind)
}

fn opened(name: &'static str, parent: u64, fields: Option<Fields>) -> Opened {
    let place = Box::leak(Box::new(Place {
        name,
        file: "src/made_up.rs",
        line: 1,
    }));
    Opened {
        parent,
        source: Source::Child(place),
        fields: fields.map(Box::new),
    }
}

fn enter(t: u64, span: u64, name: &'static str) -> Record {
    at(t, span, RecordKind::Entered(Some(opened(name, 0, None))))
}

fn enter_again(t: u64, span: u64) -> Record {
    at(t, span, RecordKind::Entered(None))
}

/// A record of a span that is left, and not over.
fn pause(t: u64, span: u64) -> Record {
    let left = RecordKind::Left {
        panicking: false,
        closed: false,
    };
    at(t, span, left)
}

fn left(t: u64, span: u64) -> Record {
    let left = RecordKind::Left {
        panicking: false,
        closed: true,
    };
    at(t, span, left)
}

fn line(t: u64, message: &str, sends: Option<&str>, receives: Option<&str>) -> Record {
    let line = Line {
        message: message.into(),
        sends: sends.map(str::to_owned),
        receives: receives.map(str::to_owned),
    };
    at(t, 0, RecordKind::Log(Box::new(line)))
}

fn log(t: u64, span: u64, message: &str) -> Record {
    Record {
        span,
        ..line(t, message, None, None)
    }
}

fn names(trace: &Trace) -> Vec<&str> {
    trace.lanes.iter().map(|lane| lane.name.as_str()).collect()
}

fn task_of(trace: &Trace) -> &Lane {
    let mut lanes = trace.lanes.iter();
    lanes.find(|lane| lane.kind == Kind::Task).unwrap()
}

#[test]
fn jobs_are_the_outermost_spans_of_lanes() {
    let main = vec![
        enter(100, 2, "here"),
        enter(150, 4, "nested"),
        left(200, 4),
        left(300, 2),
    ];
    let other = vec![
        enter(100, 6, "there"),
        log(500, 6, "half way"),
        left(900, 6),
    ];
    let own = vec![records(2, "other", other), records(1, "main", main)];

    let trace = traced(1000, own);

    assert_eq!(names(&trace), ["main", "other"]);
    let main = &trace.lanes[0];
    let spans: Vec<_> = main
        .spans
        .iter()
        .map(|span| (&*span.name, span.depth, span.job))
        .collect();

    assert_eq!(spans, [("here", 0, true), ("nested", 1, false)]);
    assert_eq!(main.spans[0].cpu_ns, 20);
    let other = &trace.lanes[1];
    let cpu_ns: u64 = other.slices.iter().map(|slice| slice.cpu_ns).sum();

    assert_eq!(cpu_ns, 80);
    assert!(
        (trace.work_s() - 1e-6).abs() < 1e-12,
        "200 ns here and 800 ns there: {}",
        trace.work_s()
    );

    assert_eq!((trace.log[0].lane, &other.ended), (1, &End::Returned));
}

/// Returns the polls of a task, each from start to end.
fn polls(polls: &[(u64, u64)]) -> Vec<Record> {
    let edges = polls
        .iter()
        .flat_map(|(from, to)| [enter_again(*from, 1), pause(*to, 1)]);
    edges.collect()
}

fn news() -> RecordKind {
    let fields = Fields {
        task: Some("News API".into()),
        others: " 3".into(),
        ..Fields::default()
    };
    RecordKind::Created(opened("call", 0, Some(fields)))
}

#[test]
fn a_task_has_a_lane_of_its_own_whichever_thread_polls_it() {
    let mut one = vec![at(10, 1, news())];
    one.extend(polls(&[(20, 30)]));
    let mut two = vec![
        enter_again(500, 1),
        enter(510, 2 << 40, "parse"),
        log(515, 2 << 40, "parsing"),
        left(520, 2 << 40),
        pause(530, 1),
    ];
    // The future is dropped inside its span.
    two.extend(polls(&[(530, 531)]));
    two.push(at(532, 1, RecordKind::Closed));

    let trace = traced(600, vec![records(1, "w1", one), records(2, "w2", two)]);

    let task = task_of(&trace);
    assert_eq!(
        (task.name.as_str(), task.tid, &task.ended),
        ("News API", 2, &End::Returned)
    );
    let spans: Vec<_> = task
        .spans
        .iter()
        .map(|span| (&*span.name, span.start_ns, span.end_ns, span.polls))
        .collect();
    assert_eq!(
        spans,
        [("call 3", 20, Some(532), 2), ("parse", 510, Some(520), 0)]
    );
    assert!(task.spans[0].job && !task.spans[1].job);
    assert_eq!(trace.lanes[trace.log[0].lane].name, "News API");
    let mut slices = task.slices.iter();
    assert!(
        slices.all(|slice| !(31..500).contains(&slice.start_ns)),
        "waiting has no slice"
    );
    let threads: Vec<u64> = task.slices.iter().map(|slice| slice.tid).collect();
    assert_eq!(threads, [1, 2]);
    assert_eq!(names(&trace), ["w1", "News API", "w2"]);
}

#[test]
fn a_task_may_go_to_a_thread_that_is_listed_before() {
    let mut first = vec![at(10, 1, news())];
    first.extend(polls(&[(20, 30), (1000, 1010)]));
    let mut second = polls(&[(300_000, 300_010)]);
    second.extend(polls(&[(300_010, 300_011)]));
    second.push(at(300_012, 1, RecordKind::Closed));
    let own = vec![records(2, "w2", second), records(1, "w1", first)];

    let trace = traced(400_000, own);

    let task = task_of(&trace);
    let span = &task.spans[0];

    assert_eq!(
        (span.start_ns, span.end_ns, span.polls),
        (20, Some(300_012), 3)
    );
    let threads: Vec<u64> = task.slices.iter().map(|slice| slice.tid).collect();
    assert_eq!(threads, [1, 1, 2]);
}

#[test]
fn a_span_inside_a_task_is_open_while_the_task_waits() {
    let main = vec![
        at(10, 1, news()),
        enter_again(20, 1),
        enter(25, 4, "booking"),
        pause(28, 4),
        pause(30, 1),
    ];

    let trace = traced(100, vec![records(1, "main", main)]);

    let task = task_of(&trace);
    let mut spans = task.spans.iter();

    assert!(spans.all(|span| span.end_ns.is_none()), "{task:?}");
}

#[test]
fn a_thread_that_only_logs_is_shown() {
    let trace = traced(10, vec![records(2, "quiet", vec![log(5, 0, "hi")])]);
    assert_eq!((names(&trace), trace.log[0].lane), (vec!["quiet"], 0));
}

#[test]
fn a_thread_without_a_name_has_that_of_its_first_span() {
    let others = Fields {
        others: " 3".into(),
        ..Fields::default()
    };
    let first = opened("chunk", 0, Some(others));
    let own = vec![
        log(5, 0, "before any span"),
        at(10, 2, RecordKind::Entered(Some(first))),
        left(20, 2),
        enter(30, 4, "another"),
        left(40, 4),
    ];

    let trace = traced(100, vec![records(2, "", own)]);

    assert_eq!(names(&trace), ["chunk 3"]);
}

#[test]
fn a_thread_without_a_name_may_enter_a_span_that_its_starter_made() {
    let starter = vec![
        at(5, 2, RecordKind::Created(opened("first", 0, None))),
        at(6, 4, RecordKind::Created(opened("second", 0, None))),
    ];
    let one = vec![enter_again(20, 2), left(30, 2)];
    let two = vec![enter_again(10, 4), left(30, 4)];
    let own = vec![
        records(1, "main", starter),
        records(2, "", one),
        records(3, "", two),
    ];

    assert_eq!(names(&traced(100, own)), ["second", "first"]);
}

#[test]
fn a_thread_without_a_name_is_not_named_after_a_task_that_it_runs() {
    let mut own = vec![
        at(10, 1, news()),
        enter_again(20, 1),
        enter(25, 4, "parse"),
        left(28, 4),
        pause(30, 1),
    ];
    let trace = traced(100, vec![records(2, "", own.clone())]);

    assert_eq!(names(&trace), ["thread 2", "News API"]);

    own.extend([enter(40, 6, "rest"), left(50, 6)]);
    let trace = traced(100, vec![records(2, "", own)]);
    assert_eq!(names(&trace), ["rest", "News API"]);
}

#[test]
fn a_thread_without_a_name_or_a_span_has_its_number() {
    let trace = traced(10, vec![records(2, "", vec![log(5, 0, "hi")])]);
    assert_eq!(names(&trace), ["thread 2"]);
}

#[test]
fn a_task_ends_in_one_of_four_ways() {
    let end = |after: &[(u64, u64)], closed: bool, panicking: bool| {
        let mut main = vec![at(10, 1, news())];
        main.extend(polls(&[(20, 30)]));
        main.extend(polls(after));
        if panicking {
            main.push(enter_again(40, 1));
            main.push(at(41, 1, RecordKind::Left { panicking, closed }));
        } else if closed {
            main.push(at(400_000, 1, RecordKind::Closed));
        }
        let trace = traced(1_000_000, vec![records(1, "main", main)]);
        trace.lanes[1].ended.clone()
    };

    assert_eq!(end(&[(30, 31)], true, false), End::Returned);
    assert_eq!(end(&[(300_000, 300_001)], true, false), End::Cancelled);
    assert_eq!(end(&[], false, false), End::StillRunning);
    assert_eq!(end(&[], true, true), End::Panicked);
}

#[test]
fn a_killed_child_keeps_what_it_sent() {
    let mut child = ChildRecords::new("worker 1", 70, 50, 1);
    child.ended = Some((400, Exit::Killed(9)));
    for (number, name, record) in [
        (70, "main", enter(100, 2, "chunk 3")),
        (70, "main", log(150, 2, "half way")),
        (71, "helper", enter(160, 4, "help")),
        (71, "helper", left(170, 4)),
    ] {
        child.add(thread(number, name), record);
    }

    let mute = ChildRecords::new("mute", 72, 60, 1);

    let trace = trace(0, 1000, 7, Vec::new(), vec![child, mute]);

    assert_eq!(names(&trace), ["worker 1", "mute", "helper"]);
    let worker = &trace.lanes[0];
    assert_eq!(
        (worker.kind, worker.pid, worker.tid),
        (Kind::Process, 70, 70)
    );
    assert_eq!(worker.ended, End::Process(Exit::Killed(9)));
    assert_eq!(
        worker.spans[0].end_ns,
        Some(400),
        "an open span ends with its process"
    );
    let mute = &trace.lanes[1];
    assert_eq!(
        (mute.kind, &mute.ended),
        (Kind::Process, &End::StillRunning)
    );
    let span = &mute.spans[0];
    assert_eq!((span.start_ns, span.end_ns, span.job), (60, None, false));
    let helper = &trace.lanes[2];
    assert_eq!((helper.kind, helper.pid), (Kind::Thread, 70));
    assert_eq!(trace.lanes[trace.log[0].lane].name, "worker 1");
    assert!(trace.links.is_empty(), "no thread here started them");
}

#[test]
fn a_child_is_linked_to_the_thread_that_started_it() {
    let main = vec![enter(5, 2, "run"), left(900, 2)];
    let mut child = ChildRecords::new("w", 70, 50, 1);

    child.add(thread(70, "main"), enter(100, 2, "chunk 3"));

    let trace = trace(0, 1000, 7, vec![records(1, "main", main)], vec![child]);

    let link = Link {
        label: "w".into(),
        from_lane: 0,
        from_ns: 50,
        to_lane: 1,
        to_ns: 100,
    };
    assert_eq!(trace.links, [link]);
}

#[test]
fn starts_and_messages_are_linked() {
    let main = vec![
        enter(5, (1 << 40) + 2, "main"),
        line(10, "", Some("job 1"), None),
        left(900, (1 << 40) + 2),
    ];
    let work = opened("work", (1 << 40) + 2, None);
    let worker = vec![
        at(50, (2 << 40) + 2, RecordKind::Entered(Some(work))),
        line(60, "", None, Some("job 1")),
        line(70, "", None, Some("job 2")),
        left(90, (2 << 40) + 2),
    ];
    let own = vec![records(1, "main", main), records(2, "worker", worker)];

    let trace = traced(1000, own);

    let links: Vec<_> = trace
        .links
        .iter()
        .map(|link| {
            let label = link.label.as_str();
            (
                label,
                link.from_lane,
                link.from_ns,
                link.to_lane,
                link.to_ns,
            )
        })
        .collect();
    assert_eq!(links, [("job 1", 0, 10, 1, 60), ("worker", 0, 50, 1, 50)]);
}

#[test]
fn a_million_spans_too_fine_to_draw_are_few_slices() {
    let spans = (0..10_000).flat_map(|n| {
        let span = n * 2 + 2;
        [enter(n * 20, span, "tiny"), left(n * 20 + 10, span)]
    });
    let trace = traced(200_000, vec![records(1, "main", spans.collect())]);

    assert_eq!(trace.lanes[0].spans.len(), 10_000);
    assert!(trace.lanes[0].slices.len() <= 10_000);
}

#[test]
fn what_makes_no_sense_is_survived() {
    let own_parent = opened("its own parent", 9, None);
    let odd = vec![
        left(900, 5),
        at(100, 6, RecordKind::Closed),
        enter_again(50, 8),
        enter(u64::MAX, 9, ""),
        at(0, 9, RecordKind::Entered(Some(own_parent))),
        log(3, 77, "nowhere"),
        at(2, 1, news()),
        left(1, 1),
    ];
    let odd = ThreadRecords {
        thread: thread(1, "main"),
        pieces: vec![odd, Vec::new()],
    };

    let trace = trace(500, 100, 7, vec![odd], Vec::new());

    assert!(trace.work_s() >= 0.0);
    assert_eq!(trace.log.len(), 1);
}

#[test]
fn a_task_knows_the_lanes_that_woke_it() {
    let woken = |t| at(t, 1, RecordKind::Woken);
    let main = vec![
        at(10, 1, news()),
        enter_again(20, 1),
        // It wakes itself while it is polled.
        woken(25),
        pause(30, 1),
        enter_again(80, 1),
        left(90, 1),
    ];
    let other = vec![enter(40, 4, "ring"), woken(50), left(60, 4)];
    // A thread without a lane of its own does not get one for that.
    let driver = vec![woken(70)];
    let own = vec![
        records(1, "main", main),
        records(2, "other", other),
        records(3, "driver", driver),
    ];

    let trace = traced(100, own);

    assert!(!names(&trace).contains(&"driver"), "{:?}", names(&trace));
    let by = |lane: Option<usize>| lane.map(|lane| trace.lanes[lane].name.as_str());
    let woken: Vec<_> = task_of(&trace)
        .woken
        .iter()
        .map(|woken| (woken.t_ns, by(woken.by)))
        .collect();
    let own_name = task_of(&trace).name.as_str();
    assert_eq!(
        woken,
        [(25, Some(own_name)), (50, Some("other")), (70, None)]
    );
}
