//! `check`, `hint` and `reset` on the command line, and the exercises in `list`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::asked::exercises;
use super::folder::{Exercise, Folder};
use super::hint;
use super::list;
use super::progress::{Progress, State};
use super::reset;
use super::seed::deviations;
use crate::output::complain;

const USAGE: u8 = 2;

/// Returns the subcommands for exercises, for a lesson's command line.
pub(crate) fn commands() -> [Command; 3] {
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .action(ArgAction::SetTrue)
            .help(help)
    };
    let digits = |text: &str| {
        deviations(text)
            .map(|_| text.to_owned())
            .ok_or("a seed is the number that a failing check names")
    };
    let exercise = |help: &'static str| Arg::new("exercise").value_name("EXERCISE").help(help);
    let all_by_default = "03, lost_update or 03_lost_update [default: all]";
    [
        Command::new("check")
            .about("Have exercises judged, one after the other, up to the first that fails")
            .args([
                exercise(all_by_default).num_args(0..),
                flag(
                    "all",
                    "Judge each, whatever comes of the others; fails if one was changed and is wrong",
                )
                .conflicts_with_all(["watch", "seed", "outcomes", "drive", "orders"]),
                flag("watch", "Judge again whenever the file is saved; with keys"),
                Arg::new("edit")
                    .long("edit")
                    .value_name("COMMAND")
                    .requires("watch")
                    .help("Open the file with this command first"),
                flag("solution", "Judge the model answer instead").conflicts_with("watch"),
                flag(
                    "outcomes",
                    "Show all outcomes of its orders, and how often each comes",
                ),
                flag("drive", "Decide yourself which thread makes the next step"),
                Arg::new("orders")
                    .long("orders")
                    .value_name("FILE")
                    .value_parser(clap::value_parser!(PathBuf))
                    .help("Write all orders of its steps as a page to play with"),
                Arg::new("seed")
                    .long("seed")
                    .value_name("N")
                    .value_parser(digits)
                    .help("Follow the order of steps that a failing check named"),
            ]),
        Command::new("hint")
            .about("The next of an exercise's three hints")
            .arg(exercise(
                "03, lost_update or 03_lost_update [default: the first that is not solved]",
            )),
        Command::new("reset")
            .about("Exercises as they were given; what you wrote stays beside them")
            .args([
                exercise(all_by_default).num_args(0..),
                flag("yes", "Do not ask first"),
            ]),
    ]
}

/// Runs `hint`. Returns the exit code.
pub(crate) fn hint(package: &'static str, values: &ArgMatches) -> u8 {
    let folder = Folder::find(package);
    match exercises(&folder, values).as_deref() {
        Ok(named) => {
            let progress = Progress::read(&folder);
            let is_open = |exercise: &&Exercise| {
                values.contains_id("exercise") || progress.state(&folder, exercise) != State::Solved
            };
            if let Some(exercise) = named.iter().find(is_open) {
                return hint::hint(&folder, exercise);
            }
            complain(&format!(
                "{package}: all are solved: hint EXERCISE names one"
            ));
            USAGE
        }
        Err(code) => *code,
    }
}

/// Runs `reset`. Returns the exit code.
pub(crate) fn reset(package: &'static str, values: &ArgMatches) -> u8 {
    let folder = Folder::find(package);
    match exercises(&folder, values) {
        Ok(exercises) => reset::reset(&folder, &exercises, values.get_flag("yes")),
        Err(code) => code,
    }
}

/// Returns the lines of `list` about exercises.
pub(crate) fn listed(package: &'static str) -> Vec<String> {
    let mut lines = list::listed(&Folder::find(package));
    if !lines.is_empty() {
        lines.push(format!(
            "\nhave them judged with: cargo run -p {package} -- check"
        ));
    }

    lines
}
