//! What was measured, for people and for programs.

use std::time::Duration;

use crate::tools::plot::bar;
use common::Sheet;
use common::measure::{cores, seconds};
use common::timeline::Glyphs;
use serde_json::{Value, json};

use super::figures::{figures, sentence, to_json};
use super::measured::Measured;
use super::profile::{Kind, median};
use super::stop_reason::{Why, percent, rate};
use super::throughput::Level;
use crate::tools::choose::tree::node::{Facts, Node, Work};
use crate::tools::choose::tree::questions::TREE;
use crate::tools::curve::knee;

/// To start a process takes a good part of so long.
const START: Duration = Duration::from_millis(5);
/// Columns of the longest bar.
const BAR: usize = 30;

/// The whole report, and the same as JSON.
pub fn report(command: &str, measured: &Measured) -> (Sheet, Value) {
    let used = median(&measured.runs).expect("at least one run was measured");
    let first = measured.runs[0].wall;
    let mut sheet = Sheet::new()
        .drawing(figures(used, measured.runs.len()))
        .text(sentence(used, &measured.seen));
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
    let rates: Vec<(usize, f64)> = measured
        .levels
        .iter()
        .map(|level| (level.at_once, level.rate()))
        .collect();
    let most = rates.iter().map(|(_, rate)| *rate).fold(0.0, f64::max);
    let row = |level: &Level| {
        let bar = bar(level.rate(), most, BAR, Glyphs::wanted());
        let (at_once, runs) = (level.at_once.to_string(), level.runs.to_string());
        vec![
            at_once,
            runs,
            rate(level.rate()),
            percent(level.share()),
            bar,
        ]
    };
    let cpu = format!("CPU of {} cores", cores());
    let head = ["at once", "runs", "throughput", cpu.as_str(), ""];
    let (best, why) = (knee(&rates), measured.why.text(measured.ended_at));
    // Nobody knows whether more would have gained, had it been tried.
    let cut_off = !matches!(measured.why, Why::Cpu { .. } | Why::Waiting(_));
    let open = cut_off && rates.last().is_some_and(|(last, _)| Some(*last) == best);
    let enough = match best {
        None => format!("how many at once are enough was not measured: {why}"),
        Some(best) if open => format!("enough at once: {best} or more; {why}"),
        Some(best) => format!("enough at once: {best}; {why}"),
    };
    if !measured.levels.is_empty() {
        sheet = sheet.table(&head, measured.levels.iter().map(row));
    }
    sheet = sheet.text(enough);
    let work = match used.kind() {
        Kind::Waiting => Work::Waiting,
        Kind::Both => Work::Both,
        Kind::Computing | Kind::Moving => Work::Computing,
    };
    // That one is enough, and nothing gains by being done at once, was not measured then.
    let (no, jobs) = (
        Some(false),
        best.filter(|best| !(open && *best == 1))
            .map(|best| best as u64),
    );
    let facts = Facts {
        machines: Some(1),
        work: Some(work),
        isolated: no,
        shared: no,
        jobs,
    };
    let answer = TREE.walk(&facts);
    if let Node::Use(approach) = answer {
        sheet = sheet
            .heading("as jobs inside a program of your own")
            .drawing(approach.text());
    }
    let levels: Vec<Value> = measured
        .levels
        .iter()
        .map(|level| {
            json!({ "at_once": level.at_once, "runs": level.runs, "wall_s": level.wall_s,
            "per_s": level.rate(), "cpu_share": level.share(), "machine_share": level.machine })
        })
        .collect();
    let runs: Vec<Value> = measured.runs.iter().map(to_json).collect();
    let value = json!({ "command": command, "runs": runs, "kind": format!("{:?}", used.kind()).to_lowercase(),
        "waiting": used.waiting(), "waits_for": measured.seen.most().map(|(what, _)| what), "levels": levels,
        "enough_at_once": best, "stopped_at": measured.ended_at, "stopped_by": measured.why.word(), "why": why,
        "answer": answer.to_json() });
    (sheet, value)
}
