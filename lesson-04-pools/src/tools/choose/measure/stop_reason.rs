//! Why more at once brought no more: pure functions of what was measured.

use common::measure::seconds;

use super::procfs::available_memory;
use super::profile::Used;
use super::sampler::Seen;
use super::throughput::Level;

/// A level has gained if it does more than this many times what the best one before it did. Ideal is 2.
const GAIN: f64 = 1.15;

/// Why the search ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// The cores are busy: with the command, and with this share of other things.
    Cpu {
        /// From 0 to 1.
        others: f64,
    },
    /// So many would need more memory than there is.
    Memory {
        /// What they would need, in bytes.
        needed: u64,
        /// What there is.
        available: u64,
    },
    /// It is not the CPU: something that they wait for does no more at once. What, and in which share of the looks.
    Waiting(Option<(String, f64)>),
    /// A run failed.
    Failed(String),
    /// It still gained, but the limit on the number was reached.
    Most,
    /// It still gained, but the limit on time was reached.
    Time,
}

/// Whether this level does more than any before it.
pub fn gained(before: &[Level], level: &Level) -> bool {
    level.rate() > GAIN * before.iter().map(Level::rate).fold(0.0, f64::max)
}

/// Why a level that has gained nothing has gained nothing. That all cores are busy is only a reason for runs that stood
/// in line for one.
pub fn reason(level: &Level, alone: &Seen) -> Why {
    let own = level.share();
    let machine = level.machine.unwrap_or(own).max(own);
    let in_line = level.in_line.is_none_or(|share| share >= 0.15);
    if own >= 0.8 || (machine >= 0.9 && in_line) {
        return Why::Cpu {
            others: (machine - own).max(0.0),
        };
    }
    let thing = level.seen.more_than(alone).or_else(|| level.seen.most());
    Why::Waiting(thing.map(|(what, share)| (what.to_owned(), share)))
}

/// Why so many of it would not fit into memory, if they would not: a fifth of what there is stays free.
pub fn room(used: &Used, at_once: usize) -> Option<Why> {
    let needed = used.peak.saturating_mul(at_once as u64);
    match available_memory() {
        Some(available) if needed > available / 5 * 4 => Some(Why::Memory { needed, available }),
        _ => None,
    }
}

impl Why {
    /// As the end of a sentence about the level with so many at once.
    pub fn text(&self, at_once: usize) -> String {
        let mib = |bytes: &u64| bytes / (1 << 20);
        match self {
            Why::Cpu { others } if *others >= 0.1 => format!(
                "with {at_once} the CPU is full: no core is free ({:.0} % of their time goes to other programs)",
                100.0 * others
            ),
            Why::Cpu { .. } => format!("with {at_once} the CPU is full: no core is free"),
            Why::Memory { needed, available } => format!(
                "{at_once} would need {} MiB of memory, and {} MiB are there",
                mib(needed),
                mib(available)
            ),
            Why::Waiting(Some((what, share))) => format!(
                "with {at_once} the CPU is not full; they wait for {what} ({:.0} % of the looks), and that serves no more at once",
                100.0 * share
            ),
            Why::Waiting(None) => {
                format!(
                    "with {at_once} the CPU is not full: what they wait for serves no more at once"
                )
            }
            Why::Failed(how) => format!("with {at_once} at once, {how}"),
            Why::Most => {
                format!("it still gained at {at_once}: the limit on the number (--most) ended it")
            }
            Why::Time => {
                format!(
                    "{at_once} at once would take longer than the limit on time (--limit) allows"
                )
            }
        }
    }

    /// In one word, for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Why::Cpu { .. } => "cpu",
            Why::Memory { .. } => "memory",
            Why::Waiting(_) => "waiting",
            Why::Failed(_) => "failed",
            Why::Most => "most",
            Why::Time => "time",
        }
    }
}

/// A share of time for people.
pub fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

/// A rate for people: runs a second, or seconds a run where that is more than one.
pub fn rate(per_second: f64) -> String {
    match per_second {
        0.95.. => format!("{per_second:.1} a second"),
        _ if per_second > 0.0 => format!("one in {}", seconds(1.0 / per_second)),
        _ => "none".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::throughput::rounds;
    use super::*;

    fn level(at_once: usize, runs: usize, cpu_s: f64, machine: f64, in_line: f64) -> Level {
        let (machine, in_line) = (Some(machine), Some(in_line));
        Level {
            at_once,
            runs,
            wall_s: 1.0,
            cpu_s,
            machine,
            in_line,
            failed: None,
            seen: Seen::default(),
        }
    }

    #[test]
    fn a_level_gains_if_it_beats_the_best_before_it() {
        let before = [level(1, 10, 0.0, 0.0, 0.0), level(2, 19, 0.0, 0.0, 0.0)];
        assert!(gained(&before, &level(4, 30, 0.0, 0.0, 0.0)));
        assert!(!gained(&before, &level(4, 20, 0.0, 0.0, 0.0)));
        assert!(
            gained(&[], &level(1, 1, 0.0, 0.0, 0.0)) && !gained(&[], &level(1, 0, 0.0, 0.0, 0.0))
        );
    }

    #[test]
    fn the_reason_is_the_cpu_or_what_is_waited_for() {
        let cores = common::measure::cores() as f64;
        assert_eq!(
            reason(&level(4, 9, cores, 1.0, 0.5), &Seen::default()),
            Why::Cpu { others: 0.0 }
        );
        // Others have the cores, and ours stand in line for them.
        let crowded = reason(&level(4, 9, 0.25 * cores, 1.0, 0.5), &Seen::default());
        assert_eq!(crowded, Why::Cpu { others: 0.75 });
        // Others have the cores, but ours do not want them.
        assert_eq!(
            reason(&level(4, 9, 0.01, 1.0, 0.01), &Seen::default()),
            Why::Waiting(None)
        );
        assert_eq!(
            reason(&level(4, 9, 0.01, 0.1, 0.01), &Seen::default()),
            Why::Waiting(None)
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_does_not_fit_into_memory_is_not_tried() {
        let mut used = super::super::profile::made_up(10, 10, 0, 0);
        assert_eq!(room(&used, 1), None);
        used.peak = 1 << 50;
        assert!(matches!(room(&used, 2), Some(Why::Memory { .. })));
    }

    #[test]
    fn a_level_takes_about_a_second() {
        assert_eq!(
            [1, 100, 400, 5000].map(|ms| rounds(Duration::from_millis(ms))),
            [100, 10, 3, 1]
        );
    }
}
