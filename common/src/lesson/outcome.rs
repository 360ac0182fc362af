//! The outcome of a demo.

use std::error::Error;
use std::fmt;

use serde_json::Value;

use super::difference::Difference;
use crate::report::Report;

/// A demo's value, and the problems with parts of it.
#[derive(Debug, Default)]
pub struct Outcome {
    pub(super) results: Value,
    pub(super) report: Option<Report>,
    pub(super) difference: Option<Difference>,
    pub(super) problems: Vec<String>,
}

impl Outcome {
    /// Makes an outcome without problems.
    pub fn new(results: impl Into<Value>) -> Outcome {
        Outcome {
            results: results.into(),
            report: None,
            difference: None,
            problems: Vec::new(),
        }
    }

    /// Adds what people read in place of the value as JSON, the timeline and the sentence about it:
    /// tables, plots, an answer.
    ///
    /// The timeline is then drawn only with `--timeline always` or `beside`, and this is the page of
    /// `--html`.
    #[must_use]
    pub fn report(mut self, report: impl Into<Report>) -> Outcome {
        self.report = Some(report.into());
        self
    }

    /// Adds what tells a broken way from a fixed one, where time does not.
    #[must_use]
    pub fn difference(mut self, difference: Difference) -> Outcome {
        self.difference = Some(difference);
        self
    }

    /// Adds a part that failed; the others stand. The program says so and ends with exit code 1.
    #[must_use]
    pub fn problem(mut self, problem: impl Into<String>) -> Outcome {
        self.problems.push(problem.into());
        self
    }
}

/// An outcome without problems.
impl<T: Into<Value>> From<T> for Outcome {
    fn from(results: T) -> Outcome {
        Outcome::new(results)
    }
}

/// The reason why a demo gave no value at all.
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
