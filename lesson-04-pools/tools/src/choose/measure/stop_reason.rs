//! The reason why more at once brought no more: pure functions of the measurements.

use super::procfs::available_memory;
use super::profile::Used;
use super::sampler::Seen;
use super::throughput::Level;

/// A level has gained if it does more than this many times what the best one before it did. Ideal
/// is 2.
const GAIN: f64 = 1.15;

/// The reason why the search ended.
#[derive(Clone, Debug, PartialEq)]
pub enum StopReason {
    /// The cores are busy.
    Cpu {
        /// The share of their time that other programs have, from 0 to 1.
        others: f64,
    },
    /// There is too little memory. In bytes.
    Memory { needed: u64, available: u64 },
    /// It is not the CPU: a thing that they wait for does no more at once. Which thing, and in
    /// which share of the looks.
    Waiting(Option<(String, f64)>),
    /// A run failed.
    Failed(String),
    /// It still gained, but the limit on the number was reached.
    Most,
    /// It still gained, but the limit on time was reached.
    Time,
}

/// Tells whether this level does more than any before it.
pub fn has_gained(before: &[Level], level: &Level) -> bool {
    level.rate() > GAIN * before.iter().map(Level::rate).fold(0.0, f64::max)
}

/// Returns why a level has gained nothing that has gained nothing. That all cores are busy is a
/// reason only for runs that stood in line for one.
pub fn reason(level: &Level, alone: &Seen) -> StopReason {
    let own = level.share();
    let machine = level.machine.unwrap_or(own).max(own);
    let stood_in_line = level.in_line.is_none_or(|share| share >= 0.15);
    if own >= 0.8 || (machine >= 0.9 && stood_in_line) {
        let others = (machine - own).max(0.0);
        return StopReason::Cpu { others };
    }

    let thing = level.seen.more_than(alone).or_else(|| level.seen.most());
    StopReason::Waiting(thing.map(|(what, share)| (what.to_owned(), share)))
}

/// Returns why `at_once` of it would not fit into memory, if they would not: a fifth of the memory
/// stays free.
pub fn room(used: &Used, at_once: usize) -> Option<StopReason> {
    let needed = used.peak.saturating_mul(at_once as u64);
    let available = available_memory()?;
    (needed > available / 5 * 4).then_some(StopReason::Memory { needed, available })
}

impl StopReason {
    /// Returns the end of a sentence about the level with `at_once` runs.
    pub fn text(&self, at_once: usize) -> String {
        let mib = |bytes: &u64| bytes / (1 << 20);
        match self {
            StopReason::Cpu { others } if *others >= 0.1 => format!(
                "with {at_once} the CPU is full: no core is free ({:.0} % of their time goes to other programs)",
                100.0 * others
            ),
            StopReason::Cpu { .. } => {
                format!("with {at_once} the CPU is full: no core is free")
            }
            StopReason::Memory { needed, available } => format!(
                "{at_once} would need {} MiB of memory, and {} MiB are there",
                mib(needed),
                mib(available)
            ),
            StopReason::Waiting(Some((what, share))) => format!(
                "with {at_once} the CPU is not full; they wait for {what} ({:.0} % of the looks), and that serves no more at once",
                100.0 * share
            ),
            StopReason::Waiting(None) => format!(
                "with {at_once} the CPU is not full: what they wait for serves no more at once"
            ),
            StopReason::Failed(how) => format!("with {at_once} at once, {how}"),
            StopReason::Most => {
                format!("it still gained at {at_once}: the limit on the number (--most) ended it")
            }
            StopReason::Time => format!(
                "{at_once} at once would take longer than the limit on time (--limit) allows"
            ),
        }
    }

    /// Returns one word, for programs.
    pub fn word(&self) -> &'static str {
        match self {
            StopReason::Cpu { .. } => "cpu",
            StopReason::Memory { .. } => "memory",
            StopReason::Waiting(_) => "waiting",
            StopReason::Failed(_) => "failed",
            StopReason::Most => "most",
            StopReason::Time => "time",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(at_once: usize, runs: usize, cpu_s: f64, machine: f64, in_line: f64) -> Level {
        Level {
            at_once,
            runs,
            wall_s: 1.0,
            cpu_s,
            machine: Some(machine),
            in_line: Some(in_line),
            failed: None,
            seen: Seen::default(),
        }
    }

    #[test]
    fn a_level_gains_if_it_beats_the_best_before_it() {
        let before = [level(1, 10, 0.0, 0.0, 0.0), level(2, 19, 0.0, 0.0, 0.0)];
        assert!(has_gained(&before, &level(4, 30, 0.0, 0.0, 0.0)));
        assert!(!has_gained(&before, &level(4, 20, 0.0, 0.0, 0.0)));
        assert!(
            has_gained(&[], &level(1, 1, 0.0, 0.0, 0.0))
                && !has_gained(&[], &level(1, 0, 0.0, 0.0, 0.0))
        );
    }

    #[test]
    fn the_reason_is_the_cpu_or_what_is_waited_for() {
        let cores = common::measure::cores() as f64;
        assert_eq!(
            reason(&level(4, 9, cores, 1.0, 0.5), &Seen::default()),
            StopReason::Cpu { others: 0.0 }
        );
        // Others have the cores, and ours stand in line for them.
        let crowded = reason(&level(4, 9, 0.25 * cores, 1.0, 0.5), &Seen::default());
        assert_eq!(crowded, StopReason::Cpu { others: 0.75 });
        // Others have the cores, but ours do not want them.
        assert_eq!(
            reason(&level(4, 9, 0.01, 1.0, 0.01), &Seen::default()),
            StopReason::Waiting(None)
        );
        assert_eq!(
            reason(&level(4, 9, 0.01, 0.1, 0.01), &Seen::default()),
            StopReason::Waiting(None)
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_does_not_fit_into_memory_is_not_tried() {
        let mut used = super::super::profile::made_up(10, 10, 0, 0);
        assert_eq!(room(&used, 1), None);
        used.peak = 1 << 50;
        assert!(matches!(room(&used, 2), Some(StopReason::Memory { .. })));
    }
}
