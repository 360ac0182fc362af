//! `oversubscription`: threads, memory, time and preemptions of both ways.

use common::measure::{Usage, cores, seconds, timed};
use common::options::count;
use common::{Demo, Failure, Outcome, Run, part};
use serde_json::{Value, json};
use tracing::info;

use crate::cores::rayon;
use crate::pitfalls::oversubscription::{one_pool, pool_in_a_pool};
use crate::support::gauge::Gauge;

pub fn demo() -> Demo {
    Demo::new("oversubscription", "a pool in each job of a pool", run)
        .option(count("wide", 32, Some("16"), "Jobs, and parts of each"))
        .option(count(
            "numbers",
            10_000_000,
            Some("5000"),
            "Numbers to sort in each part",
        ))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let wide = run.count("wide").get();
    let numbers = run.count("numbers").get();

    // The thrifty one first: memory that a process has had once may stay with it.
    let cores = rayon::pool(cores())?;
    let gauge = Gauge::default();
    let one_pool = || cores.install(|| one_pool(wide, numbers, &gauge));
    let (found, used) = part("one pool", || timed(one_pool));
    drop(cores);
    let fixed = show("one pool", &gauge, used);

    let gauge = Gauge::default();
    let pool_in_a_pool = || pool_in_a_pool(wide, numbers, &gauge);
    let (sum, used) = part("a pool in a pool", || timed(pool_in_a_pool));
    let broken = show("a pool in a pool", &gauge, used);

    if sum? != found {
        return Err(Failure::Failed(
            "the two ways came to different results".into(),
        ));
    }
    Ok(json!({ "wide": wide, "sum": found, "pool_in_a_pool": broken, "one_pool": fixed }).into())
}

fn show(way: &str, gauge: &Gauge, used: Usage) -> Value {
    let threads = gauge.threads();
    let mib = gauge.memory_kib() as f64 / 1024.0;
    let wall = used.wall.as_secs_f64();
    let cpu = used.cpu.as_secs_f64();
    info!(
        "{way}: {threads} threads, {mib:.1} MiB, {}, {} of CPU time, taken off the CPU {} times",
        seconds(wall),
        seconds(cpu),
        used.preemptions
    );

    json!({
        "threads": threads, "mib": mib, "seconds": wall, "cpu_s": cpu, "preemptions": used.preemptions,
    })
}
