//! Whatever was recorded, drawings and files come out whole.

use std::collections::HashMap;
use std::process::Command;

use proptest::prelude::*;
use serde_json::Value;

use super::kept;
use crate::timeline::{About, Glyphs, Style, draw, to_chrome, to_page};
use recording::measure::{Figures, Usage};
use recording::trace::{
    End, Kind, Lane, Link, LogLine, Mark, Slice, Source, SourceLine, Span, State, Stretch, Trace,
    Turn,
};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9 -]{0,12}",
        any::<String>(),
        Just("</script><!--".to_owned()),
        Just("\"\\\n\r\u{2028}\u{202e}\u{0}".to_owned()),
        Just("a".repeat(300)),
    ]
}

/// Mostly sensible times, sometimes the ends of what there is.
fn time() -> impl Strategy<Value = u64> {
    prop_oneof![8 => 0..2_000_000_000_u64, 1 => Just(0), 1 => any::<u64>()]
}

fn span() -> impl Strategy<Value = Span> {
    (
        text(),
        time(),
        proptest::option::of(time()),
        time(),
        0..5_u32,
        0..12_u16,
        any::<bool>(),
        0..3_u8,
    )
        .prop_map(
            |(name, start_ns, end_ns, cpu_ns, polls, depth, job, mark)| Span {
                mark: match mark {
                    0 => None,
                    1 => Some(Box::new(Mark::WaitsFor(name.clone()))),
                    _ => Some(Box::new(Mark::Holds(name.clone()))),
                },
                name: name.into(),
                start_ns,
                end_ns,
                cpu_ns,
                polls,
                depth,
                job,
                at: SourceLine {
                    file: "src/<made up>.rs",
                    line: 1,
                },
            },
        )
}

fn slice() -> impl Strategy<Value = Slice> {
    (time(), time(), time(), any::<bool>(), 0..4_u64).prop_map(
        |(start_ns, end_ns, cpu_ns, mark, tid)| Slice {
            start_ns,
            end_ns,
            cpu_ns,
            mark,
            tid,
        },
    )
}

fn state() -> impl Strategy<Value = Stretch> {
    let states = prop_oneof![
        Just(State::Computing),
        Just(State::InLine),
        Just(State::Waiting)
    ];
    let core = proptest::option::of(any::<u32>());
    (states, time(), time(), core, any::<bool>()).prop_map(
        |(state, start_ns, end_ns, core, known)| Stretch {
            state,
            start_ns,
            end_ns,
            core,
            reason: known.then_some("a timer"),
        },
    )
}

fn turn() -> impl Strategy<Value = (u32, u64, prop::sample::Index, u64, u64)> {
    (
        0..4_u32,
        any::<u64>(),
        any::<prop::sample::Index>(),
        time(),
        time(),
    )
}

fn lane() -> impl Strategy<Value = Lane> {
    let kinds = prop_oneof![Just(Kind::Thread), Just(Kind::Process), Just(Kind::Task)];
    let ends = prop_oneof![
        Just(End::Returned),
        Just(End::StillRunning),
        Just(End::Panicked),
        Just(End::Cancelled)
    ];
    let spans = proptest::collection::vec(span(), 0..6);
    let slices = proptest::collection::vec(slice(), 0..6);
    let states = proptest::collection::vec(state(), 0..6);
    let numbers = (0..4_u32, 0..4_u64);
    (text(), kinds, numbers, spans, slices, states, ends).prop_map(
        |(name, kind, (pid, tid), spans, slices, states, ended)| Lane {
            name,
            kind,
            pid,
            tid,
            spans,
            slices,
            states,
            woken: Vec::new(),
            ended,
        },
    )
}

fn trace() -> impl Strategy<Value = Trace> {
    let lanes = proptest::collection::vec(lane(), 1..50);
    let log = proptest::collection::vec((time(), any::<prop::sample::Index>(), text()), 0..5);
    let links = proptest::collection::vec(
        (
            any::<prop::sample::Index>(),
            time(),
            any::<prop::sample::Index>(),
            time(),
            text(),
        ),
        0..5,
    );
    let turns = proptest::collection::vec(turn(), 0..5);
    let all = (time(), time(), lanes, log, links, turns);
    all.prop_map(|(start_ns, end_ns, lanes, log, links, turns)| {
        let count = lanes.len();
        let log = log.into_iter().map(|(t_ns, lane, message)| LogLine {
            t_ns,
            lane: lane.index(count),
            message,
        });
        let links = links
            .into_iter()
            .map(|(from, from_ns, to, to_ns, label)| Link {
                from_lane: from.index(count),
                from_ns,
                to_lane: to.index(count),
                to_ns,
                label,
            });
        let turns = turns
            .into_iter()
            .map(|(core, tid, lane, start_ns, end_ns)| Turn {
                core,
                tid,
                lane: (tid % 2 == 0).then(|| lane.index(count)),
                start_ns,
                end_ns,
            });
        Trace {
            turns: turns.collect(),
            source: Source::Exact,
            start_ns,
            end_ns,
            log: log.collect(),
            links: links.collect(),
            lanes,
        }
    })
}

fn figures() -> Figures {
    Figures {
        used: Usage::default(),
        work_s: 1.0,
        sequential_s: None,
        cores: 2,
    }
}

/// Returns how many runs are tried: in everyday tests a few, since each is drawn and read again.
fn cases() -> u32 {
    if std::env::var_os("COURSE_LONG").is_some() {
        100
    } else {
        25
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_run_can_be_drawn(trace in trace(), width in 0..300_usize) {
        for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
            let drawing = draw(&trace, Style { width, glyphs, log: glyphs == Glyphs::Ascii });
            prop_assert!(!drawing.contains(['\u{1b}', '\r', '\u{202e}']), "{drawing}");
        }
        let _ = crate::diagnosis::diagnose(&trace);
    }

    #[test]
    fn any_run_is_a_page_whose_data_is_json(trace in trace(), demo in text()) {
        let about = About { lesson: "lesson".into(), demo, command: "<b>".into(), verdict: "<i>".into(), sentence: Some("<b>".into()), what_if: vec!["<b>".into()], date_ms: 0 };
        let page = to_page(&trace, &about, &figures());
        let (before, rest) = page.split_once("id=\"run\">").expect("the data's place");
        let (data, after) = rest.split_once("</script>").expect("the data's end");
        let data: Value = serde_json::from_str(data).expect("JSON");

        prop_assert_eq!(data["lanes"].as_array().map(Vec::len), Some(trace.lanes.len()));
        prop_assert!(before.matches("<script").count() == 1 && after.matches("</script>").count() == 1);
        prop_assert!(!page.contains("http://") && !page.contains("https://"), "nothing is asked of a network");
    }

    #[test]
    fn any_run_is_a_chrome_trace(trace in trace(), demo in text()) {
        check_chrome(&to_chrome(&trace, "lesson", &demo));
    }
}

/// The published format: every event has a phase with the members that this phase needs, each of the right kind.
fn check_chrome(text: &str) {
    let trace: Value = serde_json::from_str(text).expect("JSON");
    if let Some(lines) = trace["systemTraceEvents"].as_str() {
        check_scheduling(lines);
    }
    for event in trace["traceEvents"].as_array().expect("a list of events") {
        let phase = event["ph"].as_str().expect("a phase");
        assert!(
            event["pid"].is_u64() && event["tid"].is_u64() && event["name"].is_string(),
            "{event}"
        );
        assert!(
            phase == "M" || event["ts"].as_f64().is_some_and(|ts| ts >= 0.0),
            "{event}"
        );
        match phase {
            "M" => {
                assert!(
                    event["args"]["name"].is_string() || event["args"]["sort_index"].is_u64(),
                    "{event}"
                );
            }
            "X" => assert!(
                event["dur"].as_f64().is_some_and(|dur| dur >= 0.0),
                "{event}"
            ),
            "b" | "e" => assert!(
                event["id2"]["local"].is_string() && event["cat"].is_string(),
                "{event}"
            ),
            "i" => assert_eq!(event["s"], "t"),
            "s" | "f" => assert!(event["id"].is_u64() && event["cat"].is_string(), "{event}"),
            other => panic!("an unknown phase {other}"),
        }
    }
}

/// The lines of Linux's trace: each core has one thread at a time, in the order of time, and each word is in its place.
fn check_scheduling(lines: &str) {
    let mut threads: HashMap<&str, &str> = HashMap::new();
    let mut before = 0.0;
    for line in lines.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        let t_s: f64 = words[3].trim_end_matches(':').parse().expect("a time");
        assert!(t_s >= before, "{line}");
        before = t_s;

        let pid = |key: &str| words.iter().find_map(|word| word.strip_prefix(key));
        match words[4] {
            "sched_switch:" => {
                assert_eq!(words.len(), 13, "{line}");
                let on_core = threads.entry(words[1]).or_insert("0");
                assert_eq!(pid("prev_pid="), Some(*on_core), "{line}");
                *on_core = pid("next_pid=").expect("another thread");
            }
            "sched_waking:" => assert_eq!(words.len(), 9, "{line}"),
            other => panic!("an unknown event {other}"),
        }
    }
}

#[test]
fn the_turns_are_told_as_linux_tells_them() {
    let stretch = |state, start_ns, end_ns| Stretch {
        state,
        start_ns,
        end_ns,
        core: None,
        reason: None,
    };
    let lane = Lane {
        tid: 7,
        states: vec![
            stretch(State::Waiting, 0, 1000),
            stretch(State::InLine, 1000, 2000),
            stretch(State::Computing, 2000, 3000),
            stretch(State::InLine, 3000, 4000),
        ],
        ..recording::trace::fixtures::lane("part 1", Kind::Thread, &[(0, 1)])
    };
    let turn = |core, tid, lane, start_ns, end_ns| Turn {
        core,
        tid,
        lane,
        start_ns,
        end_ns,
    };
    let trace = Trace {
        end_ns: 5000,
        lanes: vec![lane],
        // The second begins before the first is over, as sampled ones may.
        turns: vec![
            turn(1, 7, Some(0), 2000, 3000),
            turn(1, 9, None, 2900, 3500),
        ],
        ..Trace::default()
    };
    let text = to_chrome(&trace, "lesson", "demo");
    check_chrome(&text);

    let value: Value = serde_json::from_str(&text).expect("JSON");
    let lines = value["systemTraceEvents"].as_str().expect("lines");
    insta::assert_snapshot!(lines.replace('\u{a0}', "_"), @r"
    # tracer: nop
    #
    part_1-7 [000] d... 0.000001000: sched_waking: comm=part_1 pid=7 prio=120 target_cpu=000
    not_this_run-0 [001] d... 0.000002000: sched_switch: prev_comm=not_this_run prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=part_1 next_pid=7 next_prio=120
    part_1-7 [001] d... 0.000003000: sched_switch: prev_comm=part_1 prev_pid=7 prev_prio=120 prev_state=R ==> next_comm=not_this_run next_pid=0 next_prio=120
    not_this_run-0 [001] d... 0.000003000: sched_switch: prev_comm=not_this_run prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=another_thread next_pid=9 next_prio=120
    another_thread-9 [001] d... 0.000003500: sched_switch: prev_comm=another_thread prev_pid=9 prev_prio=120 prev_state=S ==> next_comm=not_this_run next_pid=0 next_prio=120
    ");
}

#[test]
fn a_trace_names_its_processes_threads_and_tasks() {
    let span = |name: &'static str| Span {
        name: name.into(),
        start_ns: 1000,
        end_ns: Some(9000),
        cpu_ns: 10,
        polls: 1,
        depth: 0,
        job: true,
        mark: None,
        at: SourceLine {
            file: "src/x.rs",
            line: 2,
        },
    };
    let lane = |name: &str, kind: Kind, pid: u32| {
        let slices = vec![Slice {
            start_ns: 1000,
            end_ns: 1500,
            cpu_ns: 10,
            mark: true,
            tid: 11,
        }];
        Lane {
            name: name.into(),
            kind,
            pid,
            tid: 11,
            spans: vec![span("work")],
            slices,
            states: Vec::new(),
            woken: Vec::new(),
            ended: End::Returned,
        }
    };
    let lanes = vec![
        lane("main", Kind::Thread, 1),
        lane("News API", Kind::Task, 1),
        lane("Worker-1", Kind::Process, 2),
    ];
    let log = vec![LogLine {
        t_ns: 2000,
        lane: 2,
        message: "half way".into(),
    }];
    let links = vec![Link {
        label: "job".into(),
        from_lane: 0,
        from_ns: 1100,
        to_lane: 2,
        to_ns: 1200,
    }];
    let text = to_chrome(
        &Trace {
            start_ns: 0,
            end_ns: 10_000,
            lanes,
            log,
            links,
            ..Trace::default()
        },
        "lesson",
        "demo",
    );

    check_chrome(&text);
    let trace: Value = serde_json::from_str(&text).expect("JSON");
    let find = |phase: &str, name: &str| {
        let events = trace["traceEvents"].as_array().expect("a list");
        events
            .iter()
            .find(|event| event["ph"] == phase && event["name"] == name)
            .cloned()
            .unwrap_or_else(|| panic!("{phase} {name} in {text}"))
    };

    assert_eq!(find("M", "process_name")["args"]["name"], "lesson");
    assert_eq!(find("X", "work")["dur"], 8.0);
    assert_eq!(find("X", "poll News API")["tid"], 11);
    assert_eq!(
        find("b", "News API: work")["id2"],
        find("e", "News API: work")["id2"]
    );
    assert_eq!(find("i", "half way")["pid"], 2);
    assert_eq!(
        (
            find("s", "job")["pid"].clone(),
            find("f", "job")["pid"].clone()
        ),
        (1.into(), 2.into())
    );
}

#[test]
fn the_page_s_script_is_a_script() {
    let page = to_page(
        &Trace::default(),
        &About {
            lesson: "l".into(),
            demo: "d".into(),
            command: String::new(),
            verdict: String::new(),
            sentence: None,
            what_if: vec!["what if: it were shorter: 2.00 → 1.00 s".into()],
            date_ms: 0,
        },
        &figures(),
    );
    let script = page
        .rsplit("<script>")
        .next()
        .and_then(|rest| rest.split("</script>").next())
        .expect("a script");
    let file = kept().join("script.js");

    std::fs::write(&file, script).expect("target can be written");
    match Command::new("node").arg("--check").arg(&file).output() {
        Ok(output) => assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        ),
        Err(why) => println!("skipped: no node ({why})"),
    }
}
