//! `chunks`: one big sum, cut into chunks for a pool of worker processes.
//!
//! Each worker takes the next chunk when it is free. Answers come in any order; every chunk has a number, so that
//! they can be put in order afterwards.

use std::io;
use std::num::NonZero;
use std::process::Command;
use std::thread;
use std::time::Duration;

use common::{Failure, Outcome, Run};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::{info, info_span};

use crate::{process_pool, wire};

/// The most numbers whose squares add up to a sum that fits 64 bits.
pub const MOST_ITEMS: u64 = 3_810_776;
/// The most chunks: each one is remembered for the timeline.
pub const MOST_CHUNKS: u64 = 100_000;

/// What a worker is told: the numbers as a range, which is a few bytes however many they are.
#[derive(Debug, Serialize, Deserialize)]
pub struct Chunk {
    id: u64,
    first: u64,
    last: u64,
    /// Simulated work, on top of the sum: as if each chunk came from a slow disk.
    pause: Duration,
}

/// The numbers from 1 to `items` in chunks of `size`; the last one may be smaller.
pub fn cut(items: u64, size: NonZero<usize>, pause: Duration) -> Vec<Chunk> {
    let last = |first: u64| items.min(first + size.get() as u64 - 1);
    let numbered = (1..).zip((1..=items).step_by(size.get()));
    numbered.map(|(id, first)| Chunk { id, first, last: last(first), pause }).collect()
}

/// The sum of the squares of a chunk's numbers.
pub fn sum_of_squares(chunk: &Chunk) -> u64 {
    (chunk.first..=chunk.last).map(|number| number * number).sum()
}

/// What this program does when it is started again as a worker.
///
/// # Errors
/// When a pipe to the parent fails.
pub fn worker(_name: &str) -> io::Result<()> {
    info!("ready, in process {}", std::process::id());
    wire::serve(|chunk: Chunk| {
        let _span = info_span!("chunk", id = chunk.id).entered();
        info!("chunk {}: the numbers {} to {}", chunk.id, chunk.first, chunk.last);
        thread::sleep(chunk.pause);
        sum_of_squares(&chunk)
    })
}

/// Has all chunks done by at most `workers` processes.
fn add_up(run: &Run, workers: NonZero<usize>) -> Result<Outcome, Failure> {
    let (items, size) = (run.count("items").get() as u64, run.count("chunk-size"));
    if items > MOST_ITEMS {
        let why = format!("--items {items}: the sum would not fit 64 bits, at most {MOST_ITEMS} do");
        return Err(Failure::BadInput(why));
    }
    if items / size.get() as u64 > MOST_CHUNKS {
        let why = format!("--chunk-size {size}: that would be more than {MOST_CHUNKS} chunks");
        return Err(Failure::BadInput(why));
    }
    let pause = run.pace.seconds(run.seconds("chunk-time"));
    let chunks = cut(items, size, pause);
    // A worker is this program, started again with other arguments.
    let program = std::env::current_exe()?;
    let start = |name: &str| {
        let mut command = Command::new(&program);
        command.args(["worker", name]);
        command
    };

    let mut results = Vec::new();
    let ended = process_pool::run(start, workers, &chunks, |chunk, result: u64| {
        info!("chunk {} is done: {result}", chunk.id);
        results.push((chunk.id, chunk.last - chunk.first + 1, result));
    });
    // They came in the order in which they were done.
    results.sort_unstable();
    let mut total = ended.map(|()| 0_u64);
    let mut list = Vec::new();
    for (id, items, result) in results {
        // What another process sent could be anything, also too much.
        let too_much = || io::Error::other("the answers add up to more than 64 bits can hold");
        total = total.and_then(|total| total.checked_add(result).ok_or_else(too_much));
        list.push(json!({ "chunk_id": id, "items": items, "result": result }));
    }
    match total {
        Ok(total) => {
            info!("the squares of 1 to {items} add up to {total}");
            Ok(Outcome::new(json!({ "total": total, "chunks": list })))
        }
        Err(error) => {
            info!("no total: {error}");
            Ok(Outcome::new(json!({ "total": null, "chunks": list })).problem(error.to_string()))
        }
    }
}

/// What `cargo run -p lesson-04-pools -- chunks` runs.
///
/// # Errors
/// When this program cannot be found to be started again. A worker that fails is no error of the whole.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    add_up(run, run.count("workers"))
}

/// What its `--compare` measures first: the same with one worker.
///
/// # Errors
/// As [`demo`].
pub fn demo_one_after_the_other(run: &Run) -> Result<Outcome, Failure> {
    add_up(run, NonZero::<usize>::MIN)
}
