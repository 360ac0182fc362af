//! The measuring from beginning to end, within its limits.

use std::time::{Duration, Instant};

use common::Failure;
use common::measure::seconds;
use tracing::info;

use super::command::{Program, failure};
use super::profile::{Used, alone, median};
use super::sampler::Seen;
use super::stop_reason::{StopReason, has_gained, reason, room};
use super::throughput::{Level, level, rounds};
use crate::format::{percent, rate};

/// All measurements of a command.
pub struct Measured {
    /// The runs of the command alone: at least one.
    pub runs: Vec<Used>,
    /// The things that the first of them was seen to wait for.
    pub seen: Seen,
    /// Each with twice as many at once as the one before.
    pub levels: Vec<Level>,
    /// The number at once that was tried last, or would have been next.
    pub ended_at: usize,
    /// The reason why no more were tried.
    pub reason: StopReason,
}

/// The limits of the measuring.
pub struct Limits {
    whole: Duration,
    deadline: Instant,
    /// Runs alone.
    alone: usize,
    /// Runs at once.
    most: usize,
    /// A run with another exit code than 0 counts as well.
    ignore_failure: bool,
}

impl Limits {
    /// Starts the clock.
    pub fn new(whole_s: f64, alone: usize, most: usize, ignore_failure: bool) -> Limits {
        let whole = Duration::from_secs_f64(whole_s);
        Limits {
            whole,
            deadline: Instant::now() + whole,
            alone,
            most,
            ignore_failure,
        }
    }
}

/// Measures the command within the limits. Fails where it cannot be started, fails itself, or does
/// not end in time.
pub fn measure(program: &Program, limits: &Limits) -> Result<Measured, Failure> {
    info!(
        "limits: {} in all (--limit), {} at once (--most), {} runs alone (--runs)",
        seconds(limits.whole.as_secs_f64()),
        limits.most,
        limits.alone
    );
    let (runs, seen) = all_alone(program, limits)?;
    let used = median(&runs).expect("at least one run was measured");

    let mut levels = Vec::new();
    let mut at_once = 1;
    let reason = loop {
        match next(program, limits, used, &seen, &mut levels, at_once)? {
            Some(reason) => break reason,
            None if at_once * 2 > limits.most => break StopReason::Most,
            None => at_once *= 2,
        }
    };
    Ok(Measured {
        runs,
        seen,
        levels,
        ended_at: at_once,
        reason,
    })
}

/// Runs it alone several times, while a third of the time allows it.
fn all_alone(program: &Program, limits: &Limits) -> Result<(Vec<Used>, Seen), Failure> {
    let enough = limits
        .deadline
        .checked_sub(limits.whole / 3 * 2)
        .unwrap_or(limits.deadline);
    let mut runs = Vec::new();
    let mut first = None;
    while runs.len() < limits.alone && (runs.is_empty() || Instant::now() < enough) {
        let Some((used, seen)) = alone(program, limits.deadline)? else {
            let name = program.name();
            let limit = seconds(limits.whole.as_secs_f64());
            let why = format!("`{name}` did not end within {limit} (--limit), and was killed");
            return Err(Failure::Failed(why));
        };
        let wall = seconds(used.wall.as_secs_f64());
        info!("alone: {wall}, computing {}", seconds(used.cpu_s()));
        let failed = failure(program, &used.exit, &used.words);
        if let Some(why) = failed.filter(|_| !limits.ignore_failure) {
            let why = format!("{why} (--ignore-failure measures it all the same)");
            return Err(Failure::Failed(why));
        }
        first.get_or_insert(seen);
        runs.push(used);
    }

    Ok((runs, first.unwrap_or_default()))
}

/// Measures the next level, and a second time if the first seems to have gained nothing: a moment's
/// disturbance is no reason to stop. `None`: it did gain.
fn next(
    program: &Program,
    limits: &Limits,
    used: &Used,
    seen: &Seen,
    levels: &mut Vec<Level>,
    at_once: usize,
) -> Result<Option<StopReason>, Failure> {
    if let Some(reason) = room(used, at_once) {
        return Ok(Some(reason));
    }

    let runs = at_once * rounds(used.wall);
    let mut best: Option<Level> = None;
    for _ in 0..2 {
        let Some(now) = level(program, at_once, runs, limits.deadline)? else {
            return Ok(Some(StopReason::Time));
        };
        let cpu = percent(now.share());
        info!("{at_once} at once: {}, CPU {cpu}", rate(now.rate()));
        if let Some(failure) = now.failed.clone().filter(|_| !limits.ignore_failure) {
            return Ok(Some(StopReason::Failed(failure)));
        }
        best = best.filter(|best| best.rate() > now.rate()).or(Some(now));
        if best.as_ref().is_some_and(|best| has_gained(levels, best)) {
            break;
        }
    }

    let level = best.expect("at least one was measured");
    let reason = (!has_gained(levels, &level)).then(|| reason(&level, seen));
    levels.push(level);
    Ok(reason)
}
