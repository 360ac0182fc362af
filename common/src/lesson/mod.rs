//! A lesson and its demos, as a table of contents: [`Lesson`] and [`Demo`].

mod cli;
pub mod options;
mod report;

use std::error::Error;
use std::fmt;
use std::io;
use std::process::ExitCode;

use clap::{Arg, ArgMatches};
use serde_json::Value;

use crate::{Pace, Sheet};

/// What a demo hands back: its value, and what went wrong with parts of it.
#[derive(Debug, Default)]
pub struct Outcome {
    results: Value,
    report: Option<Sheet>,
    problems: Vec<String>,
}

impl Outcome {
    /// All went well, with this value.
    pub fn new(results: impl Into<Value>) -> Outcome {
        Outcome {
            results: results.into(),
            report: None,
            problems: Vec::new(),
        }
    }

    /// What people read in place of the value as JSON, the timeline and the sentence about it: tables, plots, an
    /// answer. The timeline is then drawn only with `--timeline always` or `beside`, and this is the page of `--html`.
    #[must_use]
    pub fn report(mut self, report: impl Into<Sheet>) -> Outcome {
        self.report = Some(report.into());
        self
    }

    /// One part failed; the others stand. The program will say so and end with exit code 1.
    #[must_use]
    pub fn problem(mut self, problem: impl Into<String>) -> Outcome {
        self.problems.push(problem.into());
        self
    }
}

/// All went well, with this value.
impl<T: Into<Value>> From<T> for Outcome {
    fn from(results: T) -> Outcome {
        Outcome::new(results)
    }
}

/// Why a demo gave no value at all.
#[derive(Debug)]
pub enum Failure {
    /// It could not be done: exit code 1.
    Failed(String),
    /// The command line asked for what cannot be: exit code 2.
    BadInput(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Failed(why) | Failure::BadInput(why) => f.write_str(why),
        }
    }
}

impl<E: Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure::Failed(error.to_string())
    }
}

/// What the command line says about a run.
#[derive(Debug)]
pub struct Run<'a> {
    /// How fast simulated waits pass.
    pub pace: Pace,
    values: &'a ArgMatches,
}

/// What a demo does.
pub type Action = fn(&Run<'_>) -> Result<Outcome, Failure>;

/// One thing that a lesson can show.
#[derive(Debug)]
pub struct Demo {
    name: &'static str,
    about: &'static str,
    action: Action,
    one_after_the_other: Option<Action>,
    options: Vec<Arg>,
    workers: Vec<(&'static str, Worker)>,
    group: Group,
    /// Its jobs were meant to gain something from being under way at the same time.
    gains: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    MainPath,
    Further,
    Pitfall,
    Tool,
}

impl Demo {
    /// A demo called `name`, described in one line.
    pub fn new(name: &'static str, about: &'static str, action: Action) -> Demo {
        Demo {
            name,
            about,
            action,
            one_after_the_other: None,
            options: Vec::new(),
            workers: Vec::new(),
            group: Group::MainPath,
            gains: true,
        }
    }

    /// The same jobs one after the other: the demo then has an option `--compare` that measures both.
    #[must_use]
    pub fn compare(mut self, one_after_the_other: Action) -> Demo {
        self.one_after_the_other = Some(one_after_the_other);
        self
    }

    /// It does one thing after another on purpose: how many times faster it was is not the question, and not said.
    #[must_use]
    pub fn in_turn(mut self) -> Demo {
        self.gains = false;
        self
    }

    /// An option of the demo's own; see [`options`].
    #[must_use]
    pub fn option(mut self, option: options::Opt) -> Demo {
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

/// What a worker process of the lesson does; its argument is the worker's name.
pub type Worker = fn(&str) -> io::Result<()>;

/// A chapter: its title and its demos in teaching order.
#[derive(Debug)]
pub struct Lesson {
    package: &'static str,
    title: &'static str,
    demos: Vec<Demo>,
    headline: usize,
    workers: Vec<(&'static str, Worker)>,
    next: &'static str,
}

impl Lesson {
    /// A lesson in the package `package` (`env!("CARGO_PKG_NAME")`).
    pub fn new(package: &'static str, title: &'static str) -> Lesson {
        Lesson {
            package,
            title,
            demos: Vec::new(),
            headline: 1,
            workers: Vec::new(),
            next: "",
        }
    }

    /// Adds a demo to the main path.
    #[must_use]
    pub fn demo(mut self, demo: Demo) -> Lesson {
        self.demos.push(demo);
        self
    }

    /// Adds a demo for further reading.
    #[must_use]
    pub fn further(self, demo: Demo) -> Lesson {
        self.demo(Demo {
            group: Group::Further,
            ..demo
        })
    }

    /// Adds a pitfall. Its broken and its fixed part follow each other, so nothing is gained.
    #[must_use]
    pub fn pitfall(self, demo: Demo) -> Lesson {
        self.demo(Demo {
            group: Group::Pitfall,
            gains: false,
            ..demo
        })
    }

    /// Adds a tool: it answers a question of the reader's by measuring. `all` leaves it out.
    #[must_use]
    pub fn tool(self, demo: Demo) -> Lesson {
        self.demo(Demo {
            group: Group::Tool,
            gains: false,
            ..demo
        })
    }

    /// Without a demo's name, the first `count` demos are run (1 unless told).
    #[must_use]
    pub fn headline(mut self, count: usize) -> Lesson {
        self.headline = count;
        self
    }

    /// What the program does when it is started again as a worker: `PROGRAM worker NAME`.
    #[must_use]
    pub fn worker(self, worker: Worker) -> Lesson {
        self.worker_for("", worker)
    }

    /// A worker with another role than the usual one: `PROGRAM worker NAME ROLE`.
    #[must_use]
    pub fn worker_for(mut self, role: &'static str, worker: Worker) -> Lesson {
        self.workers.push((role, worker));
        self
    }

    /// What to run after the last demo: a command.
    #[must_use]
    pub fn next(mut self, command: &'static str) -> Lesson {
        self.next = command;
        self
    }

    /// The whole of a lesson's `main`: reads the command line and does what it says.
    ///
    /// The exit code is 0 when all was done, 1 when a demo failed, 2 when the command line was wrong.
    pub fn main(self) -> ExitCode {
        cli::main(&self)
    }

    /// The command that runs a demo.
    fn command(&self, demo: &str) -> String {
        format!("cargo run -p {} -- {demo}", self.package)
    }
}
