//! Looking at running commands every few milliseconds: what do they wait for, and how long for a
//! core?

use std::collections::BTreeMap;
use std::iter;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use nix::unistd::Pid;

use super::command::Program;
use super::procfs;

const EVERY: Duration = Duration::from_millis(5);
/// Looking must not cost more than the runs that are looked at.
const MOST_AT_ONCE: usize = 16;
/// A shell in a shell in a shell: deep enough.
const DEEPEST: usize = 8;

/// The findings of all looks.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The looks in which a process waited for this.
    waits: BTreeMap<String, u32>,
    looks: u32,
    /// Time that each process was last seen to have stood in line for a core.
    delays: BTreeMap<Pid, Duration>,
}

impl Seen {
    /// Returns what was waited for most, with the share of looks in which it was, from 0 to 1.
    pub fn most(&self) -> Option<(&str, f64)> {
        let (what, _) = self.waits.iter().max_by_key(|(_, times)| **times)?;
        Some((what, self.share(what)))
    }

    fn share(&self, what: &str) -> f64 {
        let times = self.waits.get(what).copied().unwrap_or(0);
        f64::from(times) / f64::from(self.looks.max(1))
    }

    /// Returns what is waited for more than before, by at least a tenth of the looks: with its
    /// share now.
    pub fn more_than(&self, before: &Seen) -> Option<(&str, f64)> {
        let grown = |what: &String| self.share(what) - before.share(what);
        let what = self
            .waits
            .keys()
            .max_by(|a, b| grown(a).total_cmp(&grown(b)))?;
        (grown(what) >= 0.1).then(|| (what.as_str(), self.share(what)))
    }

    /// Returns the time in line for a core of all processes but these, which can be asked at their
    /// end.
    pub fn delay_of_others(&self, first: &[Pid]) -> Duration {
        let others = self.delays.iter().filter(|(pid, _)| !first.contains(pid));
        others.map(|(_, delay)| *delay).sum()
    }

    fn look(&mut self, program: &Program) {
        // The lock keeps these numbers from being reaped while they are asked for.
        let running = program.running();

        for first in running.iter().take(MOST_AT_ONCE) {
            let chain = iter::successors(Some(*first), |pid| procfs::child(*pid));
            let Some(last) = chain.take(DEEPEST).last() else {
                continue;
            };
            self.looks += 1;
            if let Some(what) = procfs::waits_for(last) {
                *self.waits.entry(what).or_default() += 1;
            }
            if let Some(delay) = procfs::delay(last) {
                self.delays.insert(last, delay);
            }
        }
    }
}

/// Does the work, and looks at the program's runs meanwhile.
pub fn sample<T>(program: &Program, work: impl FnOnce() -> T) -> (T, Seen) {
    let (done, rest) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let sampler = scope.spawn(move || {
            let mut seen = Seen::default();
            while let Err(RecvTimeoutError::Timeout) = rest.recv_timeout(EVERY) {
                seen.look(program);
            }
            seen
        });
        let value = work();
        drop(done);
        (value, sampler.join().expect("looking does not panic"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(waits: &[(&str, u32)], looks: u32) -> Seen {
        let waits = waits
            .iter()
            .map(|(what, times)| ((*what).to_owned(), *times))
            .collect();
        Seen {
            waits,
            looks,
            delays: BTreeMap::new(),
        }
    }

    #[test]
    fn what_is_waited_for_most_is_named() {
        assert_eq!(
            seen(&[("a pipe", 1), ("a timer", 3)], 4).most(),
            Some(("a timer", 0.75))
        );
        assert_eq!(seen(&[], 4).most(), None);
    }

    #[test]
    fn what_is_waited_for_more_than_before_is_named() {
        let alone = seen(&[("a timer", 9)], 10);
        let crowded = seen(&[("a timer", 10), ("a file's lock", 9)], 20);
        assert_eq!(crowded.more_than(&alone), Some(("a file's lock", 0.45)));
        assert_eq!(alone.more_than(&alone), None);
    }
}
