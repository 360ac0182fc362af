//! The contract of `--json`.

use serde_json::Value;

use crate::run::run_json;

/// The keys of every object of `--json`, in their order.
pub const KEYS: [&str; 15] = [
    "cpu_s",
    "critical_path",
    "demo",
    "lanes",
    "lesson",
    "log",
    "overlap",
    "results",
    "sequential_s",
    "source",
    "speedup",
    "wakes",
    "wall_s",
    "what_if",
    "work_s",
];

/// Runs one demo with `--json`, which must go well and keep to the contract. Returns its object.
///
/// # Panics
/// Panics as [`run_json`] and [`assert_contract`] do, and if the exit code is not 0.
pub fn run_demo(program: &str, args: &[&str]) -> Value {
    let (mut runs, ran) = run_json(program, args);
    assert_eq!(
        (ran.code, runs.len()),
        (Some(0), 1),
        "{args:?}: {}",
        ran.stderr
    );
    assert_contract(&runs[0]);
    runs.remove(0)
}

/// Checks one object of `--json`: its keys, their kinds, and that its times make sense.
///
/// # Panics
/// Panics if one is missing, unknown or of the wrong kind.
pub fn assert_contract(run: &Value) {
    let keys = run.as_object().expect("an object").keys();
    let keys: Vec<&str> = keys.map(String::as_str).collect();

    assert_eq!(keys, KEYS);

    let wall_s = run["wall_s"].as_f64().expect("wall_s is a number");
    for key in ["work_s", "overlap", "cpu_s"] {
        let number = run[key].as_f64();
        let is_right = number.is_some_and(|number| number >= 0.0);
        assert!(is_right, "{key}: {}", run[key]);
    }

    for key in ["sequential_s", "speedup"] {
        let value = &run[key];
        assert!(value.is_null() || value.is_f64(), "{key}: {value}");
    }

    let source = run["source"].as_str().expect("source is text");
    let known = ["exact", "sampled", "spans"];
    assert!(known.contains(&source), "{source}");

    for lane in run["lanes"].as_array().expect("lanes is a list") {
        assert_lane(lane, wall_s);
    }

    let steps = run["critical_path"]
        .as_array()
        .expect("critical_path is a list");
    for step in steps {
        let is_right = step["lane"].is_string()
            && step["start_s"].as_f64() < step["end_s"].as_f64()
            && step["what"].is_string();
        assert!(is_right, "{step}");
    }
    for answer in run["what_if"].as_array().expect("what_if is a list") {
        let is_right =
            answer["change"].is_string() && answer["to_s"].as_f64() < answer["from_s"].as_f64();
        assert!(is_right, "{answer}");
    }
    for wake in run["wakes"].as_array().expect("wakes is a list") {
        let names = ["from", "to", "by"].iter();
        let is_right = wake["t_s"].is_f64() && names.into_iter().all(|key| wake[*key].is_string());
        assert!(is_right, "{wake}");
    }
    for entry in run["log"].as_array().expect("log is a list") {
        let is_right =
            entry["t_s"].is_f64() && entry["lane"].is_string() && entry["message"].is_string();
        assert!(is_right, "{entry}");
    }
}

fn assert_lane(lane: &Value, wall_s: f64) {
    let is_right = lane["name"].is_string() && lane["pid"].is_u64() && lane["tid"].is_u64();
    assert!(is_right, "{lane}");
    let kind = lane["kind"].as_str().expect("a kind");
    assert!(["thread", "process", "task"].contains(&kind), "{lane}");

    for stretch in lane["states"].as_array().expect("states is a list") {
        let state = stretch["state"].as_str().expect("a state");
        let known = ["computing", "in line", "waiting"];
        let is_right = known.contains(&state)
            && stretch["start_s"].as_f64() < stretch["end_s"].as_f64()
            && (stretch["core"].is_null() || stretch["core"].is_u64())
            && (stretch["for"].is_null() || stretch["for"].is_string());
        assert!(is_right, "{stretch}");
    }
    for span in lane["spans"].as_array().expect("spans is a list") {
        let start = span["start_s"].as_f64().expect("start_s");
        let end = span["end_s"].as_f64().expect("end_s");
        assert!(
            0.0 <= start && start <= end && end <= wall_s + 0.1,
            "{span} in {wall_s} s"
        );
        let is_right = span["name"].is_string()
            && span["cpu_s"].is_f64()
            && span["polls"].is_u64()
            && span["at"].is_string();
        assert!(is_right, "{span}");
    }
}
