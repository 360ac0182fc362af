//! Three kinds of job, and how long each waits and computes.

use std::hint::black_box;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_gettime};

use super::slow_server::ask;
use crate::choose::measure::procfs;

/// A kind of job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    Computing,
    /// It asks the server, and waits for the answer.
    Waiting,
    /// It asks, and computes with the answer.
    Both,
}

pub const JOBS: [Job; 3] = [Job::Computing, Job::Waiting, Job::Both];

/// The time that one job took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    pub computing: Duration,
    /// Time in which it waited for the server. Time in line for a core is not counted, as far as
    /// the system tells it.
    pub waiting: Duration,
}

impl Spent {
    pub fn seconds(&self) -> f64 {
        (self.waiting + self.computing).as_secs_f64()
    }
}

impl Job {
    pub fn name(self) -> &'static str {
        match self {
            Job::Computing => "computing",
            Job::Waiting => "waiting",
            Job::Both => "both",
        }
    }

    /// Does it once.
    pub fn run(self, server: SocketAddr, number: u32) -> io::Result<Spent> {
        let start = Instant::now();
        let cpu = cpu_time()?;
        let in_line = procfs::own_delay();

        if self != Job::Computing && ask(server, number)? != number.wrapping_mul(2) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the server's answer is wrong",
            ));
        }
        if self != Job::Waiting {
            black_box(compute(number));
        }

        let wall = start.elapsed();
        let computing = cpu_time()?.saturating_sub(cpu);
        let in_line = procfs::own_delay().saturating_sub(in_line);
        Ok(Spent {
            computing,
            waiting: wall.saturating_sub(computing + in_line),
        })
    }
}

/// Computes for a millisecond or two; no compiler can shorten it. Unoptimised, a tenth of the steps
/// takes as long.
fn compute(number: u32) -> u64 {
    let steps: u64 = if cfg!(debug_assertions) {
        40_000
    } else {
        400_000
    };
    (0..steps).fold(u64::from(number) + 2, |x, step| (x * x + step) % 1_000_003)
}

/// Returns the CPU time of this thread.
fn cpu_time() -> io::Result<Duration> {
    Ok(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?.into())
}
