//! The run as one page of HTML that needs nothing else.

use std::time::Duration;

use serde_json::{Value, json};

use crate::diagnosis::diagnose;
use crate::measure::{Figures, Used, cores};
use crate::trace::{Lane, Mark, Trace};

const PAGE: &str = include_str!("page.html");

/// What is replaced by the run. One span costs about 50 bytes: a demo's page stays far under 300 KB.
const DATA: &str = "/*DATA*/null";

/// What the page says besides the drawing.
#[derive(Clone, Debug)]
pub struct About {
    /// The lesson's package.
    pub lesson: String,
    /// The demo's name.
    pub demo: String,
    /// The command line, as it was typed.
    pub command: String,
    /// The run in one sentence.
    pub verdict: String,
    /// Milliseconds since 1970.
    pub date_ms: u64,
}

/// The page.
pub fn to_page(trace: &Trace, about: &About, figures: &Figures) -> String {
    filled(&data(trace, about, figures))
}

/// The page of a run whose time is not measured: it counts steps, a millisecond each.
pub(crate) fn to_page_of_steps(trace: &Trace, about: &About) -> String {
    let used = Used {
        wall: Duration::ZERO,
        cpu: Duration::ZERO,
        waits: 0,
        preemptions: 0,
    };
    let figures = Figures {
        used,
        work_s: 0.0,
        sequential_s: None,
        cores: cores(),
    };
    let mut data = data(trace, about, &figures);
    data["figures"] = json!([]);
    data["steps"] = json!(true);
    filled(&data)
}

fn filled(data: &Value) -> String {
    let data = data.to_string();
    // Inside a script element nothing but `</script` (and `<!--`) could end it: no `<` is left.
    let data = data
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029");
    PAGE.replacen(DATA, &data, 1)
}

/// Microseconds since the run began, to a tenth.
fn micros(trace: &Trace, t_ns: u64) -> f64 {
    (t_ns.saturating_sub(trace.start_ns) as f64 / 100.0).round() / 10.0
}

fn data(trace: &Trace, about: &About, figures: &Figures) -> Value {
    let mut names: Vec<&str> = Vec::new();
    let mut sources: Vec<String> = Vec::new();
    let mut name_at = std::collections::HashMap::new();
    let mut source_at = std::collections::HashMap::new();
    let mut lanes = Vec::new();
    for lane in &trace.lanes {
        let mut spans = Vec::with_capacity(lane.spans.len());
        for span in &lane.spans {
            let name = *name_at.entry(&span.name).or_insert_with(|| {
                names.push(&span.name);
                names.len() - 1
            });
            let source = *source_at.entry(span.at).or_insert_with(|| {
                sources.push(span.at.to_string());
                sources.len() - 1
            });
            let mark = match span.mark.as_deref() {
                None => Value::Null,
                Some(Mark::WaitsFor(what)) => json!(format!("waits for {what}")),
                Some(Mark::Holds(what)) => json!(format!("holds {what}")),
            };
            let (start, end) = (
                micros(trace, span.start_ns),
                micros(trace, span.end_ns.unwrap_or(trace.end_ns)),
            );
            let cpu = (span.cpu_ns as f64 / 100.0).round() / 10.0;
            spans.push(json!([
                name,
                source,
                start,
                end.max(start),
                cpu,
                span.depth,
                span.polls,
                mark
            ]));
        }
        lanes.push(json!({
            "name": lane.name, "kind": lane.kind.name(), "pid": lane.pid, "tid": lane.tid,
            "ended": lane.ended.to_string(), "spans": spans, "slices": slices(trace, lane),
        }));
    }
    let log: Vec<Value> = trace
        .log
        .iter()
        .map(|line| json!([micros(trace, line.t_ns), line.lane, line.message]))
        .collect();
    let links: Vec<Value> = trace
        .links
        .iter()
        .map(|link| {
            json!([
                link.from_lane,
                micros(trace, link.from_ns),
                link.to_lane,
                micros(trace, link.to_ns),
                link.label
            ])
        })
        .collect();
    json!({
        "lesson": about.lesson, "demo": about.demo, "command": about.command, "date_ms": about.date_ms,
        "cores": figures.cores, "verdict": about.verdict, "diagnosis": diagnose(trace),
        "figures": [
            ["wall time, s", figures.wall_s()], ["work, s", figures.work_s], ["overlap", figures.overlap()],
            ["CPU time, s", figures.cpu_s()], ["CPU busy, %", figures.busy_percent()],
            ["waits (voluntary context switches)", figures.used.waits],
            ["preemptions (involuntary context switches)", figures.used.preemptions],
            ["one after the other, s (measured)", figures.sequential_s], ["speed-up (measured)", figures.speedup()],
        ],
        "end": micros(trace, trace.end_ns), "names": names, "sources": sources,
        "lanes": lanes, "log": log, "links": links,
    })
}

/// Start, end, share of CPU in percent, thread.
fn slices(trace: &Trace, lane: &Lane) -> Vec<Value> {
    let slice = |slice: &crate::trace::Slice| {
        let length = slice.end_ns.saturating_sub(slice.start_ns).max(1);
        let share = (100.0 * slice.cpu_ns.min(length) as f64 / length as f64).round();
        json!([
            micros(trace, slice.start_ns),
            micros(trace, slice.end_ns),
            share,
            slice.tid
        ])
    };
    lane.slices.iter().map(slice).collect()
}
