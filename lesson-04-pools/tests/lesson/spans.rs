//! The jobs of a run, by its spans.

use serde_json::Value;

/// A span: the lane's name, its own name, start and end.
pub struct Job {
    pub lane: String,
    pub name: String,
    pub start_s: f64,
    pub end_s: f64,
}

/// Returns all spans whose name starts with `prefix`.
pub fn jobs(run: &Value, prefix: &str) -> Vec<Job> {
    let lanes = run["lanes"].as_array().expect("lanes is a list");
    let spans = lanes.iter().flat_map(|lane| {
        lane["spans"]
            .as_array()
            .expect("spans is a list")
            .iter()
            .map(move |span| Job {
                lane: lane["name"].as_str().expect("a name").to_owned(),
                name: span["name"].as_str().expect("a name").to_owned(),
                start_s: span["start_s"].as_f64().expect("a number"),
                end_s: span["end_s"].as_f64().expect("a number"),
            })
    });
    spans.filter(|job| job.name.starts_with(prefix)).collect()
}

/// Returns the largest number of jobs that were under way at one moment. It is reached when one of
/// them starts.
pub fn most_at_once(jobs: &[Job]) -> usize {
    let under_way = |at: f64| {
        // A job of no length counts at its own moment.
        jobs.iter()
            .filter(move |job| job.start_s <= at && at < job.end_s.max(job.start_s + 1e-9))
            .count()
    };
    jobs.iter()
        .map(|job| under_way(job.start_s))
        .max()
        .unwrap_or(0)
}
