//! Options of a demo's own, and how a demo asks for their values.

use std::ffi::OsString;
use std::num::NonZero;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, value_parser};

use super::Run;
use crate::measure::cores;

/// An option that a demo takes.
#[derive(Debug)]
pub struct Opt(pub(super) Arg);

/// `--name N`: how many of something; at least 1, at most `most`. Without a default it is the number of cores.
pub fn count(
    name: &'static str,
    most: u64,
    default: Option<&'static str>,
    help: &'static str,
) -> Opt {
    let arg = value(name, "N", help).value_parser(whole_number(1, most));
    Opt(match default {
        Some(default) => arg.default_value(default),
        None => arg,
    })
}

/// `--name`: yes or no.
pub fn flag(name: &'static str, help: &'static str) -> Opt {
    Opt(Arg::new(name)
        .long(name)
        .help(help)
        .action(ArgAction::SetTrue))
}

/// `--name SECONDS`: a time, 0 or more.
pub fn seconds(name: &'static str, default: &'static str, help: &'static str) -> Opt {
    let parse = |text: &str| match text.parse::<f64>() {
        Ok(seconds) if (0.0..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("a time is a number of seconds from 0 to 86400"),
    };
    Opt(value(name, "SECONDS", help)
        .value_parser(parse)
        .default_value(default))
}

/// `--name VALUE`, as often as wanted; `check` says what is wrong with a value.
pub fn texts(
    name: &'static str,
    value_name: &'static str,
    help: &'static str,
    check: fn(&str) -> Result<(), String>,
) -> Opt {
    let parse = move |text: &str| check(text).map(|()| text.to_owned());
    Opt(value(name, value_name, help)
        .value_parser(parse)
        .action(ArgAction::Append))
}

/// `--name PATH`.
pub fn path(name: &'static str, help: &'static str) -> Opt {
    Opt(value(name, "PATH", help).value_parser(value_parser!(PathBuf)))
}

/// Words without a name before them, up to `most` of those that are `known`: `beyond worker`. Ask for them as for
/// [`texts`].
pub fn words(
    name: &'static str,
    known: &'static [&'static str],
    most: usize,
    help: &'static str,
) -> Opt {
    let parser = clap::builder::PossibleValuesParser::new(known);
    Opt(Arg::new(name)
        .value_name("NAME")
        .help(help)
        .num_args(0..=most)
        .value_parser(parser))
}

/// Numbers without a name before them: `workers 5 6 4`.
pub fn numbers(
    name: &'static str,
    default: &[&'static str],
    most: usize,
    help: &'static str,
) -> Opt {
    let arg = Arg::new(name).value_name("N").help(help).num_args(0..=most);
    Opt(arg
        .value_parser(whole_number(0, u32::MAX))
        .default_values(default.to_vec()))
}

/// `-- COMMAND ARGS…`: all that stands behind `--`, whatever it looks like.
pub fn rest(name: &'static str, value_name: &'static str, help: &'static str) -> Opt {
    let arg = Arg::new(name)
        .value_name(value_name)
        .help(help)
        .num_args(0..)
        .last(true);
    Opt(arg
        .value_parser(value_parser!(OsString))
        .allow_hyphen_values(true))
}

/// Reads a whole number from `least` to `most`, and says in plain words that it has to be one.
fn whole_number<T>(least: T, most: T) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync
where
    T: Copy + std::fmt::Display + PartialOrd + std::str::FromStr + Send + Sync,
{
    move |text| match text.parse() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(format!("this takes a whole number from {least} to {most}")),
    }
}

fn value(name: &'static str, value_name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name(value_name)
        .help(help)
        .allow_negative_numbers(true)
}

/// What the command line gave for an option.
///
/// Asking for an option that the demo does not have panics: a mistake in the lesson, which its first test shows.
impl Run<'_> {
    /// Of a [`count`].
    ///
    /// # Panics
    /// When the demo has no count of this name.
    pub fn count(&self, name: &str) -> NonZero<usize> {
        let count = self.values.get_one::<u64>(name);
        let count = count.map_or(cores(), |n| {
            usize::try_from(*n).expect("the lesson's limit fits a usize")
        });
        NonZero::new(count).expect("the parser takes no 0, and no machine has 0 cores")
    }

    /// Of a [`flag`].
    pub fn flag(&self, name: &str) -> bool {
        self.values.get_flag(name)
    }

    /// Of [`seconds`].
    ///
    /// # Panics
    /// When the demo has no seconds of this name.
    pub fn seconds(&self, name: &str) -> f64 {
        *self
            .values
            .get_one(name)
            .expect("seconds of this name, with a default")
    }

    /// Of [`texts`], in order; empty where none was given.
    pub fn texts(&self, name: &str) -> Vec<String> {
        self.values
            .get_many(name)
            .into_iter()
            .flatten()
            .cloned()
            .collect()
    }

    /// Of a [`path`].
    pub fn path(&self, name: &str) -> Option<&Path> {
        self.values.get_one::<PathBuf>(name).map(PathBuf::as_path)
    }

    /// Of [`rest`]; empty where nothing was given.
    pub fn rest(&self, name: &str) -> Vec<OsString> {
        self.values
            .get_many(name)
            .into_iter()
            .flatten()
            .cloned()
            .collect()
    }

    /// Whether the command line has a value for this option, be it a [`count`] without a default.
    pub fn given(&self, name: &str) -> bool {
        self.values.value_source(name) == Some(ValueSource::CommandLine)
    }

    /// Of [`numbers`].
    pub fn numbers(&self, name: &str) -> Vec<u32> {
        self.values
            .get_many(name)
            .into_iter()
            .flatten()
            .copied()
            .collect()
    }
}
