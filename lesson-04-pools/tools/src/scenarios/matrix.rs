//! The figures of one workload: a row for each approach, the winner marked, and all that are within
//! noise of it.

use common::Report;
use common::measure::seconds;
use serde::Serialize;

use super::approach::Approach;
use super::usage::Usage;
use super::workload::{Ideal, Workload};
use crate::summary::{self, Summary};

/// The place of a row beside the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The shortest median.
    Winner,
    /// It cannot be said that it is slower.
    WithinNoise,
    Slower,
}

/// One approach, measured.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub approach: String,
    #[serde(skip)]
    pub kind: Approach,
    pub runs: usize,
    pub wall_s: f64,
    /// The lower end of the middle half of the runs.
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

/// The table of a workload.
#[derive(Clone, Debug, Serialize)]
pub struct Matrix {
    pub jobs: usize,
    pub ideal_s: Option<f64>,
    pub same_results: bool,
    pub rows: Vec<Row>,
    /// Approaches that were not measured, and why.
    pub left_out: Vec<(String, String)>,
}

fn median(runs: &[Usage], of: impl Fn(&Usage) -> f64) -> f64 {
    let figures: Vec<f64> = runs.iter().map(of).collect();
    summary::median(&figures)
}

fn wall(runs: &[Usage]) -> Option<Summary> {
    let walls: Vec<f64> = runs.iter().map(|run| run.wall_s).collect();
    Summary::of(&walls)
}

impl Matrix {
    /// Compares the runs of each approach, of which there is at least one.
    pub fn new<W>(workload: &Workload<W>, runs: &[(Approach, Vec<Usage>)], cores: usize) -> Matrix {
        let walls: Vec<Summary> = runs
            .iter()
            .map(|(_, runs)| wall(runs).expect("each approach has a run"))
            .collect();
        let best = walls.iter().min_by(|a, b| a.median.total_cmp(&b.median));
        let sequential = runs
            .iter()
            .position(|(approach, _)| *approach == Approach::OneAfterTheOther)
            .map(|index| walls[index].median);
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
        let rows = runs.iter().zip(&walls).map(row).collect();

        let mut digests = runs
            .iter()
            .flat_map(|(_, runs)| runs)
            .map(|run| &run.digest);
        let first = digests.next();
        let left_out = workload.left_out.iter();
        Matrix {
            jobs: workload.jobs,
            ideal_s,
            same_results: digests.all(|digest| Some(digest) == first),
            rows,
            left_out: left_out
                .map(|(approach, why)| (approach.to_string(), why.clone()))
                .collect(),
        }
    }

    /// Draws a table, and below it the approaches that were left out.
    pub fn sheet(&self) -> Report {
        let head = [
            "approach",
            "wall",
            "spread",
            "speed-up",
            "CPU",
            "memory",
            "of the ideal",
            "",
            "",
        ];
        let ideal = self.ideal_s.map_or("not known".to_owned(), seconds);
        let runs = self.rows.first().map_or(0, |row| row.runs);
        let sheet = Report::new()
            .table(&head, self.rows.iter().map(Row::cells))
            .text(format!(
                "Medians; runs of each, in turn: {runs}. The ideal is {ideal}."
            ));

        self.left_out.iter().fold(sheet, |sheet, (what, why)| {
            sheet.text(format!("Left out: {what}: {why}."))
        })
    }
}

impl Row {
    fn cells(&self) -> Vec<String> {
        let times = |times: Option<f64>| times.map_or(String::new(), |times| format!("{times:.2}"));
        let megabytes = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1e6);
        let mark = match self.mark {
            Mark::Winner => "fastest",
            Mark::WithinNoise => "within noise",
            Mark::Slower => "",
        };
        let spread = 100.0 * (self.wall_high_s - self.wall_low_s) / self.wall_s;

        vec![
            self.approach.clone(),
            seconds(self.wall_s),
            format!("{spread:.0} %"),
            times(self.speedup),
            seconds(self.cpu_s),
            self.memory_bytes.map_or(String::new(), megabytes),
            times(self.of_ideal),
            mark.to_owned(),
            self.note.clone().unwrap_or_default(),
        ]
    }
}
