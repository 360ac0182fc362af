//! `cores`: primes on 1, 2, 4, … threads, up to twice as many as there are cores.

use std::time::Instant;

use common::options::count;
use common::{Demo, Failure, Outcome, Run, measure};
use serde_json::{Value, json};
use tracing::{info, info_span};

use crate::{cores, primes};

pub fn demo() -> Demo {
    let below = "Count the primes below this number";

    Demo::new("cores", "counting primes on 1, 2, 4 ... threads", run)
        .in_turn()
        .option(count("below", 500_000_000, Some("20000000"), below))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let below = u32::try_from(run.count("below").get())?;
    let cores = u32::try_from(measure::cores())?;
    let odd_primes = primes::up_to_the_root(below);
    if let Some(warning) = measure::busy() {
        info!("{warning}");
    }

    let start = Instant::now();
    let expected = info_span!("alone").in_scope(|| primes::count(0..below, &odd_primes));
    let alone_s = start.elapsed().as_secs_f64();
    info!("one after the other: {expected} primes below {below} in {alone_s:.2} s");

    let mut rows = Vec::new();
    for (threads, way, count) in plan(cores) {
        let start = Instant::now();
        let found = count(below, threads, &odd_primes);
        let seconds = start.elapsed().as_secs_f64();
        if found != expected {
            let why = format!("{threads} threads, {way}: {found} primes");
            return Err(Failure::Failed(why));
        }

        let row = Row {
            threads,
            way,
            seconds,
            speed_up: alone_s / seconds,
            ideal: threads.min(cores),
        };
        row.log();
        rows.push(row);
    }

    let best = rows.iter().max_by(|a, b| a.speed_up.total_cmp(&b.speed_up));
    if let Some(best) = best {
        info!(
            "best: {:.2} times as fast with {} threads, {}; this machine has {cores} cores",
            best.speed_up, best.threads, best.way,
        );
    }
    Ok(json!({
        "primes": expected,
        "below": below,
        "cores": cores,
        "sequential_s": alone_s,
        "table": rows.iter().map(Row::json).collect::<Vec<Value>>(),
    })
    .into())
}

type Count = fn(u32, u32, &[u32]) -> u32;

/// Lists what is measured: the number of threads, the way's name, and its function.
fn plan(cores: u32) -> Vec<(u32, &'static str, Count)> {
    // With one thread there is nothing to share.
    let mut plan: Vec<(u32, &str, Count)> = vec![(1, "static shares", cores::static_shares)];

    let mut threads = 2;
    while threads < 4 * cores.min(16) {
        plan.push((threads, "static shares", cores::static_shares));
        plan.push((threads, "shared counter", cores::shared_counter));
        threads *= 2;
    }
    plan
}

struct Row {
    threads: u32,
    way: &'static str,
    seconds: f64,
    speed_up: f64,
    ideal: u32,
}

impl Row {
    fn log(&self) {
        info!(
            "threads {}, {}: {:.2} s, {:.2} times as fast, ideal {}",
            self.threads, self.way, self.seconds, self.speed_up, self.ideal,
        );
    }

    fn json(&self) -> Value {
        json!({
            "threads": self.threads,
            "way": self.way,
            "seconds": self.seconds,
            "speed_up": self.speed_up,
            "ideal": self.ideal,
        })
    }
}
