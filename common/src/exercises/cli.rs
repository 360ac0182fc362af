//! `check`, `hint` and `reset` on the command line, and the exercises in `list`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::ask::Wish;
use super::folder::{Exercise, Folder};
use super::hint;
use super::list;
use super::progress::{Progress, State};
use super::reset;
use super::schedule::deviations;
use super::session::Session;
use super::watch::watch;
use crate::output::complain;

pub(crate) use super::session::Shown;

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

/// Returns the exercises that are named, or all; what to say of a name that none has.
fn exercises(folder: &Folder, values: &ArgMatches) -> Result<Vec<Exercise>, u8> {
    let Some(names) = values.get_many::<String>("exercise") else {
        return Ok(folder.exercises());
    };

    let exercises = names.map(|name| folder.named(name));
    exercises.collect::<Result<_, _>>().map_err(|why| {
        complain(&format!("{}: {why}", folder.package));
        USAGE
    })
}

/// Runs `check`. Returns the exit code.
pub(crate) fn check(package: &'static str, values: &ArgMatches, shown: &Shown<'_>) -> u8 {
    let folder = Folder::find(package);
    let exercises = match exercises(&folder, values) {
        Ok(exercises) => exercises,
        Err(code) => return code,
    };

    let seed = values.get_one::<String>("seed").map(String::as_str);
    if seed.is_some() && exercises.len() != 1 {
        complain(&format!(
            "{package}: --seed needs one exercise: check EXERCISE --seed N"
        ));
        return USAGE;
    }

    let orders = values.get_one::<PathBuf>("orders");
    let wishes = [
        values
            .get_flag("outcomes")
            .then_some(("--outcomes", Wish::Outcomes)),
        orders.map(|file| ("--orders", Wish::Orders(file))),
        values.get_flag("drive").then_some(("--drive", Wish::Drive)),
    ];
    let wish = wishes.into_iter().flatten().next();
    if let Some((option, _)) = wish
        && exercises.len() != 1
    {
        complain(&format!(
            "{package}: {option} needs one exercise: check EXERCISE {option}"
        ));
        return USAGE;
    }

    let option = match (seed, wish) {
        (Some(_), _) => Some("--seed"),
        (None, Some((option, _))) => Some(option),
        (None, None) => shown.html.map(|_| "--html"),
    };

    if let (Some(option), [exercise]) = (option, exercises.as_slice())
        && !folder.has_orders(exercise)
    {
        let why = "its check keeps no order of steps to draw or to follow again";
        complain(&format!(
            "{package}: {option} does nothing for {}: {why}",
            exercise.file
        ));
        return USAGE;
    }

    if values.get_flag("all") && shown.html.is_some() {
        complain(&format!(
            "{package}: --html is the page of one order of steps, and --all shows none"
        ));
        return USAGE;
    }

    let session = Session {
        folder: &folder,
        seed,
        shown,
        wish: wish.map(|(_, wish)| wish),
        is_solution: values.get_flag("solution"),
    };
    if values.get_flag("all") {
        return session.judge_all(&exercises);
    }
    if !values.get_flag("watch") {
        return session.judge(&exercises);
    }

    let editor = values.get_one::<String>("edit").map(String::as_str);
    watch(session, &exercises, editor)
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
