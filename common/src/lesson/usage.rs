//! The command line as clap knows it, and what is said about one that is wrong.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, Error, value_parser};

use super::contents::Lesson;
use super::demo::Demo;
use super::output::{complain, line};
use super::pace::Pace;
use crate::exercises::cli as exercises;
use crate::exercises::folder::Folder;
use crate::quiz;

/// The exit code of a command line that was wrong.
pub(super) const USAGE: u8 = 2;

/// Describes a lesson's command line.
pub(super) fn command(lesson: &Lesson) -> Command {
    let global = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name(value)
            .help(help)
            .global(true)
    };
    let file = |name, help| global(name, "FILE", help).value_parser(value_parser!(PathBuf));
    let choice = |name, values: &[&'static str], help| {
        let parser = PossibleValuesParser::new(values);
        global(name, "WHEN", help)
            .value_parser(parser)
            .default_value("auto")
    };

    let pace = global(
        "pace",
        "FACTOR",
        "Scale every simulated wait: 0.02 is fifty times faster",
    );
    let pace = pace
        .value_parser(value_parser!(Pace))
        .default_value("1")
        .allow_hyphen_values(true);
    let timeline = choice(
        "timeline",
        &["auto", "always", "never", "beside", "live"],
        "Draw the run: auto is on, always also with --json (on stderr), beside with the log at its side, \
         live also while it goes on (at a terminal)",
    );
    let html = file("html", "Write the run as one self-contained page");
    let against = file(
        "against",
        "Draw the run beside one that was kept with --json, and say what changed",
    );
    let trace = file(
        "trace",
        "Write the run as Chrome trace-event JSON (opens in ui.perfetto.dev)",
    );
    let tries = flag(
        "try",
        "Also make a change that the demo can make: what was predicted beside what is measured",
    );
    let json = flag(
        "json",
        "Print one JSON object per demo on stdout, and nothing else",
    );
    let color = choice(
        "color",
        &["auto", "always", "never"],
        "Colour; NO_COLOR is honoured",
    );

    let tries = tries.global(true);
    // The same options, left out of the help where there is no demo to run.
    let of_demos = [&pace, &against, &trace, &tries].map(|arg| arg.clone().hide(true));
    let without_demo = |command: Command| command.args(&of_demos);
    let list = Command::new("list").about("What this lesson shows, one line each");
    let worker = Command::new("worker")
        .hide(true)
        .args([Arg::new("name").required(true), Arg::new("role")]);
    Command::new(lesson.package)
        .bin_name(lesson.package)
        .about(lesson.title)
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_value_name("DEMO")
        .subcommand_help_heading("Demos")
        .disable_help_subcommand(true)
        .args([
            pace,
            timeline,
            html,
            against,
            trace,
            tries,
            json.global(true),
            color,
        ])
        .subcommands(lesson.demos.iter().map(demo_command))
        .subcommand(without_demo(list))
        .subcommand(Command::new("all").about("Every demo and pitfall in teaching order"))
        .subcommands(exercises::commands().map(without_demo))
        .subcommand(without_demo(quiz::command()))
        .subcommand(worker)
}

/// Describes the part of the command line that is a demo's own.
pub(super) fn demo_command(demo: &Demo) -> Command {
    let command = Command::new(demo.name)
        .about(demo.about)
        .args(&demo.options);
    match demo.one_after_the_other {
        None => command,
        Some(_) => command.arg(flag(
            "compare",
            "First do the jobs one after the other, and measure that too",
        )),
    }
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .action(ArgAction::SetTrue)
        .help(help)
}

/// Answers a command line that names nothing to do. Returns the exit code.
///
/// Help and version are no errors. Everything else is one line that says what is wrong and what may
/// be meant.
pub(super) fn answer(lesson: &Lesson, error: &Error) -> u8 {
    let kind = error.kind();
    if matches!(kind, ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let text = error.render();
        let args: Vec<String> = std::env::args().collect();
        let plain = args.join(" ").replace('=', " ").contains("--color never");
        let text = if plain {
            text.to_string()
        } else {
            text.ansi().to_string()
        };
        line(text.trim_end());
        return 0;
    }

    let mut parts = parts(&error.to_string());
    // An option of a demo's own, without the demo.
    if kind == ErrorKind::UnknownArgument
        && let Some(ContextValue::String(option)) = error.get(ContextKind::InvalidArg)
        && let Some(demo) = demo_with(lesson, option)
    {
        parts.push(format!("put the demo before it: {} {option}", demo.name));
    }
    // A command of the reader's, without the two dashes before it.
    if kind == ErrorKind::UnknownArgument
        && let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidArg)
        && let Some(demo) = demo_that_takes_a_command(lesson)
    {
        parts.push(format!(
            "to run a command, put -- before it: {} -- {word}",
            demo.name
        ));
    }
    if kind == ErrorKind::InvalidSubcommand
        && let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand)
        && let Some(other) = lesson_of(lesson, name)
    {
        parts.push(format!("it is a demo of {other}"));
    }
    let why = parts.join("; ");
    complain(&format!("{}: {why} (see --help)", lesson.package));
    USAGE
}

/// Returns the lesson that has a demo of this name, as the names of its files say.
fn lesson_of(lesson: &Lesson, name: &str) -> Option<String> {
    let root = Folder::find(lesson.package).root;
    let file = format!("{}.rs", name.replace('-', "_"));
    let folders = std::fs::read_dir(&root).ok()?.flatten();
    let mut lessons = folders.filter_map(|entry| entry.file_name().into_string().ok());

    lessons.find(|lesson| {
        let show = root.join(lesson).join("src/show");
        lesson.starts_with("lesson-") && !file.contains('/') && show.join(&file).is_file()
    })
}

/// Returns the sentences of clap's message.
fn parts(message: &str) -> Vec<String> {
    // A value may hold line feeds of its own: a sentence starts at the words that clap puts at the
    // start of a line.
    let marks = [
        "error: ",
        "\n  tip: ",
        "\n  [possible values",
        "\n\nUsage",
        "\n\nFor more",
    ];
    let all = marks.iter().flat_map(|mark| message.match_indices(mark));
    let mut starts: Vec<usize> = all.map(|(at, _)| at).collect();

    starts.sort_unstable();
    let ends = starts.iter().skip(1).copied().chain([message.len()]);

    let mut parts = Vec::new();
    for (start, end) in starts.iter().zip(ends) {
        let part = message[*start..end].trim_start();
        let part = part.trim_start_matches("error: ");
        let part = part.trim_start_matches("tip: ");
        // The hidden way in for workers is no learner's spelling mistake.
        let is_left_out = part.starts_with("Usage")
            || part.starts_with("For more")
            || part.ends_with(": 'worker'");
        if !is_left_out {
            let words: Vec<&str> = part.split_whitespace().collect();
            let text = words
                .join(" ")
                .replacen("unrecognized subcommand", "no such demo:", 1)
                .replacen("similar subcommand", "similar name", 1);
            parts.push(text);
        }
    }

    parts
}

/// Returns the demo of the command line, if it takes a command behind `--` and none stands there.
fn demo_that_takes_a_command(lesson: &Lesson) -> Option<&Demo> {
    let words: Vec<String> = std::env::args().collect();
    if words.iter().any(|word| word == "--") {
        return None;
    }

    let mut demos = lesson.demos.iter();
    let demo = demos.find(|demo| words.iter().any(|word| word == demo.name))?;
    (demo.options.iter()).any(Arg::is_last_set).then_some(demo)
}

/// Returns the first demo with an option of this name.
fn demo_with<'a>(lesson: &'a Lesson, option: &str) -> Option<&'a Demo> {
    let name = option.trim_start_matches('-').split('=').next();
    let has_it = |demo: &&Demo| {
        let command = demo_command(demo);
        command.get_arguments().any(|arg| arg.get_long() == name)
    };

    lesson.demos.iter().find(has_it)
}
