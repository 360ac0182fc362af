//! A part that has to be done alone: the two laws, each measured in its own way.
//!
//! The program asks the server some questions one after the other, and then gives the rest to a
//! pool. All of it is waiting, so that the laws show on any number of cores.

use std::net::SocketAddr;
use std::time::Instant;

use common::Failure;
use tracing::info_span;

use super::jobs::{Job, Spent};
use super::sweep::run_all;

/// Questions that are asked one after the other, whatever the size of the pool.
pub const ALONE: usize = 4;
/// Questions that a pool shares: in all for Amdahl, for each thread for Gustafson.
pub const SHARED: usize = 16;

/// Measures the speed-ups of pools of these sizes, with the same work for all (`grows` is false),
/// or with as much for each thread.
///
/// A speed-up is the time that all questions took, added up, divided by the time until the last
/// answer.
pub fn speedups(
    server: SocketAddr,
    sizes: &[usize],
    grows: bool,
) -> Result<Vec<(usize, f64)>, Failure> {
    let mut measured = Vec::new();
    for size in sizes {
        let start = Instant::now();
        let mut work = 0.0;
        for number in 0..u32::try_from(ALONE)? {
            let spent = info_span!("alone").in_scope(|| Job::Waiting.run(server, number))?;
            work += spent.seconds();
        }
        let shared = if grows { SHARED * size } else { SHARED };
        let (_, spent) = run_all(Job::Waiting, server, *size, shared)?;
        work += spent.iter().map(Spent::seconds).sum::<f64>();
        measured.push((*size, work / start.elapsed().as_secs_f64()));
    }

    Ok(measured)
}
