//! Options of a demo's own.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Arg, ArgAction, value_parser};

/// An option that a demo takes.
#[derive(Debug)]
pub struct Opt(pub(super) Arg);

/// Makes an option `--name N`: a count from 1 to `most`. Without a default it is the number of cores.
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

/// Makes an option `--name`: yes or no.
pub fn flag(name: &'static str, help: &'static str) -> Opt {
    Opt(Arg::new(name)
        .long(name)
        .help(help)
        .action(ArgAction::SetTrue))
}

/// Makes an option `--name SECONDS`: a time, 0 or more.
pub fn seconds(name: &'static str, default: &'static str, help: &'static str) -> Opt {
    let parse = |text: &str| match text.parse::<f64>() {
        Ok(seconds) if (0.0..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("a time is a number of seconds from 0 to 86400"),
    };
    Opt(value(name, "SECONDS", help)
        .value_parser(parse)
        .default_value(default))
}

/// Makes an option `--name VALUE`, as often as wanted; `check` says what is wrong with a value.
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

/// Makes an option `--name PATH`.
pub fn path(name: &'static str, help: &'static str) -> Opt {
    Opt(value(name, "PATH", help).value_parser(value_parser!(PathBuf)))
}

/// Takes words without a name before them, up to `most` of those that are `known`: `beyond worker`.
/// Ask for them as for [`texts`].
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

/// Takes numbers without a name before them: `workers 5 6 4`.
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

/// Takes all that stands behind `--`, whatever it looks like: `-- COMMAND ARGS…`.
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
