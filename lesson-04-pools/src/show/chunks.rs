//! `chunks`: how many chunks, the total, and what is missing from it.

use std::num::NonZero;

use common::options::{count, seconds};
use common::{Demo, Failure, Outcome, Run, knob};
use serde_json::json;
use tracing::info;

use crate::chunks::add_up::{add_up, worker};
use crate::chunks::chunk::{MOST_CHUNKS, MOST_ITEMS, cut};

pub fn demo() -> Demo {
    Demo::new(
        "chunks",
        "sums of squares, chunk by chunk, on all cores",
        run,
    )
    .compare(one_after_the_other)
    .knob(knob::half("each chunk half as long", "chunk-time", "chunk"))
    .worker("", worker)
    .option(count(
        "workers",
        64,
        None,
        "Worker processes [default: as many as cores]",
    ))
    .option(count(
        "items",
        u32::MAX.into(),
        Some("20"),
        "Square the numbers from 1 to N",
    ))
    .option(count(
        "chunk-size",
        u32::MAX.into(),
        Some("5"),
        "Numbers in a chunk",
    ))
    .option(seconds("chunk-time", "1", "Simulated work a chunk"))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    with_workers(run, run.count("workers"))
}

/// Measures the same with one worker, for `--compare`.
fn one_after_the_other(run: &Run) -> Result<Outcome, Failure> {
    with_workers(run, NonZero::<usize>::MIN)
}

fn with_workers(run: &Run, workers: NonZero<usize>) -> Result<Outcome, Failure> {
    let items = run.count("items").get() as u64;
    let size = run.count("chunk-size");
    let pause = run.pace.seconds(run.seconds("chunk-time"));
    if items > MOST_ITEMS {
        let why =
            format!("--items {items}: the sum would not fit 64 bits, at most {MOST_ITEMS} do");
        return Err(Failure::BadInput(why));
    }
    if items / size.get() as u64 > MOST_CHUNKS {
        let why = format!("--chunk-size {size}: that would be more than {MOST_CHUNKS} chunks");
        return Err(Failure::BadInput(why));
    }

    let (sums, lost) = add_up(cut(items, size, pause), workers.get())?;

    // A sum without a chunk would be wrong: rather none.
    let total: Option<u64> = lost
        .is_empty()
        .then(|| sums.iter().map(|sum| sum.result).sum());
    if let Some(total) = total {
        info!("the squares of 1 to {items} add up to {total}");
    } else {
        info!("no total: {} of the chunks are lost", lost.len());
    }
    let outcome = json!({ "total": total, "chunks": sums }).into();
    Ok(lost
        .iter()
        .map(ToString::to_string)
        .fold(outcome, Outcome::problem))
}
