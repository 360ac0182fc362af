//! The run in Chrome's trace event format: opens in Perfetto and in `chrome://tracing`.
//!
//! The format: <https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU>. Times are
//! microseconds. Threads and processes get complete events (`X`), which must nest on their track; tasks overlap, so each
//! is an asynchronous track of its own (`b`, `e`), and its polls lie on the threads that ran them.

use serde_json::{Value, json};

use crate::diagnosis::polls;
use crate::trace::{Kind, Lane, Span, Trace};

/// One JSON object, as text.
pub fn to_chrome(trace: &Trace, lesson: &str, demo: &str) -> String {
    let mut events = Vec::new();
    let own = trace.lanes.first().map_or(0, |lane| lane.pid);
    let mut processes: Vec<(u32, &str)> = vec![(own, lesson)];
    for lane in &trace.lanes {
        if lane.kind == Kind::Process {
            processes.push((lane.pid, &lane.name));
        }
    }
    for (order, (pid, name)) in processes.iter().enumerate() {
        events.push(json!({"ph": "M", "name": "process_name", "pid": pid, "tid": 0, "args": {"name": name}}));
        events.push(json!({"ph": "M", "name": "process_sort_index", "pid": pid, "tid": 0, "args": {"sort_index": order}}));
    }
    for (order, lane) in trace.lanes.iter().enumerate() {
        if lane.kind != Kind::Task {
            let (pid, tid) = (lane.pid, lane.tid);
            let name = if lane.kind == Kind::Process {
                "main"
            } else {
                &lane.name
            };
            events.push(
                json!({"ph": "M", "name": "thread_name", "pid": pid, "tid": tid, "args": {"name": name}}),
            );
            let index = json!({"sort_index": order});
            events
                .push(json!({"ph": "M", "name": "thread_sort_index", "pid": pid, "tid": tid, "args": index}));
        }
    }
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
        let (from, to) = (&trace.lanes[link.from_lane], &trace.lanes[link.to_lane]);
        let end = |ph: &str, lane: &Lane, t_ns: u64| {
            json!({
                "ph": ph, "cat": "link", "name": link.label, "id": number + 1,
                "pid": lane.pid, "tid": lane.tid, "ts": micros(trace, t_ns), "bp": "e",
            })
        };
        events.push(end("s", from, link.from_ns));
        events.push(end("f", to, link.to_ns));
    }
    let about = json!({"lesson": lesson, "demo": demo});
    json!({"traceEvents": events, "displayTimeUnit": "ms", "otherData": about}).to_string()
}

fn micros(trace: &Trace, t_ns: u64) -> f64 {
    t_ns.saturating_sub(trace.start_ns) as f64 / 1e3
}

fn duration(trace: &Trace, start_ns: u64, end_ns: u64) -> f64 {
    (micros(trace, end_ns) - micros(trace, start_ns)).max(0.0)
}

fn complete(trace: &Trace, lane: &Lane, span: &Span) -> Value {
    let end_ns = span.end_ns.unwrap_or(trace.end_ns);
    json!({
        "ph": "X", "cat": "span", "name": span.name, "pid": lane.pid, "tid": lane.tid,
        "ts": micros(trace, span.start_ns), "dur": duration(trace, span.start_ns, end_ns),
        "args": {"cpu_ms": span.cpu_ns as f64 / 1e6, "source": span.at.to_string()},
    })
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
        edge("e", &name, span.end_ns.unwrap_or(trace.end_ns), json!({}));
    }
    let name = format!("poll {}", lane.name);
    for poll in polls(lane) {
        events.push(json!({
            "ph": "X", "cat": "poll", "name": name, "pid": lane.pid, "tid": poll.tid,
            "ts": micros(trace, poll.start_ns), "dur": duration(trace, poll.start_ns, poll.end_ns),
            "args": {"cpu_ms": poll.cpu_ns as f64 / 1e6},
        }));
    }
}
