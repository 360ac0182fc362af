//! The command line's values for one run of a demo.

use std::ffi::OsString;
use std::num::NonZero;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::pace::Pace;
use recording::measure::cores;

/// The command line's values for one run of a demo.
///
/// Asking for an option that the demo does not have panics: a mistake in the lesson, which its first
/// test shows.
#[derive(Debug)]
pub struct Run<'a> {
    /// The pace of simulated waits.
    pub pace: Pace,
    pub(super) values: &'a ArgMatches,
}

impl Run<'_> {
    /// Returns the value of a [`count`](super::options::count).
    ///
    /// # Panics
    /// Panics when the demo has no count of this name.
    pub fn count(&self, name: &str) -> NonZero<usize> {
        let count = self.values.get_one::<u64>(name);
        let count = count.map_or(cores(), |n| {
            usize::try_from(*n).expect("the lesson's limit fits a usize")
        });
        NonZero::new(count).expect("the parser takes no 0, and no machine has 0 cores")
    }

    /// Returns whether a [`flag`](super::options::flag) was given.
    pub fn flag(&self, name: &str) -> bool {
        self.values.get_flag(name)
    }

    /// Returns the value of [`seconds`](super::options::seconds).
    ///
    /// # Panics
    /// Panics when the demo has no seconds of this name.
    pub fn seconds(&self, name: &str) -> f64 {
        *self
            .values
            .get_one(name)
            .expect("seconds of this name, with a default")
    }

    /// Returns all values of [`texts`](super::options::texts), in order.
    pub fn texts(&self, name: &str) -> Vec<String> {
        self.values
            .get_many(name)
            .into_iter()
            .flatten()
            .cloned()
            .collect()
    }

    /// Returns the value of a [`path`](super::options::path).
    pub fn path(&self, name: &str) -> Option<&Path> {
        self.values.get_one::<PathBuf>(name).map(PathBuf::as_path)
    }

    /// Returns all words of [`rest`](super::options::rest).
    pub fn rest(&self, name: &str) -> Vec<OsString> {
        self.values
            .get_many(name)
            .into_iter()
            .flatten()
            .cloned()
            .collect()
    }

    /// Returns whether the command line has a value for this option, not only its default.
    pub fn given(&self, name: &str) -> bool {
        self.values.value_source(name) == Some(ValueSource::CommandLine)
    }

    /// Returns the values of [`numbers`](super::options::numbers).
    pub fn numbers(&self, name: &str) -> Vec<u32> {
        self.values
            .get_many(name)
            .into_iter()
            .flatten()
            .copied()
            .collect()
    }
}
