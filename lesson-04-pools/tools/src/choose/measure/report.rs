//! The measurements for people and for programs.

use std::time::Duration;

use common::Glyphs;
use common::Report;
use common::measure::{cores, seconds};
use serde_json::{Value, json};

use super::figures::{figures, sentence, to_json};
use super::measured::Measured;
use super::profile::{Kind, Used, median};
use super::stop_reason::StopReason;
use super::throughput::Level;
use crate::choose::tree::node::{Facts, Node, Work};
use crate::choose::tree::questions::TREE;
use crate::curve::knee;
use crate::format::{percent, rate};
use crate::plot::bar;

/// The start of a process takes a good part of this.
const START: Duration = Duration::from_millis(5);
/// Columns of the longest bar.
const BAR: usize = 30;

/// Returns the whole report, and the same as JSON.
pub fn report(command: &str, measured: &Measured) -> (Report, Value) {
    let used = median(&measured.runs).expect("at least one run was measured");
    let enough = Enough::of(measured);
    let why = measured.reason.text(measured.ended_at);
    let answer = TREE.walk(&facts(used, &enough));

    let mut sheet = alone(measured, used);
    if !measured.levels.is_empty() {
        sheet = sheet.then(table(&measured.levels));
    }
    sheet = sheet.text(enough.text(&why));
    if let Node::Use(approach) = answer {
        sheet = sheet
            .heading("as jobs inside a program of your own")
            .drawing(approach.text());
    }

    let runs: Vec<Value> = measured.runs.iter().map(to_json).collect();
    let levels: Vec<Value> = measured.levels.iter().map(level_to_json).collect();
    let value = json!({
        "command": command,
        "runs": runs,
        "kind": format!("{:?}", used.kind()).to_lowercase(),
        "waiting": used.waiting(),
        "waits_for": measured.seen.most().map(|(what, _)| what),
        "levels": levels,
        "enough_at_once": enough.best,
        "stopped_at": measured.ended_at,
        "stopped_by": measured.reason.word(),
        "why": why,
        "answer": answer.to_json(),
    });
    (sheet, value)
}

/// The number at once that is enough.
struct Enough {
    best: Option<usize>,
    /// More might have gained, had they been tried.
    open: bool,
}

impl Enough {
    fn of(measured: &Measured) -> Enough {
        let rates = measured.levels.iter();
        let rates: Vec<(usize, f64)> = rates.map(|level| (level.at_once, level.rate())).collect();
        let best = knee(&rates);
        let cut_off = !matches!(
            measured.reason,
            StopReason::Cpu { .. } | StopReason::Waiting(_)
        );
        let open = cut_off && rates.last().is_some_and(|(last, _)| Some(*last) == best);

        Enough { best, open }
    }

    fn text(&self, why: &str) -> String {
        match self.best {
            None => format!("how many at once are enough was not measured: {why}"),
            Some(best) if self.open => format!("enough at once: {best} or more; {why}"),
            Some(best) => format!("enough at once: {best}; {why}"),
        }
    }
}

fn facts(used: &Used, enough: &Enough) -> Facts {
    let work = match used.kind() {
        Kind::Waiting => Work::Waiting,
        Kind::Both => Work::Both,
        Kind::Computing | Kind::Moving => Work::Computing,
    };
    // Where one is enough only because no more were tried, nothing is known.
    let known = enough.best.filter(|best| !(enough.open && *best == 1));

    Facts {
        machines: Some(1),
        work: Some(work),
        isolated: Some(false),
        shared: Some(false),
        jobs: known.map(|best| best as u64),
    }
}

fn alone(measured: &Measured, used: &Used) -> Report {
    let mut sheet = Report::new()
        .drawing(figures(used, measured.runs.len()))
        .text(sentence(used, &measured.seen));
    let first = measured.runs[0].wall;
    if first > used.wall * 3 / 2 {
        let first = seconds(first.as_secs_f64());
        sheet = sheet.text(format!(
            "the first run took {first}: something had to be fetched or made ready"
        ));
    }
    if used.wall < START {
        sheet = sheet
            .text("so short a run is mostly the start of a process, which a thread does not pay");
    }

    sheet
}

fn table(levels: &[Level]) -> Report {
    let most = levels.iter().map(Level::rate).fold(0.0, f64::max);
    let rows = levels.iter().map(|level| {
        vec![
            level.at_once.to_string(),
            level.runs.to_string(),
            rate(level.rate()),
            percent(level.share()),
            bar(level.rate(), most, BAR, Glyphs::wanted()),
        ]
    });
    let cpu = format!("CPU of {} cores", cores());
    let head = ["at once", "runs", "throughput", cpu.as_str(), ""];

    Report::new().table(&head, rows)
}

fn level_to_json(level: &Level) -> Value {
    json!({
        "at_once": level.at_once,
        "runs": level.runs,
        "wall_s": level.wall_s,
        "per_s": level.rate(),
        "cpu_share": level.share(),
        "machine_share": level.machine,
    })
}
