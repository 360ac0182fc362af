//! The run as one page of HTML that needs nothing else.

use serde_json::{Value, json};

use super::numbered::{Numbered, micros, tenths};
use super::states::{finest_ns, states, turns};
use crate::analysis::{Difference, Step, Wake, differences, path, sentence, together, wakes};
use crate::diagnosis::diagnose;
use recording::measure::{Figures, Usage, cores};
use recording::trace::{Lane, Link, Mark, Slice, Span, Trace};

const PAGE: &str = include_str!("page.html");

/// The mark that is replaced by the run. One span costs about 50 bytes: a demo's page stays far under 300 KB.
const DATA: &str = "/*DATA*/null";

/// The words of a page besides the drawing.
#[derive(Clone, Debug)]
pub struct About {
    /// The lesson's package.
    pub lesson: String,
    /// The demo's name.
    pub demo: String,
    /// The command line as it was typed.
    pub command: String,
    /// The run in one sentence.
    pub verdict: String,
    /// The sentence about two runs or two parts of one, in place of what the run waited for.
    pub sentence: Option<String>,
    /// The lines about what would have shortened it.
    pub what_if: Vec<String>,
    /// Milliseconds since 1970.
    pub date_ms: u64,
}

/// Returns the page of a run.
pub fn to_page(trace: &Trace, about: &About, figures: &Figures) -> String {
    filled(&data(trace, about, figures))
}

/// Returns the page of a run whose time is not measured: it counts steps, a millisecond each.
pub fn to_page_of_steps(trace: &Trace, about: &About) -> String {
    let figures = Figures {
        used: Usage::default(),
        work_s: 0.0,
        sequential_s: None,
        cores: cores(),
    };
    let mut data = data(trace, about, &figures);

    data["figures"] = json!([]);
    data["steps"] = json!(true);
    filled(&data)
}

/// Returns the page of a run beside an earlier one, and of what changed.
pub fn to_page_of_two(before: &Trace, now: &Trace, about: &About, figures: &Figures) -> String {
    let mut data = data(&together(before, now), about, figures);
    // Neither a reason nor a way leads from one run to the other.
    data["diagnosis"] = json!(diagnose(now));
    data["wakes"] = json!([]);
    data["path"] = json!([]);
    data["sentence"] = json!(about.sentence);
    let difference = |one: &Difference| {
        let before = one.before_ns.map(tenths);
        let now = one.now_ns.map(tenths);
        json!([one.name, one.at, before, now])
    };
    let differences: Vec<Value> = differences(before, now).iter().map(difference).collect();
    data["differences"] = json!(differences);
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

/// The most wakes of a page: more arrows would hide the lanes.
const MOST_WAKES: usize = 1000;

fn data(trace: &Trace, about: &About, figures: &Figures) -> Value {
    let mut names = Numbered::new();
    let mut sources = Numbered::new();
    let mut reasons = Numbered::new();
    let mut whats = Numbered::new();
    let finest_ns = finest_ns(trace);
    let mut lanes = Vec::new();

    for lane in &trace.lanes {
        let span = |span: &Span| {
            let start = micros(trace, span.start_ns);
            let end = micros(trace, trace.end_of(span)).max(start);
            let mark = match span.mark.as_deref() {
                None => Value::Null,
                Some(Mark::WaitsFor(what)) => json!(format!("waits for {what}")),
                Some(Mark::Holds(what)) => json!(format!("holds {what}")),
            };
            let name = names.number(&span.name);
            let source = sources.number(&span.at);
            let cpu = tenths(span.cpu_ns);
            json!([name, source, start, end, cpu, span.depth, span.polls, mark])
        };
        let spans: Vec<Value> = lane.spans.iter().map(span).collect();
        lanes.push(json!({
            "name": lane.name, "kind": lane.kind.name(), "pid": lane.pid, "tid": lane.tid,
            "ended": lane.ended.to_string(), "spans": spans, "slices": slices(trace, lane),
            "states": states(trace, &lane.states, finest_ns, &mut reasons),
        }));
    }

    let log = trace.log.iter();
    let log: Vec<Value> = log
        .map(|line| json!([micros(trace, line.t_ns), line.lane, line.message]))
        .collect();
    let link = |link: &Link| {
        let from = micros(trace, link.from_ns);
        let to = micros(trace, link.to_ns);
        json!([link.from_lane, from, link.to_lane, to, link.label])
    };
    let links: Vec<Value> = trace.links.iter().map(link).collect();
    let wake = |wake: &Wake| {
        let from = micros(trace, wake.from_ns);
        let to = micros(trace, wake.to_ns);
        json!([wake.from, from, wake.to, to, wake.by])
    };
    let wakes: Vec<Value> = wakes(trace).iter().take(MOST_WAKES).map(wake).collect();
    let path = path(trace);
    let sentence = about.sentence.clone().or_else(|| sentence(trace, &path));
    let step = |step: &Step| {
        let start = micros(trace, step.start_ns);
        let end = micros(trace, step.end_ns);
        json!([step.lane, start, end, whats.number(&step.what)])
    };
    let is_seen = |step: &&Step| step.end_ns.saturating_sub(step.start_ns) >= finest_ns;
    let path: Vec<Value> = path.iter().filter(is_seen).map(step).collect();

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
        "end": micros(trace, trace.end_ns), "names": names.values, "sources": sources.values,
        "lanes": lanes, "log": log, "links": links, "reasons": reasons.values,
        "source": trace.source.name(), "turns": turns(trace, finest_ns),
        "wakes": wakes, "path": path, "whats": whats.values, "sentence": sentence, "what_if": about.what_if,
    })
}

/// Returns a lane's slices: start, end, share of CPU in percent, thread.
fn slices(trace: &Trace, lane: &Lane) -> Vec<Value> {
    let slice = |slice: &Slice| {
        let length = slice.end_ns.saturating_sub(slice.start_ns).max(1);
        let share = 100.0 * slice.cpu_ns.min(length) as f64 / length as f64;
        let start = micros(trace, slice.start_ns);
        let end = micros(trace, slice.end_ns);
        json!([start, end, share.round(), slice.tid])
    };
    // The states say it better, where they are known.
    let is_known = !lane.states.is_empty();
    lane.slices
        .iter()
        .filter(|_| !is_known)
        .map(slice)
        .collect()
}
