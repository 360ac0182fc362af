//! The tasks of our worker processes.

use lesson_04_pools::executor::Task;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A task for a worker process.
#[derive(Serialize, Deserialize)]
pub enum Deed {
    Echo(u64),
    Sum(Bytes),
    /// A number of rounds of computing.
    Compute(u64),
}

/// Bytes in one piece. Serde would take a `Vec<u8>` for a list and look at each of its numbers; the
/// crate `serde_bytes` does what is done here.
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Bytes, D::Error> {
        <&[u8]>::deserialize(from).map(|bytes| Bytes(bytes.to_vec()))
    }
}

impl Task for Deed {
    type Output = u64;

    fn run(self) -> u64 {
        match self {
            Deed::Echo(number) => number,
            Deed::Sum(bytes) => sum(&bytes.0),
            Deed::Compute(rounds) => compute(rounds),
        }
    }
}

pub fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte)).sum()
}

/// Computes in a way that the optimiser cannot do in advance.
pub fn compute(rounds: u64) -> u64 {
    let mut x = std::hint::black_box(rounds) | 7;
    for _ in 0..rounds {
        x = x * x % 1_000_003 + 3;
    }
    x
}
