//! The list of a pool's worker processes: who may be sent a signal.

use std::collections::BTreeMap;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// The workers that have not been reaped: a process id in this list cannot belong to anybody else.
#[derive(Default)]
pub(super) struct Living {
    /// By their numbers, from 1. One that is just being started has no process id.
    pids: BTreeMap<usize, Option<u32>>,
    /// No more workers may be started.
    pub(super) closed: bool,
}

impl Living {
    /// One more: the lowest number that is free.
    pub(super) fn add(&mut self) -> usize {
        let taken = self
            .pids
            .keys()
            .zip(1..)
            .take_while(|(number, place)| *number == place)
            .count();
        let number = taken + 1;
        self.pids.insert(number, None);
        number
    }

    /// Its process is there now. False if it should not be: no more workers may be started.
    pub(super) fn has_started(&mut self, number: usize, pid: u32) -> bool {
        self.pids.insert(number, Some(pid));
        !self.closed
    }

    pub(super) fn remove(&mut self, number: usize) {
        self.pids.remove(&number);
    }

    pub(super) fn pids(&self) -> Vec<u32> {
        self.pids.values().flatten().copied().collect()
    }

    /// Sends all workers a signal, and lets no more be started.
    pub(super) fn signal_all(&mut self, signal: Signal) {
        self.closed = true;
        for pid in self
            .pids()
            .into_iter()
            .filter_map(|pid| i32::try_from(pid).ok())
        {
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }
}
