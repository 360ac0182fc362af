//! The run in Chrome's trace event format: opens in Perfetto and in `chrome://tracing`.
//!
//! The format: <https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU>. Times are
//! microseconds. Threads and processes get complete events (`X`), which must nest on their track; tasks overlap, so each
//! is an asynchronous track of its own (`b`, `e`), and its polls lie on the threads that ran them.

use serde_json::{Value, json};

use super::scheduler;
use crate::analysis::{path, wakes};
use recording::trace::{Kind, Lane, Span, Trace};

/// Returns the run as one JSON object, as text.
pub fn to_chrome(trace: &Trace, lesson: &str, demo: &str) -> String {
    let mut events = process_names(trace, lesson);
    events.extend(thread_names(trace));
    for (number, lane) in trace.lanes.iter().enumerate() {
        match lane.kind {
            Kind::Task => task(&mut events, trace, lane, number),
            Kind::Thread | Kind::Process => {
                events.extend(lane.spans.iter().map(|span| complete(trace, lane, span)));
            }
        }
    }

    for line in &trace.log {
        let lane = &trace.lanes[line.lane];
        events.push(json!({
            "ph": "i", "s": "t", "cat": "log", "name": line.message,
            "pid": lane.pid, "tid": lane.tid, "ts": micros(trace, line.t_ns),
        }));
    }

    for (number, link) in trace.links.iter().enumerate() {
        let end = |ph: &str, lane: usize, t_ns: u64| {
            let lane = &trace.lanes[lane];
            json!({
                "ph": ph, "cat": "link", "name": link.label, "id": number + 1,
                "pid": lane.pid, "tid": lane.tid, "ts": micros(trace, t_ns), "bp": "e",
            })
        };
        events.push(end("s", link.from_lane, link.from_ns));
        events.push(end("f", link.to_lane, link.to_ns));
    }
    add_states(&mut events, trace);
    add_wakes(&mut events, trace);
    add_path(&mut events, trace);

    let about = json!({"lesson": lesson, "demo": demo, "states": trace.source.name()});
    let mut whole = json!({"traceEvents": events, "displayTimeUnit": "ms", "otherData": about});
    if !trace.turns.is_empty() {
        whole["systemTraceEvents"] = json!(scheduler::lines(trace));
    }
    whole.to_string()
}

/// Names the processes, this one first.
fn process_names(trace: &Trace, lesson: &str) -> Vec<Value> {
    let own = trace.lanes.first().map_or(0, |lane| lane.pid);
    let children = trace.lanes.iter().filter(|lane| lane.kind == Kind::Process);
    let children = children.map(|lane| (lane.pid, lane.name.as_str()));
    let processes = std::iter::once((own, lesson)).chain(children).enumerate();

    let named = processes.flat_map(|(order, (pid, name))| {
        let about = |key: &str, args: Value| {
            json!({"ph": "M", "name": key, "pid": pid, "tid": 0, "args": args})
        };
        [
            about("process_name", json!({"name": name})),
            about("process_sort_index", json!({"sort_index": order})),
        ]
    });
    named.collect()
}

/// Names the threads, in the order of their lanes.
fn thread_names(trace: &Trace) -> Vec<Value> {
    let lanes = trace.lanes.iter().enumerate();
    let threads = lanes.filter(|(_, lane)| lane.kind != Kind::Task);

    let named = threads.flat_map(|(order, lane)| {
        let about = |key: &str, args: Value| {
            json!({"ph": "M", "name": key, "pid": lane.pid, "tid": lane.tid, "args": args})
        };
        let name = match lane.kind {
            Kind::Process => "main",
            _ => &lane.name,
        };
        [
            about("thread_name", json!({"name": name})),
            about("thread_sort_index", json!({"sort_index": order})),
        ]
    });
    named.collect()
}

fn micros(trace: &Trace, t_ns: u64) -> f64 {
    t_ns.saturating_sub(trace.start_ns) as f64 / 1e3
}

fn duration(trace: &Trace, start_ns: u64, end_ns: u64) -> f64 {
    (micros(trace, end_ns) - micros(trace, start_ns)).max(0.0)
}

fn complete(trace: &Trace, lane: &Lane, span: &Span) -> Value {
    let end_ns = trace.end_of(span);
    json!({
        "ph": "X", "cat": "span", "name": span.name, "pid": lane.pid, "tid": lane.tid,
        "ts": micros(trace, span.start_ns), "dur": duration(trace, span.start_ns, end_ns),
        "args": {"cpu_ms": span.cpu_ns as f64 / 1e6, "source": span.at.to_string()},
    })
}

/// The first number of threads that no system hands out, for tracks of our own.
const STATES: u64 = 1 << 23;

/// Adds a track for the states of each lane: beside its spans, which they need not nest in.
fn add_states(events: &mut Vec<Value>, trace: &Trace) {
    for (order, lane) in trace.lanes.iter().enumerate() {
        if lane.states.is_empty() {
            continue;
        }
        let tid = STATES + order as u64;
        let name = format!("{}: states", lane.name);
        add_track(events, lane.pid.into(), tid, &name, order);
        for stretch in &lane.states {
            events.push(json!({
                "ph": "X", "cat": "state", "name": stretch.state.name(), "pid": lane.pid,
                "tid": tid, "ts": micros(trace, stretch.start_ns),
                "dur": duration(trace, stretch.start_ns, stretch.end_ns),
                "args": {"core": stretch.core, "for": stretch.reason},
            }));
        }
    }
}

/// Adds an arrow from each act that ended a wait to the end of that wait.
fn add_wakes(events: &mut Vec<Value>, trace: &Trace) {
    for (number, wake) in wakes(trace).iter().enumerate() {
        // Between the tracks of states, where no span ends at that moment.
        let end = |ph: &str, lane: usize, t_ns: u64| {
            json!({
                "ph": ph, "cat": "wake", "name": wake.by, "id": trace.links.len() + number + 1,
                "pid": trace.lanes[lane].pid, "tid": STATES + lane as u64,
                "ts": micros(trace, t_ns.saturating_sub(1)), "bp": "e",
            })
        };
        events.push(end("s", wake.from, wake.from_ns));
        events.push(end("f", wake.to, wake.to_ns));
    }
}

/// Adds a track for the critical path.
fn add_path(events: &mut Vec<Value>, trace: &Trace) {
    let path = path(trace);
    if path.is_empty() {
        return;
    }
    let pid = trace.lanes.first().map_or(0, |lane| lane.pid);
    let tid = STATES - 1;
    add_track(
        events,
        pid.into(),
        tid,
        "what the run waited for",
        trace.lanes.len(),
    );
    for step in path {
        let lane = &trace.lanes[step.lane].name;
        events.push(json!({
            "ph": "X", "cat": "path", "name": format!("{lane}: {}", step.what), "pid": pid,
            "tid": tid, "ts": micros(trace, step.start_ns),
            "dur": duration(trace, step.start_ns, step.end_ns), "args": {},
        }));
    }
}

fn add_track(events: &mut Vec<Value>, pid: u64, tid: u64, name: &str, order: usize) {
    let name = json!({"name": name});
    events.push(json!({"ph": "M", "name": "thread_name", "pid": pid, "tid": tid, "args": name}));
    let index = json!({"sort_index": order});
    events.push(
        json!({"ph": "M", "name": "thread_sort_index", "pid": pid, "tid": tid, "args": index}),
    );
}

fn task(events: &mut Vec<Value>, trace: &Trace, lane: &Lane, number: usize) {
    let id = json!({"local": format!("{:#x}", number + 1)});
    let mut edge = |ph: &str, name: &str, t_ns: u64, args: Value| {
        events.push(json!({
            "ph": ph, "cat": "task", "name": name, "id2": id.clone(), "pid": lane.pid, "tid": lane.tid,
            "ts": micros(trace, t_ns), "args": args,
        }));
    };

    for span in &lane.spans {
        let name = if span.polls > 0 || span.depth == 0 {
            format!("{}: {}", lane.name, span.name)
        } else {
            span.name.to_string()
        };
        let args = json!({"cpu_ms": span.cpu_ns as f64 / 1e6, "polls": span.polls, "source": span.at.to_string()});
        edge("b", &name, span.start_ns, args);
        edge("e", &name, trace.end_of(span), json!({}));
    }

    let name = format!("poll {}", lane.name);
    for poll in lane.polls() {
        events.push(json!({
            "ph": "X", "cat": "poll", "name": name, "pid": lane.pid, "tid": poll.tid,
            "ts": micros(trace, poll.start_ns), "dur": duration(trace, poll.start_ns, poll.end_ns),
            "args": {"cpu_ms": poll.cpu_ns as f64 / 1e6},
        }));
    }
}
