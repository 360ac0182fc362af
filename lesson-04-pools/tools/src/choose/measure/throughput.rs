//! The same command 1, 2, 4, 8 … times at once: how many runs are done in a second.

use std::time::{Duration, Instant};

use common::Failure;
use common::measure::cores;

use super::command::{Ended, Program};
use super::procfs;
use super::run_all::run_all;
use super::rusage::children_s;
use super::sampler::{Seen, sample};

/// A number of runs at once, and what came of it.
#[derive(Clone, Debug)]
pub struct Level {
    /// Under way at once.
    pub at_once: usize,
    /// Runs that were done.
    pub runs: usize,
    /// Wall time of all of them together, in seconds.
    pub wall_s: f64,
    /// CPU time of all of them together, in seconds.
    pub cpu_s: f64,
    /// The share of all cores' time in which the machine was busy, if the system says.
    pub machine: Option<f64>,
    /// The share of the runs' own time in which they were ready and had no core, if the system
    /// says.
    pub in_line: Option<f64>,
    /// The failure of a run, if one failed.
    pub failed: Option<String>,
    /// The things that they waited for.
    pub seen: Seen,
}

impl Level {
    /// Returns the runs a second.
    pub fn rate(&self) -> f64 {
        if self.wall_s > 0.0 {
            self.runs as f64 / self.wall_s
        } else {
            0.0
        }
    }

    /// Returns the share of all cores' time that the command had.
    pub fn share(&self) -> f64 {
        if self.wall_s > 0.0 {
            self.cpu_s / (self.wall_s * cores() as f64)
        } else {
            0.0
        }
    }
}

/// Runs the program `runs` times, `at_once` of them at the same time. `None`: not all were done by
/// the deadline, and those under way have been ended.
pub fn level(
    program: &Program,
    at_once: usize,
    runs: usize,
    deadline: Instant,
) -> Result<Option<Level>, Failure> {
    let cpu_before = children_s()?;
    let cores_before = procfs::core_time();
    let start = Instant::now();

    let (ended, seen) = sample(program, || run_all(program, at_once, runs, deadline));

    let wall_s = start.elapsed().as_secs_f64();
    let cpu_s = children_s()? - cpu_before;
    let Some(ended) = ended? else { return Ok(None) };
    let machine = cores_before
        .zip(procfs::core_time())
        .and_then(|(before, after)| busy(before, after));
    Ok(Some(Level {
        at_once,
        runs,
        wall_s,
        cpu_s,
        machine,
        in_line: in_line(&ended, &seen),
        failed: ended.iter().find_map(|ended| ended.failure(program)),
        seen,
    }))
}

fn in_line(runs: &[Ended], seen: &Seen) -> Option<f64> {
    let first: Vec<_> = runs.iter().map(|ended| ended.pid).collect();
    let walls: Duration = runs.iter().map(|ended| ended.wall).sum();
    let delays: Option<Duration> = runs.iter().map(|ended| ended.delay).sum();
    let delays = delays? + seen.delay_of_others(&first);
    Some(delays.as_secs_f64() / walls.as_secs_f64().max(1e-9))
}

fn busy((idle, all): (u64, u64), (idle_after, all_after): (u64, u64)) -> Option<f64> {
    let idle = idle_after.checked_sub(idle)?;
    let all = all_after.checked_sub(all)?;
    (all > 0).then(|| 1.0 - idle as f64 / all as f64)
}

/// Returns how often to run it for each place of a level, when one run takes `wall`: about a
/// second's worth, at most a hundred.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is between 1 and 100"
)]
pub fn rounds(wall: Duration) -> usize {
    (1.0 / wall.as_secs_f64().max(1e-6))
        .ceil()
        .clamp(1.0, 100.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_takes_about_a_second() {
        assert_eq!(
            [1, 100, 400, 5000].map(|ms| rounds(Duration::from_millis(ms))),
            [100, 10, 3, 1]
        );
    }
}
