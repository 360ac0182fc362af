//! A chunk of numbers: what travels to a worker process, and what comes back.

use std::num::NonZero;
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tracing::{info, info_span};

use crate::executor::Task;

/// The most numbers whose squares add up to a sum that fits 64 bits.
pub const MOST_ITEMS: u64 = 3_810_776;
/// The most chunks: each one is remembered for the timeline.
pub const MOST_CHUNKS: u64 = 100_000;

/// The numbers of a chunk, as a range: a few bytes, however many there are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Chunk {
    /// Counted from 1, in the order of the numbers.
    pub id: u64,
    pub first: u64,
    pub last: u64,
    /// Simulated work, on top of the sum: as if each chunk came from a slow disk.
    pub pause: Duration,
}

/// The answer of a worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    pub chunk_id: u64,
    /// The count of its numbers.
    pub items: u64,
    /// The sum of their squares.
    pub result: u64,
}

/// Cuts the numbers from 1 to `items` into chunks of `size`; the last one may be smaller.
pub fn cut(items: u64, size: NonZero<usize>, pause: Duration) -> Vec<Chunk> {
    let firsts = (1..=items).step_by(size.get());
    let chunks = (1..).zip(firsts).map(|(id, first)| Chunk {
        id,
        first,
        last: items.min(first + size.get() as u64 - 1),
        pause,
    });
    chunks.collect()
}

/// A closure cannot be sent to another process. A value can, and this is what is done with it
/// there.
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
