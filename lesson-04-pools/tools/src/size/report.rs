//! The sweeps and the laws, for people and for programs.

use common::Glyphs;
use common::Report;
use common::measure::{cores, seconds};
use serde_json::{Value, json};

use super::fit::{Fit, amdahl, fit_amdahl, fit_gustafson, formula, gustafson};
use super::laws::{ALONE, SHARED};
use super::sweep::Sweep;
use crate::format::percent;
use crate::plot::{Series, bar, points};

const BAR: usize = 30;
const HEIGHT: usize = 12;
/// A curve that is off by more than this share says nothing about the measurements.
const FAR: f64 = 0.25;
/// The share of the questions that is asked alone.
const DONE_ALONE: f64 = ALONE as f64 / (ALONE + SHARED) as f64;

type Speedups = [(usize, f64)];

/// Returns the report, and the same as JSON.
pub fn report(sweeps: &[Sweep], same: &Speedups, grown: &Speedups) -> (Report, Value) {
    let by_amdahl = fit_amdahl(same);
    let by_gustafson = fit_gustafson(grown);

    let series: Vec<Series> = sweeps
        .iter()
        .map(|sweep| marked(sweep.job.name(), &sweep.speedups()))
        .collect();
    let sheet = sweeps
        .iter()
        .map(of_sweep)
        .fold(Report::new(), Report::then)
        .then(beside_the_formula(sweeps))
        .heading("speed-up against one thread: c computing, w waiting, b both")
        .drawing(points(&labels(&sweeps[0].rates), &series, HEIGHT))
        .then(of_law(
            "Amdahl: the same work for every pool",
            same,
            by_amdahl,
            amdahl,
        ))
        .then(of_law(
            "Gustafson: as much more work as threads",
            grown,
            by_gustafson,
            gustafson,
        ))
        .text(legend(by_amdahl));

    let jobs: Vec<Value> = sweeps.iter().map(to_json).collect();
    let value = json!({
        "cores": cores(),
        "jobs": jobs,
        "alone": DONE_ALONE,
        "amdahl": { "speedups": same, "fit": fitted(by_amdahl) },
        "gustafson": { "speedups": grown, "fit": fitted(by_gustafson) },
    });
    (sheet, value)
}

fn to_json(sweep: &Sweep) -> Value {
    let wait = sweep.spent.waiting.as_secs_f64();
    let compute = sweep.spent.computing.as_secs_f64();

    json!({
        "job": sweep.job.name(),
        "wait_s": wait,
        "compute_s": compute,
        "rates": sweep.rates,
        "formula": formula(cores(), wait, compute),
        "enough": sweep.knee(),
        "amdahl": fitted(up_to_the_knee(sweep)),
    })
}

fn fitted(fit: Option<Fit>) -> Option<Value> {
    fit.map(|fit| json!({ "alone": fit.alone, "off": fit.off }))
}

fn up_to_the_knee(sweep: &Sweep) -> Option<Fit> {
    let mut speedups = sweep.speedups();
    speedups.retain(|(size, _)| *size <= sweep.knee());
    fit_amdahl(&speedups)
}

fn of_sweep(sweep: &Sweep) -> Report {
    let rates = sweep.rates.iter().map(|(_, rate)| *rate);
    let most = rates.fold(0.0, f64::max);
    let rows = sweep.rates.iter().zip(sweep.speedups());
    let rows = rows.map(|((size, rate), (_, speedup))| {
        vec![
            size.to_string(),
            format!("{rate:.0}"),
            format!("{speedup:.2}"),
            bar(*rate, most, BAR, Glyphs::wanted()),
        ]
    });
    let name = match sweep.job.name() {
        "both" => "waiting, then computing",
        name => name,
    };

    Report::new()
        .heading(format!("jobs that are {name}"))
        .table(&["threads", "jobs a second", "speed-up", ""], rows)
        .text(format!("enough: {}{}", sweep.knee(), as_by_amdahl(sweep)))
}

fn as_by_amdahl(sweep: &Sweep) -> String {
    let Some(fit) = up_to_the_knee(sweep) else {
        return String::new();
    };
    let alone = percent(fit.alone);
    let off = percent(fit.off);
    if fit.off > FAR {
        return format!("; no curve of Amdahl's is near what was measured (off by {off})");
    }

    format!("; up to there as by Amdahl with {alone} that cannot be shared (off by {off} at most)")
}

fn beside_the_formula(sweeps: &[Sweep]) -> Report {
    let about = format!(
        "cores x (1 + wait / compute), with {} cores, beside what was enough",
        cores()
    );
    let rows = sweeps.iter().map(|sweep| {
        let wait = sweep.spent.waiting.as_secs_f64();
        let compute = sweep.spent.computing.as_secs_f64();
        vec![
            sweep.job.name().to_owned(),
            seconds(wait),
            seconds(compute),
            format!("{:.0}", formula(cores(), wait, compute)),
            sweep.knee().to_string(),
        ]
    });

    let head = ["job", "waits", "computes", "formula", "enough"];
    Report::new().heading(about).table(&head, rows)
}

fn of_law(
    title: &str,
    measured: &Speedups,
    fit: Option<Fit>,
    law: fn(f64, usize) -> f64,
) -> Report {
    let Some(fit) = fit else { return Report::new() };
    let curve: Vec<(usize, f64)> = measured
        .iter()
        .map(|(size, _)| (*size, law(fit.alone, *size)))
        .collect();
    let series = [marked("o", measured), marked("+", &curve)];
    let alone = percent(fit.alone);
    let off = percent(fit.off);

    Report::new()
        .heading(format!(
            "{title}; fitted: {alone} alone, off by {off} at most"
        ))
        .drawing(points(&labels(measured), &series, HEIGHT))
}

fn legend(by_amdahl: Option<Fit>) -> String {
    let limit = by_amdahl
        .filter(|fit| fit.alone > 0.0)
        .map(|fit| 1.0 / fit.alone);
    let limit = limit.map_or(String::new(), |limit| {
        format!("By Amdahl no pool makes the same work more than {limit:.1} times faster.")
    });

    format!(
        "o measured, + the law's curve where it is not under an o. {ALONE} questions are asked alone and {SHARED} shared: {} alone. {limit}",
        percent(DONE_ALONE)
    )
}

fn marked(mark: &str, values: &Speedups) -> Series {
    Series {
        mark: mark.chars().next().unwrap_or('o'),
        values: values.iter().map(|(_, value)| Some(*value)).collect(),
    }
}

fn labels(values: &Speedups) -> Vec<String> {
    values.iter().map(|(size, _)| size.to_string()).collect()
}
