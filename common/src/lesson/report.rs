//! What the runner shows of a run: log lines as they happen, then the result, the timeline and the verdict.

use std::sync::atomic::{AtomicU64, Ordering};

use anstyle::{AnsiColor, Style as Ansi};
use serde_json::{Value, json};

use crate::diagnosis;
use crate::measure::Figures;
use crate::output::{complain, line, say};
use crate::timeline::{self, Glyphs, Style};
use crate::trace::Trace;

/// How a run is shown.
pub(super) struct Ways {
    pub(super) json: bool,
    pub(super) timeline: String,
}

/// A demo that has been run.
pub(super) struct Finished {
    pub(super) lesson: &'static str,
    pub(super) demo: &'static str,
    pub(super) trace: Trace,
    pub(super) figures: Figures,
    pub(super) results: Value,
}

/// The moment from which log lines count, on `CLOCK_MONOTONIC`.
static ZERO: AtomicU64 = AtomicU64::new(0);

/// The longest result that is shown to people, in characters; JSON has it whole.
const LONGEST_RESULT: usize = 400;

pub(super) fn set_zero(t_ns: u64) {
    ZERO.store(t_ns, Ordering::Relaxed);
}

pub(super) fn heading(lesson: &str, demo: &str, about: &str) -> String {
    let bold = Ansi::new().bold();
    format!("{bold}{lesson} {demo}{bold:#}: {about}\n")
}

/// One log line, as it happens.
pub(super) fn log_line(t_ns: u64, lane: &str, message: &str) {
    let seconds = t_ns.saturating_sub(ZERO.load(Ordering::Relaxed)) as f64 / 1e9;
    let lane_style = Ansi::new().fg_color(Some(AnsiColor::Cyan.into()));
    say(&format!("{seconds:7.3} s  {lane_style}{lane:<12}{lane_style:#} {message}"));
}

pub(super) fn show(run: &Finished, ways: &Ways, next: &str) {
    if ways.json {
        line(&to_json(run).to_string());
    } else {
        say(&format!("\nresult: {}", shortened(&run.results.to_string())));
    }
    let (glyphs, width) = (Glyphs::wanted(), timeline::width());
    if ways.timeline != "never" && (!ways.json || ways.timeline == "always") {
        let drawing = format!("\n{}", timeline::draw(&run.trace, Style { width, glyphs }));
        if ways.json { complain(&drawing) } else { say(&drawing) }
    }
    say(&glyphs.plain(&run.figures.verdict()));
    for sentence in diagnosis::diagnose(&run.trace) {
        say(&glyphs.plain(&format!("why: {sentence}")));
    }
    if !next.is_empty() {
        say(&format!("next: {next}"));
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_RESULT) {
        None => text.to_owned(),
        Some((cut, _)) => {
            format!("{} ... ({} characters; all of it with --json)", &text[..cut], text.chars().count())
        }
    }
}

/// The run as JSON; the keys are a contract with programs outside this repository.
fn to_json(run: &Finished) -> Value {
    let trace = &run.trace;
    let lanes: Vec<Value> = trace
        .lanes
        .iter()
        .map(|lane| {
            let spans: Vec<Value> = lane
                .spans
                .iter()
                .map(|span| {
                    json!({
                        "name": span.name,
                        "start_s": trace.seconds(span.start_ns),
                        "end_s": trace.seconds(span.end_ns.unwrap_or(trace.end_ns)),
                        "cpu_s": span.cpu_ns as f64 / 1e9,
                        "polls": span.polls,
                    })
                })
                .collect();
            json!({"name": lane.name, "kind": lane.kind.name(), "pid": lane.pid, "tid": lane.tid, "spans": spans})
        })
        .collect();
    let log: Vec<Value> = trace
        .log
        .iter()
        .map(|entry| json!({"t_s": trace.seconds(entry.t_ns), "lane": trace.lanes[entry.lane].name, "message": entry.message}))
        .collect();
    json!({
        "lesson": run.lesson,
        "demo": run.demo,
        "wall_s": run.figures.wall_s(),
        "work_s": run.figures.work_s,
        "overlap": run.figures.overlap(),
        "cpu_s": run.figures.cpu_s(),
        "sequential_s": run.figures.sequential_s,
        "speedup": run.figures.speedup(),
        "results": run.results,
        "lanes": lanes,
        "log": log,
    })
}
