//! A command alone, several times: what it uses, and what kind of work that is.

use std::time::{Duration, Instant};

use common::Failure;
use common::process::Exit;
use nix::sys::resource::Usage;
use nix::sys::time::TimeValLike;

use super::command::Program;
use super::procfs::Moved;
use super::run_all::run_all;
use super::rusage::{children, peak_of_children};
use super::sampler::{Seen, sample};

/// The figures of one run.
#[derive(Clone, Debug)]
pub struct Used {
    pub wall: Duration,
    /// CPU time in its own code.
    pub user: Duration,
    /// CPU time of the system on its behalf.
    pub system: Duration,
    /// Time in which it was ready and had no core, as far as the system says.
    pub delay: Duration,
    /// Times that it gave up its core to wait.
    pub waits: u64,
    /// Times that its core was given to others.
    pub preemptions: u64,
    /// Bytes that it moved, if the system says.
    pub moved: Option<Moved>,
    /// The most memory that it or a child of it had at once, in bytes. Linux counts our own figure
    /// as its first: a run that is smaller than we are cannot be told apart. Other systems know only
    /// the most of all children so far.
    pub peak: u64,
    pub exit: Exit,
    /// If it failed: the last line that it wrote to its standard error.
    pub words: String,
}

/// A kind of work: the thing that a command does most of the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Waiting,
    Computing,
    /// It computes, but nearly all of that is the system moving bytes for it.
    Moving,
    /// Neither of these by far.
    Both,
}

impl Used {
    /// Returns the CPU time in seconds.
    pub fn cpu_s(&self) -> f64 {
        (self.user + self.system).as_secs_f64()
    }

    /// Returns the share of its time in which it waited, from 0 to 1. Time in line for a core is
    /// neither work nor waiting: that is the machine's business.
    pub fn waiting(&self) -> f64 {
        let waiting = (self.wall.as_secs_f64() - self.cpu_s() - self.delay.as_secs_f64()).max(0.0);
        if waiting > 0.0 {
            waiting / (waiting + self.cpu_s())
        } else {
            0.0
        }
    }

    /// Returns the bytes read and written for each second of CPU time.
    pub fn rate(&self) -> f64 {
        let moved = self.moved.unwrap_or_default();
        (moved.read + moved.written) as f64 / self.cpu_s().max(1e-6)
    }

    /// Returns the kind of work that it is.
    pub fn kind(&self) -> Kind {
        // For a short run Linux only guesses which part of its CPU time was the system's. Bytes
        // need no guess.
        let moves = self.rate() > 4e9 || (self.system > self.user && self.rate() > 200e6);

        match self.waiting() {
            0.7.. => Kind::Waiting,
            0.3.. => Kind::Both,
            _ if moves => Kind::Moving,
            _ => Kind::Computing,
        }
    }
}

/// Runs the program once, alone. `None`: it was not done by the deadline, and has been ended.
pub fn alone(program: &Program, deadline: Instant) -> Result<Option<(Used, Seen)>, Failure> {
    let before = children()?;
    let (ended, seen) = sample(program, || run_all(program, 1, 1, deadline));
    let Some(ended) = ended?.and_then(|mut runs| runs.pop()) else {
        return Ok(None);
    };

    let after = children()?;
    let time = |of: fn(&Usage) -> nix::sys::time::TimeVal| {
        let micros = of(&after).num_microseconds() - of(&before).num_microseconds();
        Duration::from_micros(u64::try_from(micros).unwrap_or(0))
    };
    let count = |of: fn(&Usage) -> i64| u64::try_from(of(&after) - of(&before)).unwrap_or(0);
    let used = Used {
        wall: ended.wall,
        user: time(Usage::user_time),
        system: time(Usage::system_time),
        delay: ended.delay.unwrap_or_default() + seen.delay_of_others(&[ended.pid]),
        waits: count(Usage::voluntary_context_switches),
        preemptions: count(Usage::involuntary_context_switches),
        moved: ended.moved,
        peak: match ended.peak {
            Some(peak) => peak,
            None => peak_of_children()?,
        },
        exit: ended.exit,
        words: ended.words,
    };
    Ok(Some((used, seen)))
}

/// Returns the run in the middle.
pub fn median(runs: &[Used]) -> Option<&Used> {
    let mut sorted: Vec<&Used> = runs.iter().collect();
    sorted.sort_by_key(|used| used.wall);
    sorted.get(sorted.len().saturating_sub(1) / 2).copied()
}

#[cfg(all(test, target_os = "linux"))]
pub(crate) use tests::made_up;

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes a run of a second, with milliseconds of user time, system time and time in line, and
    /// megabytes moved.
    pub(crate) fn made_up(user: u64, system: u64, delay: u64, moved: u64) -> Used {
        let [user, system, delay] = [user, system, delay].map(Duration::from_millis);
        let moved = Some(Moved {
            read: moved * 1_000_000,
            ..Moved::default()
        });
        let wall = Duration::from_secs(1);
        Used {
            wall,
            user,
            system,
            delay,
            waits: 1,
            preemptions: 0,
            moved,
            peak: 1 << 20,
            exit: Exit::Exited(0),
            words: String::new(),
        }
    }

    #[test]
    fn the_kind_of_work_is_known_by_its_figures() {
        assert_eq!(made_up(10, 10, 0, 0).kind(), Kind::Waiting);
        assert_eq!(made_up(980, 10, 0, 0).kind(), Kind::Computing);
        assert_eq!(made_up(300, 150, 0, 0).kind(), Kind::Both);
        assert_eq!(made_up(20, 900, 0, 5000).kind(), Kind::Moving);
        // The same with all of it wrongly taken for its own code; and a program that computes with
        // what it reads.
        assert_eq!(made_up(920, 0, 0, 5000).kind(), Kind::Moving);
        assert_eq!(made_up(920, 0, 0, 1000).kind(), Kind::Computing);
        // Much of the system's time, but hardly a byte: it computes, if in an odd way.
        assert_eq!(made_up(20, 900, 0, 1).kind(), Kind::Computing);
        // Four threads that compute take more CPU time than wall time.
        assert_eq!(made_up(3900, 10, 0, 0).kind(), Kind::Computing);
        assert_eq!(made_up(0, 0, 0, 0).kind(), Kind::Waiting);
    }

    #[test]
    fn a_loaded_machine_does_not_turn_computing_into_waiting() {
        // It had a core for a tenth of the second, and stood in line for the rest.
        assert_eq!(made_up(98, 2, 890, 0).kind(), Kind::Computing);
        assert_eq!(made_up(2, 2, 500, 0).kind(), Kind::Waiting);
        assert!((made_up(300, 0, 400, 0).waiting() - 0.5).abs() < 1e-9);
    }

    #[test]
    fn the_median_is_the_run_in_the_middle() {
        let runs = [3, 1, 9].map(|seconds| Used {
            wall: Duration::from_secs(seconds),
            ..made_up(0, 0, 0, 0)
        });
        assert_eq!(median(&runs).map(|used| used.wall.as_secs()), Some(3));
        assert!(median(&[]).is_none());
    }
}
