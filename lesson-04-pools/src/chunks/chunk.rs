//! `chunks`: one big sum, cut into chunks for a pool of worker processes.
//!
//! Each worker takes the next chunk when it is free. Answers come in any order; every chunk has a number, so that
//! they can be put in order afterwards.

use std::io;
use std::num::NonZero;
use std::thread;
use std::time::Duration;

use common::{Failure, Outcome, Run};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::{info, info_span};

use crate::executor::{ProcessPool, Task, as_completed, worker::serve};

/// The most numbers whose squares add up to a sum that fits 64 bits.
pub const MOST_ITEMS: u64 = 3_810_776;
/// The most chunks: each one is remembered for the timeline.
pub const MOST_CHUNKS: u64 = 100_000;

/// What a worker is told: the numbers as a range, which is a few bytes however many they are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Chunk {
    /// From 1, in the order of the numbers.
    pub id: u64,
    /// The first of its numbers.
    pub first: u64,
    /// The last of them.
    pub last: u64,
    /// Simulated work, on top of the sum: as if each chunk came from a slow disk.
    pub pause: Duration,
}

/// What a worker answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// The chunk's number.
    pub chunk_id: u64,
    /// How many numbers it had.
    pub items: u64,
    /// The sum of their squares.
    pub result: u64,
}

/// The numbers from 1 to `items` in chunks of `size`; the last one may be smaller.
pub fn cut(items: u64, size: NonZero<usize>, pause: Duration) -> Vec<Chunk> {
    let last = |first: u64| items.min(first + size.get() as u64 - 1);
    let numbered = (1..).zip((1..=items).step_by(size.get()));
    numbered
        .map(|(id, first)| Chunk {
            id,
            first,
            last: last(first),
            pause,
        })
        .collect()
}

/// A closure cannot be sent to another process. A value can, and this is what is done with it over there.
impl Task for Chunk {
    type Output = Sum;

    fn run(self) -> Sum {
        let _span = info_span!("chunk", id = self.id).entered();
        info!(
            "chunk {}: the numbers {} to {}",
            self.id, self.first, self.last
        );
        thread::sleep(self.pause);
        let result = (self.first..=self.last).map(|number| number * number).sum();
        Sum {
            chunk_id: self.id,
            items: self.last - self.first + 1,
            result,
        }
    }
}

/// What this program does when it is started again as a worker.
///
/// # Errors
/// When a pipe to the parent fails.
pub fn worker(_name: &str) -> io::Result<()> {
    info!("ready, in process {}", std::process::id());
    serve::<Chunk>()
}

/// Has all chunks done by at most `workers` processes.
fn add_up(run: &Run, workers: NonZero<usize>) -> Result<Outcome, Failure> {
    let (items, size) = (run.count("items").get() as u64, run.count("chunk-size"));
    if items > MOST_ITEMS {
        let why =
            format!("--items {items}: the sum would not fit 64 bits, at most {MOST_ITEMS} do");
        return Err(Failure::BadInput(why));
    }
    if items / size.get() as u64 > MOST_CHUNKS {
        let why = format!("--chunk-size {size}: that would be more than {MOST_CHUNKS} chunks");
        return Err(Failure::BadInput(why));
    }
    let chunks = cut(items, size, run.pace.seconds(run.seconds("chunk-time")));

    let pool = ProcessPool::builder().workers(workers.get()).build()?;
    let jobs = chunks
        .into_iter()
        .map(|chunk| pool.submit(chunk))
        .collect::<Result<Vec<_>, _>>()?;
    let (mut sums, mut problems) = (Vec::new(), Vec::new());
    for job in as_completed(jobs) {
        match job.result() {
            Ok(sum) => {
                info!("chunk {} is done: {}", sum.chunk_id, sum.result);
                sums.push(sum);
            }
            Err(error) => {
                info!("a chunk is lost: {error}");
                problems.push(error.to_string());
            }
        }
    }
    // They came in the order in which they were done.
    sums.sort_unstable_by_key(|sum| sum.chunk_id);
    // A sum without a chunk would be wrong: rather none.
    let total: Option<u64> = problems
        .is_empty()
        .then(|| sums.iter().map(|sum| sum.result).sum());
    match (total, problems.len()) {
        (Some(total), _) => info!("the squares of 1 to {items} add up to {total}"),
        (None, lost) => info!("no total: {lost} of the chunks are lost"),
    }
    let outcome = Outcome::new(json!({ "total": total, "chunks": sums }));
    Ok(problems.into_iter().fold(outcome, Outcome::problem))
}

/// What `cargo run -p lesson-04-pools -- chunks` runs.
///
/// # Errors
/// When no worker can be had. A chunk whose worker dies is no error of the whole.
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
