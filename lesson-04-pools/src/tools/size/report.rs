//! What the sweeps found, for people and for programs.

use crate::tools::plot::{Series, bar, points};
use common::Sheet;
use common::measure::{cores, seconds};
use common::timeline::Glyphs;
use serde_json::{Value, json};

use super::fit::{Fit, amdahl, fit_amdahl, fit_gustafson, formula, gustafson};
use super::laws::{ALONE, SHARED};
use super::sweep::Sweep;
use crate::tools::choose::measure::stop_reason::percent;

const BAR: usize = 30;
const HEIGHT: usize = 12;
/// A curve that is off by more than this share says nothing about what was measured.
const FAR: f64 = 0.25;

type Speedups = [(usize, f64)];

/// The report, and the same as JSON.
pub(super) fn report(sweeps: &[Sweep], same: &Speedups, grown: &Speedups) -> (Sheet, Value) {
    let mut sheet = sweeps.iter().map(of_sweep).fold(Sheet::new(), Sheet::then);
    let row = |sweep: &Sweep| {
        let [wait, compute] =
            [sweep.spent.waiting, sweep.spent.computing].map(|time| time.as_secs_f64());
        let said = format!("{:.0}", formula(cores(), wait, compute));
        vec![
            sweep.job.name().to_owned(),
            seconds(wait),
            seconds(compute),
            said,
            sweep.knee().to_string(),
        ]
    };
    let head = ["job", "waits", "computes", "formula", "enough"];
    let about = format!(
        "cores x (1 + wait / compute), with {} cores, beside what was enough",
        cores()
    );
    sheet = sheet
        .heading(about)
        .table(&head, sweeps.iter().map(row))
        .heading("speed-up against one thread: c computing, w waiting, b both");
    let series: Vec<Series> = sweeps
        .iter()
        .map(|sweep| marked(sweep.job.name(), &sweep.speedups()))
        .collect();
    sheet = sheet.drawing(points(&labels(&sweeps[0].rates), &series, HEIGHT));
    let (by_amdahl, by_gustafson) = (fit_amdahl(same), fit_gustafson(grown));
    sheet = sheet.then(of_law(
        "Amdahl: the same work for every pool",
        same,
        by_amdahl,
        amdahl,
    ));
    sheet = sheet.then(of_law(
        "Gustafson: as much more work as threads",
        grown,
        by_gustafson,
        gustafson,
    ));
    let done_alone = ALONE as f64 / (ALONE + SHARED) as f64;
    sheet = sheet.text(format!(
        "o measured, + the law's curve where it is not under an o. {ALONE} questions are asked alone and {SHARED} shared: {} alone. {}",
        percent(done_alone),
        by_amdahl.filter(|fit| fit.alone > 0.0).map_or(String::new(), |fit| format!(
            "By Amdahl no pool makes the same work more than {:.1} times faster.",
            1.0 / fit.alone
        ))
    ));
    let fitted = |fit: Option<Fit>| fit.map(|fit| json!({ "alone": fit.alone, "off": fit.off }));
    let jobs: Vec<Value> = sweeps
        .iter()
        .map(|sweep| {
            let [wait, compute] = [sweep.spent.waiting, sweep.spent.computing].map(|time| time.as_secs_f64());
            json!({ "job": sweep.job.name(), "wait_s": wait, "compute_s": compute, "rates": sweep.rates,
                "formula": formula(cores(), wait, compute), "enough": sweep.knee(),
                "amdahl": fitted(up_to_the_knee(sweep)) })
        })
        .collect();
    let value = json!({ "cores": cores(), "jobs": jobs, "alone": done_alone,
        "amdahl": { "speedups": same, "fit": fitted(by_amdahl) },
        "gustafson": { "speedups": grown, "fit": fitted(by_gustafson) } });
    (sheet, value)
}

fn up_to_the_knee(sweep: &Sweep) -> Option<Fit> {
    let speedups: Vec<_> = sweep
        .speedups()
        .into_iter()
        .filter(|(size, _)| *size <= sweep.knee())
        .collect();
    fit_amdahl(&speedups)
}

fn of_sweep(sweep: &Sweep) -> Sheet {
    let most = sweep
        .rates
        .iter()
        .map(|(_, rate)| *rate)
        .fold(0.0, f64::max);
    let row = |(rate, speedup): (&(usize, f64), (usize, f64))| {
        let bar = bar(rate.1, most, BAR, Glyphs::wanted());
        vec![
            rate.0.to_string(),
            format!("{:.0}", rate.1),
            format!("{:.2}", speedup.1),
            bar,
        ]
    };
    let rows: Vec<_> = sweep.rates.iter().zip(sweep.speedups()).map(row).collect();
    let fit = up_to_the_knee(sweep).map_or(String::new(), |fit| {
        let (alone, off) = (percent(fit.alone), percent(fit.off));
        if fit.off > FAR {
            return format!("; no curve of Amdahl's is near what was measured (off by {off})");
        }
        format!(
            "; up to there as by Amdahl with {alone} that cannot be shared (off by {off} at most)"
        )
    });
    Sheet::new()
        .heading(format!("jobs that are {}", name(sweep)))
        .table(&["threads", "jobs a second", "speed-up", ""], rows)
        .text(format!("enough: {}{fit}", sweep.knee()))
}

fn name(sweep: &Sweep) -> &'static str {
    if sweep.job.name() == "both" {
        "waiting, then computing"
    } else {
        sweep.job.name()
    }
}

fn of_law(title: &str, measured: &Speedups, fit: Option<Fit>, law: fn(f64, usize) -> f64) -> Sheet {
    let Some(fit) = fit else { return Sheet::new() };
    let curve: Vec<(usize, f64)> = measured
        .iter()
        .map(|(size, _)| (*size, law(fit.alone, *size)))
        .collect();
    let series = [marked("o", measured), marked("+", &curve)];
    let fitted = format!(
        "{title}; fitted: {} alone, off by {} at most",
        percent(fit.alone),
        percent(fit.off)
    );
    Sheet::new()
        .heading(fitted)
        .drawing(points(&labels(measured), &series, HEIGHT))
}

fn marked(mark: &str, values: &Speedups) -> Series {
    let mark = mark.chars().next().unwrap_or('o');
    Series {
        mark,
        values: values.iter().map(|(_, value)| Some(*value)).collect(),
    }
}

fn labels(values: &Speedups) -> Vec<String> {
    values.iter().map(|(size, _)| size.to_string()).collect()
}
