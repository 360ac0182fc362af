//! A run that was kept with `--json`, read back to be shown beside another.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use serde_json::Value;

use drawing::analysis::Step;
use recording::trace::{End, Kind, Lane, Source, SourceLine, Span, State, Stretch, Trace};

/// A run read from a file.
#[derive(Debug)]
pub(super) struct Earlier {
    pub(super) trace: Trace,
    /// Its critical path.
    pub(super) path: Vec<Step>,
}

/// Reads the run of a demo from a file with one run a line.
pub(super) fn read(file: &Path, demo: &str) -> Result<Earlier, String> {
    let name = file.display();
    let text = fs::read_to_string(file).map_err(|error| format!("cannot read {name}: {error}"))?;
    let runs = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut runs = runs.filter(|run| run["demo"] == demo);
    let no_run = || format!("{name} holds no run of {demo}: make one with --json > {name}");
    let run = runs.next().ok_or_else(no_run)?;
    earlier(&run).ok_or_else(no_run)
}

fn earlier(run: &Value) -> Option<Earlier> {
    let end_ns = ns(&run["wall_s"])?;
    let lanes = run["lanes"].as_array()?.iter();
    let lanes: Vec<Lane> = lanes.map(lane).collect::<Option<_>>()?;
    let mut trace = Trace {
        start_ns: 0,
        end_ns,
        lanes,
        source: Source::Spans,
        ..Trace::default()
    };
    let path = run["critical_path"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let path: Vec<Step> = path.iter().filter_map(|part| step(part, &trace)).collect();
    // Measuring goes on for a moment after the last lane has ended.
    if let Some(last) = path.last() {
        trace.end_ns = last.end_ns;
    }
    Some(Earlier { trace, path })
}

/// Returns seconds as nanoseconds. What a file says is not trusted.
fn ns(value: &Value) -> Option<u64> {
    let ns = value.as_f64()? * 1e9;
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float is cut to the ends of the integer, and these are years"
    )]
    Some(ns.round() as u64)
}

fn lane(lane: &Value) -> Option<Lane> {
    let kinds = [Kind::Thread, Kind::Process, Kind::Task];
    let kind = lane["kind"].as_str()?;
    let spans = lane["spans"].as_array()?.iter();
    let mut spans: Vec<Span> = spans.map(span).collect::<Option<_>>()?;
    set_depths(&mut spans);
    let states = lane["states"].as_array().map_or(&[][..], Vec::as_slice);
    Some(Lane {
        name: lane["name"].as_str()?.to_owned(),
        kind: kinds.into_iter().find(|one| one.name() == kind)?,
        pid: u32::try_from(lane["pid"].as_u64()?).ok()?,
        tid: lane["tid"].as_u64()?,
        spans,
        slices: Vec::new(),
        states: states.iter().filter_map(stretch).collect(),
        woken: Vec::new(),
        ended: End::Returned,
    })
}

fn span(span: &Value) -> Option<Span> {
    Some(Span {
        name: Cow::Owned(span["name"].as_str()?.to_owned()),
        start_ns: ns(&span["start_s"])?,
        end_ns: Some(ns(&span["end_s"])?),
        cpu_ns: ns(&span["cpu_s"])?,
        polls: u32::try_from(span["polls"].as_u64()?).ok()?,
        depth: 0,
        job: false,
        mark: None,
        at: SourceLine::known(span["at"].as_str().unwrap_or_default()),
    })
}

/// Finds the spans around each span: a file has them by their start.
fn set_depths(spans: &mut [Span]) {
    let mut ends: Vec<u64> = Vec::new();
    for span in spans {
        ends.retain(|end_ns| *end_ns > span.start_ns);
        span.depth = u16::try_from(ends.len()).unwrap_or(u16::MAX);
        ends.extend(span.end_ns);
    }
}

fn stretch(stretch: &Value) -> Option<Stretch> {
    let states = [State::Computing, State::InLine, State::Waiting];
    let state = stretch["state"].as_str()?;
    Some(Stretch {
        state: states.into_iter().find(|one| one.name() == state)?,
        start_ns: ns(&stretch["start_s"])?,
        end_ns: ns(&stretch["end_s"])?,
        core: None,
        reason: None,
    })
}

fn step(step: &Value, trace: &Trace) -> Option<Step> {
    let lane = step["lane"].as_str()?;
    let start_ns = ns(&step["start_s"])?;
    Some(Step {
        lane: trace.lanes.iter().position(|other| other.name == lane)?,
        start_ns,
        end_ns: ns(&step["end_s"])?.max(start_ns),
        state: State::Waiting,
        span: None,
        what: step["what"].as_str()?.to_owned(),
    })
}
