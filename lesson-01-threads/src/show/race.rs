//! `race`: four ways of adding, each run hundreds of times by two threads, and how much each way lost.

use std::sync::atomic::AtomicU64;
use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use common::options::count;
use common::{Demo, Difference, Failure, Outcome, Run};
use serde_json::{Map, json};
use tracing::{info, info_span};

use crate::pitfalls::race;

/// The time after which a broken way that has lost nothing is given up.
const PATIENCE: Duration = Duration::from_secs(2);

pub fn demo() -> Demo {
    let times = "Additions by each thread in a run";
    let runs = "Runs; more if nothing was lost in them";

    Demo::new("race", "additions that get lost", run)
        .option(count("times", 1_000_000, Some("100"), times))
        .option(count("runs", 100_000, Some("300"), runs))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let times = run.count("times").get() as u64;
    let runs = u32::try_from(run.count("runs").get())?;

    let ways: [(&str, Sum, Duration); 4] = [
        ("load, then store", load_then_store, PATIENCE),
        ("fetch_add", add_at_once, Duration::ZERO),
        ("lock twice", lock_twice, PATIENCE),
        ("lock once", lock_once, Duration::ZERO),
    ];
    let mut results = Map::new();
    for (way, sum, patience) in ways {
        let Losses {
            runs,
            runs_that_lost,
            lost,
        } = info_span!("add", way).in_scope(|| losses(sum, times, runs, patience));

        let additions = u64::from(runs) * 2 * times;
        info!("{way}: {lost} of {additions} additions lost, in {runs_that_lost} of {runs} runs");
        results.insert(
            way.to_owned(),
            json!({ "runs": runs, "runs_that_lost": runs_that_lost, "lost": lost }),
        );
    }

    let [broken, fixed] = ["load, then store", "fetch_add"];
    let lost = Difference::new("additions lost", "main", "add load, then store")
        .way(broken, &results[broken]["lost"])
        .way(fixed, &results[fixed]["lost"]);
    Ok(Outcome::new(results).difference(lost))
}

/// A way of adding: lets two threads add `times` each, and returns what the counter says at the end.
type Sum = fn(times: u64) -> u64;

fn load_then_store(times: u64) -> u64 {
    let counter = AtomicU64::new(0);
    on_two_threads(times, || race::load_then_store(&counter));
    counter.into_inner()
}

fn add_at_once(times: u64) -> u64 {
    let counter = AtomicU64::new(0);
    on_two_threads(times, || race::add_at_once(&counter));
    counter.into_inner()
}

fn lock_twice(times: u64) -> u64 {
    let counter = Mutex::new(0);
    on_two_threads(times, || race::lock_twice(&counter));
    counter.into_inner().expect("no thread panics")
}

fn lock_once(times: u64) -> u64 {
    let counter = Mutex::new(0);
    on_two_threads(times, || race::lock_once(&counter));
    counter.into_inner().expect("no thread panics")
}

/// Calls `add` `times` times on each of two threads that start at the same moment.
fn on_two_threads(times: u64, add: impl Fn() + Sync) {
    let start = Barrier::new(2);
    let adding = || {
        start.wait();
        for _ in 0..times {
            add();
        }
    };

    thread::scope(|scope| {
        scope.spawn(adding);
        adding();
    });
}

/// The losses of some runs.
#[derive(Default)]
struct Losses {
    runs: u32,
    runs_that_lost: u32,
    lost: u64,
}

/// Counts what is missing after each of `runs` runs; if nothing is, runs on until something is or `patience` is over.
fn losses(sum: Sum, times: u64, runs: u32, patience: Duration) -> Losses {
    let begin = Instant::now();
    let mut losses = Losses::default();

    while losses.runs < runs || (losses.lost == 0 && begin.elapsed() < patience) {
        let lost = 2 * times - sum(times);
        losses.runs += 1;
        losses.runs_that_lost += u32::from(lost > 0);
        losses.lost += lost;
    }
    losses
}
