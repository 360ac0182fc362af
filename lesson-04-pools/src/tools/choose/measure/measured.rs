//! `choose -- COMMAND`: the command alone, then more and more of it at once.

use std::time::{Duration, Instant};

use common::measure::seconds;
use common::{Failure, Run};
use tracing::info;

use super::command::Program;
use super::many::failure;
use super::profile::{Used, alone, median};
use super::sampler::Seen;
use super::stop_reason::{Why, gained, percent, rate, reason, room};
use super::throughput::{Level, level, rounds};

/// All that was measured.
pub struct Measured {
    /// Of the command alone.
    pub runs: Vec<Used>,
    /// What the first of them was seen to wait for.
    pub seen: Seen,
    /// Each with twice as many at once as the one before.
    pub levels: Vec<Level>,
    /// How many at once were tried last, or would have been next.
    pub ended_at: usize,
    /// Why no more were tried.
    pub why: Why,
}

/// How far the measuring may go.
struct Limits {
    alone: usize,
    most: usize,
    deadline: Instant,
    whole: Duration,
    /// A run with another exit code than 0 counts as well.
    ignore_failure: bool,
}

/// Measures the command as the options say.
///
/// # Errors
/// When it cannot be started, fails, or does not end in time.
///
/// # Panics
/// As [`watch`](super::sampler::watch).
pub fn measure(program: &Program, run: &Run) -> Result<Measured, Failure> {
    let whole = Duration::from_secs_f64(run.seconds("limit"));
    let limits = Limits {
        alone: run.count("runs").get(),
        most: run.count("most").get(),
        deadline: Instant::now() + whole,
        whole,
        ignore_failure: run.flag("ignore-failure"),
    };
    info!(
        "limits: {} in all (--limit), {} at once (--most), {} runs alone (--runs)",
        seconds(whole.as_secs_f64()),
        limits.most,
        limits.alone
    );
    let (runs, seen) = all_alone(program, &limits)?;
    let used = median(&runs)
        .expect("at least one run was measured")
        .clone();
    let (mut levels, mut at_once) = (Vec::new(), 1);
    let why = loop {
        match next(program, &limits, &used, &seen, &mut levels, at_once)? {
            Some(why) => break why,
            None if at_once * 2 > limits.most => break Why::Most,
            None => at_once *= 2,
        }
    };
    Ok(Measured {
        runs,
        seen,
        levels,
        ended_at: at_once,
        why,
    })
}

/// Runs by itself, while a third of the time allows it.
fn all_alone(program: &Program, limits: &Limits) -> Result<(Vec<Used>, Seen), Failure> {
    let (mut runs, mut first) = (Vec::new(), None);
    let enough = limits
        .deadline
        .checked_sub(limits.whole / 3 * 2)
        .unwrap_or(limits.deadline);
    while runs.len() < limits.alone && (runs.is_empty() || Instant::now() < enough) {
        let Some((used, seen)) = alone(program, limits.deadline)? else {
            let limit = seconds(limits.whole.as_secs_f64());
            return Err(Failure::Failed(format!(
                "`{}` did not end within {limit} (--limit), and was killed",
                program.name()
            )));
        };
        info!(
            "alone: {}, computing {}",
            seconds(used.wall.as_secs_f64()),
            seconds(used.cpu_s())
        );
        if let Some(why) =
            failure(program, &used.how, &used.words).filter(|_| !limits.ignore_failure)
        {
            return Err(Failure::Failed(format!(
                "{why} (--ignore-failure measures it all the same)"
            )));
        }
        first.get_or_insert(seen);
        runs.push(used);
    }
    Ok((runs, first.unwrap_or_default()))
}

/// Measures the next level, and a second time if the first seems to have gained nothing: a moment's disturbance is no
/// reason to stop. `None`: it did gain.
fn next(
    program: &Program,
    limits: &Limits,
    used: &Used,
    seen: &Seen,
    levels: &mut Vec<Level>,
    at_once: usize,
) -> Result<Option<Why>, Failure> {
    if let Some(why) = room(used, at_once) {
        return Ok(Some(why));
    }
    let mut best: Option<Level> = None;
    for _ in 0..2 {
        let Some(now) = level(
            program,
            at_once,
            at_once * rounds(used.wall),
            limits.deadline,
        )?
        else {
            return Ok(Some(Why::Time));
        };
        info!(
            "{at_once} at once: {}, CPU {}",
            rate(now.rate()),
            percent(now.share())
        );
        if let Some(failure) = now.failed.clone().filter(|_| !limits.ignore_failure) {
            return Ok(Some(Why::Failed(failure)));
        }
        best = best.filter(|best| best.rate() > now.rate()).or(Some(now));
        if best.as_ref().is_some_and(|best| gained(levels, best)) {
            break;
        }
    }
    let level = best.expect("at least one was measured");
    let why = (!gained(levels, &level)).then(|| reason(&level, seen));
    levels.push(level);
    Ok(why)
}
