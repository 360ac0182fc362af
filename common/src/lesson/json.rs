//! A run as JSON. The keys are a contract with programs outside this repository.

use serde_json::{Value, json};

use drawing::analysis::{Prediction, Step, Wake, path, wakes};
use recording::measure::Figures;
use recording::trace::{Lane, LogLine, Span, Stretch, Trace};

/// Returns a run as one object.
pub(super) fn to_json(
    lesson: &str,
    demo: &str,
    figures: &Figures,
    results: &Value,
    trace: &Trace,
) -> Value {
    let entry = |entry: &LogLine| {
        let lane = &trace.lanes[entry.lane].name;
        json!({"t_s": trace.seconds(entry.t_ns), "lane": lane, "message": entry.message})
    };
    let lanes: Vec<Value> = trace.lanes.iter().map(|one| lane(trace, one)).collect();
    let log: Vec<Value> = trace.log.iter().map(entry).collect();

    let wake = |wake: &Wake| {
        let from = &trace.lanes[wake.from].name;
        let to = &trace.lanes[wake.to].name;
        json!({"t_s": trace.seconds(wake.from_ns), "from": from, "to": to, "by": wake.by})
    };
    let wakes: Vec<Value> = wakes(trace).iter().map(wake).collect();
    let step = |step: &Step| {
        json!({
            "lane": trace.lanes[step.lane].name,
            "start_s": trace.seconds(step.start_ns),
            "end_s": trace.seconds(step.end_ns),
            "what": step.what,
        })
    };
    let critical_path: Vec<Value> = path(trace).iter().map(step).collect();
    json!({
        "lesson": lesson,
        "demo": demo,
        "wall_s": figures.wall_s(),
        "work_s": figures.work_s,
        "overlap": figures.overlap(),
        "cpu_s": figures.cpu_s(),
        "sequential_s": figures.sequential_s,
        "speedup": figures.speedup(),
        "results": results,
        "lanes": lanes,
        "log": log,
        "source": trace.source.name(),
        "wakes": wakes,
        "critical_path": critical_path,
    })
}

pub(super) fn what_if_json(prediction: &Prediction) -> Value {
    let Prediction {
        change,
        from_s,
        to_s,
    } = prediction;
    json!({"change": change, "from_s": from_s, "to_s": to_s})
}

fn lane(trace: &Trace, lane: &Lane) -> Value {
    let span = |span: &Span| {
        json!({
            "name": span.name,
            "start_s": trace.seconds(span.start_ns),
            "end_s": trace.seconds(trace.end_of(span)),
            "cpu_s": span.cpu_ns as f64 / 1e9,
            "polls": span.polls,
            "at": span.at.to_string(),
        })
    };
    let state = |stretch: &Stretch| {
        json!({
            "state": stretch.state.name(),
            "start_s": trace.seconds(stretch.start_ns),
            "end_s": trace.seconds(stretch.end_ns),
            "core": stretch.core,
            "for": stretch.reason,
        })
    };
    let states: Vec<Value> = lane.states.iter().map(state).collect();
    let spans: Vec<Value> = lane.spans.iter().map(span).collect();

    json!({
        "name": lane.name,
        "kind": lane.kind.name(),
        "pid": lane.pid,
        "tid": lane.tid,
        "spans": spans,
        "states": states,
    })
}
