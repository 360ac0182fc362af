//! The figures of one workload: a row for each approach, the winner marked, and all that are within noise of it.

use crate::tools::summary::Summary;
use serde::Serialize;

use super::approach::Approach;
use super::measured::Usage;
use super::workload::{Ideal, Workload};

/// How a row compares with the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The shortest median.
    Winner,
    /// Nobody can say that it is slower.
    WithinNoise,
    /// Slower.
    Slower,
}

/// One approach, measured.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "their names say it, units included")]
pub struct Row {
    pub approach: String,
    #[serde(skip)]
    pub kind: Approach,
    pub runs: usize,
    pub wall_s: f64,
    /// The middle half of the runs.
    pub wall_low_s: f64,
    pub wall_high_s: f64,
    /// One after the other divided by this.
    pub speedup: Option<f64>,
    pub cpu_s: f64,
    pub memory_bytes: Option<u64>,
    /// This divided by the ideal.
    pub of_ideal: Option<f64>,
    pub mark: Mark,
    pub note: Option<String>,
}

/// All of them.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "their names say it, units included")]
pub struct Matrix {
    pub jobs: usize,
    pub ideal_s: Option<f64>,
    pub same_results: bool,
    pub rows: Vec<Row>,
    /// What was not measured, and why.
    pub left_out: Vec<(String, String)>,
}

fn median(runs: &[Usage], of: impl Fn(&Usage) -> f64) -> f64 {
    Summary::of(&runs.iter().map(of).collect::<Vec<_>>()).map_or(0.0, |summary| summary.median)
}

impl Matrix {
    /// From the runs of each approach.
    ///
    /// # Panics
    /// When an approach has no run.
    pub fn new(workload: &Workload, runs: &[(Approach, Vec<Usage>)], cores: usize) -> Matrix {
        let wall =
            |runs: &[Usage]| Summary::of(&runs.iter().map(|run| run.wall_s).collect::<Vec<_>>());
        let walls: Vec<Summary> = runs
            .iter()
            .map(|(_, runs)| wall(runs).expect("each approach has a run"))
            .collect();
        let best = walls.iter().min_by(|a, b| a.median.total_cmp(&b.median));
        let sequential = runs
            .iter()
            .position(|(approach, _)| *approach == Approach::OneAfterTheOther);
        let sequential = sequential.map(|index| walls[index].median);
        let ideal_s = match workload.ideal {
            Ideal::Seconds(seconds) => Some(seconds),
            Ideal::AllCores => sequential.map(|sequential| sequential / cores as f64),
        };
        let row = |((approach, runs), wall): (&(Approach, Vec<Usage>), &Summary)| Row {
            approach: approach.to_string(),
            kind: *approach,
            runs: runs.len(),
            wall_s: wall.median,
            wall_low_s: wall.low,
            wall_high_s: wall.high,
            speedup: sequential.map(|sequential| sequential / wall.median),
            cpu_s: median(runs, |run| run.cpu_s),
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "whole bytes, not negative"
            )]
            memory_bytes: runs[0]
                .memory
                .map(|_| median(runs, |run| run.memory.unwrap_or(0) as f64) as u64),
            of_ideal: ideal_s.map(|ideal| wall.median / ideal),
            mark: match best {
                Some(best) if best == wall => Mark::Winner,
                Some(best) if wall.is_within_noise_of(best) => Mark::WithinNoise,
                _ => Mark::Slower,
            },
            note: runs[runs.len() / 2].note.clone(),
        };
        let mut digests = runs
            .iter()
            .flat_map(|(_, runs)| runs)
            .map(|run| &run.digest);
        let first = digests.next();
        Matrix {
            jobs: workload.jobs,
            ideal_s,
            same_results: digests.all(|digest| Some(digest) == first),
            rows: runs.iter().zip(&walls).map(row).collect(),
            left_out: workload
                .left_out
                .iter()
                .map(|(what, why)| (what.to_string(), why.clone()))
                .collect(),
        }
    }
}
