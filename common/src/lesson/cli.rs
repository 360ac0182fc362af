//! The command line that every lesson shares.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;

use anstream::ColorChoice;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, value_parser};

use super::report::{self, Ways};
use super::{Demo, Failure, Group, Lesson, Outcome, Run};
use crate::exercises::cli::{self as exercises, Shown};
use crate::measure::{Figures, Stopwatch, cores};
use crate::output::{complain, say};
use crate::process::interrupt;
use crate::trace::{self, Recording};
use crate::{Pace, output, process, quiz};

const FAILED: u8 = 1;
const USAGE: u8 = 2;

pub(super) fn main(lesson: &Lesson) -> ExitCode {
    let matches = match command(lesson).try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return refused(lesson, &error),
    };
    if let Some(("worker", values)) = matches.subcommand() {
        let text = |id: &str| values.get_one::<String>(id).map_or("", String::as_str);
        return work(lesson, text("name"), text("role"));
    }
    let text = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
    output::set_color(match text("color") {
        "always" => ColorChoice::Always,
        "never" => ColorChoice::Never,
        _ => ColorChoice::Auto,
    });
    let file = |name: &str| matches.get_one::<PathBuf>(name).cloned();
    let ways = Ways {
        json: matches.get_flag("json"),
        timeline: text("timeline").to_owned(),
        html: file("html"),
        trace: file("trace"),
    };
    if ways.json {
        output::set_quiet();
    }
    if let Some((name @ ("check" | "hint"), values)) = matches.subcommand() {
        interrupt::listen();
        let shown = Shown {
            json: ways.json,
            html: ways.html.as_deref(),
        };
        return ExitCode::from(match name {
            "check" => exercises::check(lesson.package, values, &shown),
            _ => exercises::hint(lesson.package, values),
        });
    }
    if let Some(("quiz", values)) = matches.subcommand() {
        interrupt::listen();
        let demos: Vec<&str> = lesson.demos.iter().map(|demo| demo.name).collect();
        return ExitCode::from(quiz::run(lesson.package, &demos, values, ways.json));
    }
    let chosen: Vec<&Demo> = match matches.subcommand_name() {
        Some("list") => {
            list(lesson);
            return ExitCode::SUCCESS;
        }
        Some("all") => lesson
            .demos
            .iter()
            .filter(|demo| demo.group != Group::Tool)
            .collect(),
        Some(name) => lesson
            .demos
            .iter()
            .filter(|demo| demo.name == name)
            .collect(),
        None => lesson.demos.iter().take(lesson.headline).collect(),
    };
    interrupt::listen();
    trace::install();
    let mut code = 0;
    for (index, demo) in chosen.iter().enumerate() {
        if index > 0 {
            say("");
        }
        let defaults;
        let values = match matches.subcommand() {
            Some((name, values)) if name == demo.name => values,
            _ => {
                defaults = demo_command(demo).get_matches_from([demo.name]);
                &defaults
            }
        };
        let named;
        let ways = if chosen.len() > 1 {
            named = ways.for_demo(demo.name);
            &named
        } else {
            &ways
        };
        if let Err(why) = ways.create_files() {
            complain(&format!("{}: {why}", lesson.package));
            return ExitCode::from(USAGE);
        }
        let pace = matches.get_one::<Pace>("pace").copied().unwrap_or_default();
        code = code.max(show(lesson, demo, &Run { pace, values }, ways));
    }
    ExitCode::from(code)
}

/// Starts a worker process's own work.
fn work(lesson: &Lesson, name: &str, role: &str) -> ExitCode {
    let mut workers = lesson
        .demos
        .iter()
        .flat_map(|demo| &demo.workers)
        .chain(&lesson.workers);
    let Some((_, worker)) = workers.find(|(known, _)| *known == role) else {
        complain(&format!(
            "{}: this lesson has no worker with the role '{role}'",
            lesson.package
        ));
        return ExitCode::from(USAGE);
    };
    process::begin_as_child();
    match worker(name) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("{name}: {error}"));
            ExitCode::from(FAILED)
        }
    }
}

/// Runs one demo and shows all about it.
fn show(lesson: &Lesson, demo: &Demo, run: &Run<'_>, ways: &Ways) -> u8 {
    say(&report::heading(lesson.package, demo.name, demo.about));
    let mut sequential_s = None;
    if let Some(one_after_the_other) = demo
        .one_after_the_other
        .filter(|_| run.values.get_flag("compare"))
    {
        say("first one after the other, to compare ...");
        let watch = Stopwatch::start();
        if let Err(failure) = guarded(one_after_the_other, run) {
            return failed(lesson, demo, &failure);
        }
        sequential_s = Some(watch.read().wall.as_secs_f64());
    }
    let watch = Stopwatch::start();
    let recording = Recording::start(report::log_line, ways.detailed());
    report::set_zero(recording.start_ns());
    let around = tracing::info_span!(target: trace::RUN, "run").entered();
    let outcome = guarded(demo.action, run);
    drop(around);
    interrupt::forget();
    let used = watch.read();
    let trace = recording.finish();
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(failure) => return failed(lesson, demo, &failure),
    };
    let figures = Figures {
        used,
        work_s: trace.work_s(),
        sequential_s,
        cores: cores(),
    };
    let verdict = if demo.gains && outcome.problems.is_empty() {
        figures.verdict()
    } else {
        figures.time_taken()
    };
    let finished = report::Finished {
        lesson: lesson.package,
        demo: demo.name,
        trace,
        figures,
        results: outcome.results,
        report: outcome.report,
        verdict,
    };
    let written = report::show(&finished, ways, &next(lesson, demo));
    for problem in &outcome.problems {
        complain(&format!("{} {}: {problem}", lesson.package, demo.name));
    }
    if outcome.problems.is_empty() && written {
        0
    } else {
        FAILED
    }
}

/// A panic in a demo is a mistake of ours: one line, not a crash of the whole run. Its message is on stderr already.
fn guarded(action: super::Action, run: &Run<'_>) -> Result<Outcome, Failure> {
    catch_unwind(AssertUnwindSafe(|| action(run))).unwrap_or_else(|_| {
        Err(Failure::Failed(
            "it panicked, which is a mistake in the lesson".into(),
        ))
    })
}

fn failed(lesson: &Lesson, demo: &Demo, failure: &Failure) -> u8 {
    complain(&format!("{} {}: {failure}", lesson.package, demo.name));
    match failure {
        Failure::Failed(_) => FAILED,
        Failure::BadInput(_) => USAGE,
    }
}

/// The command to run after this demo.
fn next(lesson: &Lesson, demo: &Demo) -> String {
    // A tool's last words are its own answer.
    if demo.group == Group::Tool {
        return String::new();
    }
    let demos = lesson
        .demos
        .iter()
        .filter(|other| other.group != Group::Tool);
    let after = demos.skip_while(|other| other.name != demo.name).nth(1);
    after.map_or_else(|| lesson.next.to_owned(), |next| lesson.command(next.name))
}

fn list(lesson: &Lesson) {
    let mut lines = vec![format!("{}: {}", lesson.package, lesson.title)];
    let groups = [
        (Group::MainPath, "main path"),
        (Group::Further, "further"),
        (Group::Pitfall, "pitfalls"),
        (Group::Tool, "tools"),
    ];
    let longest = lesson
        .demos
        .iter()
        .map(|demo| demo.name.len())
        .max()
        .unwrap_or(0);
    for (group, title) in groups {
        let mut members = lesson
            .demos
            .iter()
            .filter(|demo| demo.group == group)
            .peekable();
        if members.peek().is_some() {
            lines.push(format!("\n{title}"));
        }
        lines.extend(members.map(|demo| format!("  {:<longest$}  {}", demo.name, demo.about)));
    }
    lines.push(format!("\nrun one with: {}", lesson.command("NAME")));
    lines.extend(exercises::listed(lesson.package));
    output::line(&lines.join("\n"));
}

fn demo_command(demo: &Demo) -> Command {
    let mut command = Command::new(demo.name)
        .about(demo.about)
        .args(&demo.options);
    if demo.one_after_the_other.is_some() {
        command = command.arg(flag(
            "compare",
            "First do the jobs one after the other, and measure that too",
        ));
    }
    command
}

fn command(lesson: &Lesson) -> Command {
    let choice = |name: &'static str, values: &[&'static str], help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("WHEN")
            .value_parser(clap::builder::PossibleValuesParser::new(values))
            .default_value("auto")
            .help(help)
            .global(true)
    };
    let file = |name: &'static str, help: &'static str| {
        let parser = value_parser!(PathBuf);
        Arg::new(name)
            .long(name)
            .value_name("FILE")
            .value_parser(parser)
            .help(help)
            .global(true)
    };
    let pace = Arg::new("pace")
        .long("pace")
        .value_name("FACTOR")
        .value_parser(value_parser!(Pace))
        .default_value("1")
        .allow_hyphen_values(true)
        .help("Scale every simulated wait: 0.02 is fifty times faster")
        .global(true);
    Command::new(lesson.package)
        .bin_name(lesson.package)
        .about(lesson.title)
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_value_name("DEMO")
        .subcommand_help_heading("Demos")
        .disable_help_subcommand(true)
        .args([
            pace,
            choice("timeline", &["auto", "always", "never", "beside"], "Draw the run: auto is on, always also with --json (on stderr), beside with the log at its side"),
            file("html", "Write the run as one self-contained page"),
            file("trace", "Write the run as Chrome trace-event JSON (opens in ui.perfetto.dev)"),
            flag("json", "Print one JSON object per demo on stdout, and nothing else").global(true),
            choice("color", &["auto", "always", "never"], "Colour; NO_COLOR is honoured"),
        ])
        .subcommands(lesson.demos.iter().map(demo_command))
        .subcommand(Command::new("list").about("What this lesson shows, one line each"))
        .subcommand(Command::new("all").about("Every demo and pitfall in teaching order"))
        .subcommands(exercises::commands())
        .subcommand(quiz::command())
        .subcommand(
            Command::new("worker").hide(true).args([Arg::new("name").required(true), Arg::new("role")]),
        )
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .action(ArgAction::SetTrue)
        .help(help)
}

/// Help and version are no errors. Everything else is one line that says what is wrong and what may be meant.
fn refused(lesson: &Lesson, error: &clap::Error) -> ExitCode {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        let text = error.render();
        let args: Vec<String> = std::env::args().collect();
        let color = !args.join(" ").replace('=', " ").contains("--color never");
        output::line(
            if color {
                text.ansi().to_string()
            } else {
                text.to_string()
            }
            .trim_end(),
        );
        return ExitCode::SUCCESS;
    }
    let mut parts = Vec::new();
    // A value may hold line feeds of its own: what counts starts at the words that clap puts at the start of a line.
    let text = error.to_string();
    let marks = [
        "error: ",
        "\n  tip: ",
        "\n  [possible values",
        "\n\nUsage",
        "\n\nFor more",
    ];
    let mut starts: Vec<usize> = marks
        .iter()
        .flat_map(|mark| text.match_indices(mark).map(|(at, _)| at))
        .collect();
    starts.sort_unstable();
    for (index, start) in starts.iter().enumerate() {
        let part = &text[*start..starts.get(index + 1).copied().unwrap_or(text.len())];
        let part = part
            .trim_start()
            .trim_start_matches("error: ")
            .trim_start_matches("tip: ");
        // The hidden way in for workers is nobody's spelling mistake.
        if !part.starts_with("Usage")
            && !part.starts_with("For more")
            && !part.ends_with(": 'worker'")
        {
            let words = part.split_whitespace().collect::<Vec<_>>().join(" ");
            let words = words.replacen("unrecognized subcommand", "no such demo:", 1);
            parts.push(words.replacen("similar subcommand", "similar name", 1));
        }
    }
    // An option of a demo's own, without the demo.
    if let Some(ContextValue::String(option)) = error.get(ContextKind::InvalidArg) {
        let name = option
            .trim_start_matches('-')
            .split('=')
            .next()
            .unwrap_or_default();
        let has = |demo: &&Demo| {
            demo_command(demo)
                .get_arguments()
                .any(|arg| arg.get_long() == Some(name))
        };
        if let Some(demo) = lesson
            .demos
            .iter()
            .find(has)
            .filter(|_| error.kind() == ErrorKind::UnknownArgument)
        {
            parts.push(format!("put the demo before it: {} {option}", demo.name));
        }
    }
    complain(&format!(
        "{}: {} (see --help)",
        lesson.package,
        parts.join("; ")
    ));
    ExitCode::from(USAGE)
}
