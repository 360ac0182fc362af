//! One thing that a lesson can show.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use clap::Arg;

use super::knob::Knob;
use super::options::Opt;
use super::outcome::{Failure, Outcome};
use super::run::Run;

/// The function behind a demo.
pub type Action = fn(&Run<'_>) -> Result<Outcome, Failure>;

/// The function of a worker process; its argument is the worker's name.
pub type Worker = fn(&str) -> io::Result<()>;

/// One thing that a lesson can show.
#[derive(Debug)]
pub struct Demo {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) action: Action,
    pub(super) one_after_the_other: Option<Action>,
    pub(super) options: Vec<Arg>,
    pub(super) workers: Vec<(&'static str, Worker)>,
    pub(super) knobs: Vec<Knob>,
    pub(super) group: Group,
    /// Whether its function becomes another program, which runs the demo.
    pub(super) is_apart: bool,
    /// Whether its jobs were meant to gain something from being under way at the same time.
    pub(super) gains: bool,
}

/// The groups of a lesson's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    MainPath,
    Further,
    Pitfall,
    Tool,
}

impl Demo {
    /// Makes a demo called `name`, described in one line.
    pub fn new(name: &'static str, about: &'static str, action: Action) -> Demo {
        Demo {
            name,
            about,
            action,
            one_after_the_other: None,
            options: Vec::new(),
            workers: Vec::new(),
            knobs: Vec::new(),
            group: Group::MainPath,
            is_apart: false,
            gains: true,
        }
    }

    /// Marks a demo that another program runs: its function becomes that program, and returns only
    /// if it cannot.
    #[must_use]
    pub fn apart(mut self) -> Demo {
        self.is_apart = true;
        self
    }

    /// Makes this the program that runs a demo [apart](Demo::apart), with this function.
    #[must_use]
    pub fn here(mut self, action: Action) -> Demo {
        self.is_apart = false;
        self.action = action;
        self
    }

    /// Adds the same jobs one after the other: an option `--compare` then measures both.
    #[must_use]
    pub fn compare(mut self, one_after_the_other: Action) -> Demo {
        self.one_after_the_other = Some(one_after_the_other);
        self
    }

    /// Adds a change that `--try` makes: what is predicted stands beside what is measured.
    #[must_use]
    pub fn knob(mut self, knob: Knob) -> Demo {
        self.knobs.push(knob);
        self
    }

    /// Marks a demo that does one thing after another on purpose: its gain is not the question, and
    /// not said.
    #[must_use]
    pub fn in_turn(mut self) -> Demo {
        self.gains = false;
        self
    }

    /// Adds an option of the demo's own; see [`options`](super::options).
    #[must_use]
    pub fn option(mut self, option: Opt) -> Demo {
        self.options.push(option.0);
        self
    }

    /// Adds a role in which the demo starts this program again: `PROGRAM worker NAME ROLE`.
    #[must_use]
    pub fn worker(mut self, role: &'static str, worker: Worker) -> Demo {
        self.workers.push((role, worker));
        self
    }
}

/// Turns a panic in a demo, which is a mistake of ours, into one line instead of a crash of the whole
/// run. Its message is on stderr already.
pub(super) fn guarded(action: Action, run: &Run<'_>) -> Result<Outcome, Failure> {
    catch_unwind(AssertUnwindSafe(|| action(run))).unwrap_or_else(|_| {
        let why = "it panicked; the message is above";
        Err(Failure::Failed(why.into()))
    })
}
