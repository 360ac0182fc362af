//! A lesson's `main`: reads the command line and does what it says.

use std::cell::OnceCell;
use std::ffi::OsString;
use std::iter;
use std::path::PathBuf;
use std::process::ExitCode;

use anstream::ColorChoice;
use clap::ArgMatches;

use super::against::Earlier;
use super::contents::Lesson;
use super::demo::{Demo, Group, guarded};
use super::knob::Trial;
use super::live::Live;
use super::outcome::Failure;
use super::output::{self, complain, say};
use super::pace::Pace;
use super::report::{self, Finished, Ways};
use super::run::Run;
use super::trial;
use super::usage::{USAGE, answer, command, demo_command};
use crate::exercises::asked::{Asked, Shown};
use crate::exercises::cli as exercises;
use crate::exercises::judge::hand_over;
use crate::quiz;
use recording::measure::{Figures, Stopwatch, cores};
use recording::process::{begin_as_child, interrupt};
use recording::trace::{self, Recording, Trace};

const FAILED: u8 = 1;

impl Lesson {
    /// Does the whole of a lesson's `main`: reads the command line and does what it says.
    ///
    /// The exit code is 0 when all was done, 1 when a demo failed, 2 when the command line was wrong.
    pub fn main(self) -> ExitCode {
        match command(&self).try_get_matches() {
            Ok(matches) => ExitCode::from(self.run(&matches)),
            Err(error) => ExitCode::from(answer(&self, &error)),
        }
    }

    fn run(&self, matches: &ArgMatches) -> u8 {
        if let Some(("worker", values)) = matches.subcommand() {
            return self.work(text(values, "name"), text(values, "role"));
        }
        set_output(matches);
        let ways = Ways {
            json: matches.get_flag("json"),
            timeline: text(matches, "timeline").to_owned(),
            html: file(matches, "html"),
            against: file(matches, "against"),
            trace: file(matches, "trace"),
            tries: matches.get_flag("try"),
        };

        if matches.subcommand_name() == Some("list") {
            self.list();
            return 0;
        }

        if let Some(name @ ("hint" | "reset")) = matches.subcommand_name()
            && ways.json
        {
            complain(&format!("{}: {name} takes no --json", self.package));
            return USAGE;
        }

        interrupt::listen();

        match matches.subcommand() {
            Some(("check", _)) => match self.check(matches) {
                Ok(asked) => hand_over(&asked),
                Err(code) => code,
            },
            Some(("hint", values)) => exercises::hint(self.package, values),
            Some(("reset", values)) => exercises::reset(self.package, values),
            Some(("quiz", values)) => {
                let demos: Vec<&str> = self.demos.iter().map(|demo| demo.name).collect();
                quiz::run(self.package, &demos, values, ways.json)
            }
            _ => self.run_demos(matches, &ways),
        }
    }

    /// Reads the arguments of a `check`, in the judge, to which the lesson has handed them over.
    ///
    /// # Errors
    /// With the exit code, where they make no sense; why is said on standard error.
    pub fn asked(&self, words: impl Iterator<Item = OsString>) -> Result<Asked, u8> {
        let words = iter::once(self.package.into()).chain(words);
        let matches = command(self).try_get_matches_from(words);
        let matches = matches.map_err(|error| answer(self, &error))?;

        set_output(&matches);
        self.check(&matches)
    }

    fn check(&self, matches: &ArgMatches) -> Result<Asked, u8> {
        let Some(("check", values)) = matches.subcommand() else {
            return Err(USAGE);
        };
        let shown = Shown {
            json: matches.get_flag("json"),
            html: file(matches, "html"),
        };
        Asked::of(self.package, values, shown)
    }

    /// Starts a worker process's own work.
    fn work(&self, name: &str, role: &str) -> u8 {
        let mut workers = self.demos.iter().flat_map(|demo| &demo.workers);
        let Some((_, worker)) = workers.find(|(known, _)| *known == role) else {
            complain(&format!(
                "{}: this lesson has no worker with the role '{role}'",
                self.package
            ));
            return USAGE;
        };

        begin_as_child();
        match worker(name) {
            Ok(()) => 0,
            Err(error) => {
                complain(&format!("{name}: {error}"));
                FAILED
            }
        }
    }

    fn run_demos(&self, matches: &ArgMatches, ways: &Ways) -> u8 {
        let all = self.demos.iter();
        let demos: Vec<&Demo> = match matches.subcommand_name() {
            Some("all") => all.filter(|demo| demo.group != Group::Tool).collect(),
            Some(name) => all.filter(|demo| demo.name == name).collect(),
            None => all.take(self.headline).collect(),
        };
        let pace = matches.get_one::<Pace>("pace").copied().unwrap_or_default();
        if ways.tries && demos.iter().all(|demo| demo.knobs.is_empty()) {
            return self.nothing_to_try(&demos);
        }

        if let ([demo], Some((_, values))) = (&demos[..], matches.subcommand())
            && demo.is_apart
        {
            return self.hand_over(demo, &Run { pace, values });
        }

        trace::install();
        let mut code = 0;
        for (index, demo) in demos.iter().enumerate() {
            if index > 0 {
                say("");
            }
            let ways = match demos.len() {
                1 => ways.clone(),
                _ => ways.for_demo(demo.name),
            };
            let earlier = ways.earlier(demo.name);
            let ready = earlier.and_then(|earlier| ways.create_files().map(|()| earlier));
            let earlier = match ready {
                Ok(earlier) => earlier,
                Err(why) => {
                    complain(&format!("{}: {why}", self.package));
                    return USAGE;
                }
            };

            let defaults;
            let values = match matches.subcommand() {
                Some((name, values)) if name == demo.name => values,
                _ => {
                    defaults = demo_command(demo).get_matches_from([demo.name]);
                    &defaults
                }
            };
            code = code.max(self.show(demo, &Run { pace, values }, &ways, earlier));
        }

        code
    }

    /// Becomes the program of a demo apart. Returns an exit code only if it cannot.
    fn hand_over(&self, demo: &Demo, run: &Run<'_>) -> u8 {
        let Err(failure) = guarded(demo.action, run) else {
            return 0;
        };

        say(&report::heading(self.package, demo.name, demo.about));
        self.failed(demo, &failure)
    }

    /// Runs one demo and shows all about it.
    fn show(&self, demo: &Demo, run: &Run<'_>, ways: &Ways, earlier: Option<Earlier>) -> u8 {
        say(&report::heading(self.package, demo.name, demo.about));
        let mut sequential_s = None;
        let mut sequential = None;
        let is_tried = ways.tries && trial::knob(demo, Trial::Compared).is_some();
        if ways.tries {
            trial::warm_up();
        }

        if let Some(one_after_the_other) = demo.one_after_the_other
            && (is_tried || run.values.get_flag("compare"))
        {
            say("first one after the other, to compare ...");
            let watch = Stopwatch::start();
            let ran = if is_tried {
                trial::recorded(one_after_the_other, run, true).map(Some)
            } else {
                guarded(one_after_the_other, run).map(|_| None)
            };
            sequential = match ran {
                Ok(trace) => trace,
                Err(failure) => return self.failed(demo, &failure),
            };
            let length_s = sequential.as_ref().map(Trace::length_s);
            sequential_s = length_s.or_else(|| Some(watch.read().wall.as_secs_f64()));
        }

        let recording = Recording::start(report::log_line, ways.detailed());
        let watch = Stopwatch::start();

        report::set_zero(recording.start_ns());
        let live = ways.is_live().then(|| Live::start(recording.reader()));
        let around = tracing::info_span!(target: trace::RUN, "run").entered();
        let outcome = guarded(demo.action, run);

        drop(around);
        let end_ns = trace::now_ns();
        interrupt::forget();
        let mut used = watch.read();
        if let Some(live) = live.flatten() {
            used = used.without(live.finish(outcome.is_err()));
        }
        let (trace, watching) = recording.finish_at(end_ns);
        used = used.without(watching);

        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(failure) => return self.failed(demo, &failure),
        };
        let mut tried = Vec::new();
        let trials = if ways.tries {
            trial::try_all(demo, run, &trace, sequential.as_ref(), &mut tried)
        } else {
            Ok(())
        };
        let figures = Figures {
            used,
            work_s: trace.work_s(),
            sequential_s,
            cores: cores(),
        };
        let has_gain = demo.gains && outcome.problems.is_empty();
        let finished = Finished {
            lesson: self.package,
            demo: demo.name,
            trace,
            verdict: if has_gain {
                figures.verdict()
            } else {
                figures.time_taken()
            },
            figures,
            results: outcome.results,
            report: outcome.report,
            difference: outcome.difference,
            earlier,
            wishes: trial::wishes(demo),
            what_if: OnceCell::new(),
            tried,
        };
        let written = report::show(&finished, ways, &self.next_after(demo));

        for problem in &outcome.problems {
            complain(&format!("{} {}: {problem}", self.package, demo.name));
        }

        if let Err(failure) = trials {
            return self.failed(demo, &failure);
        }
        if outcome.problems.is_empty() && written {
            0
        } else {
            FAILED
        }
    }

    /// Says that none of these demos has a knob, and which ones have.
    fn nothing_to_try(&self, demos: &[&Demo]) -> u8 {
        let with_one = self.demos.iter().filter(|demo| !demo.knobs.is_empty());
        let with_one: Vec<&str> = with_one.map(|demo| demo.name).collect();
        let asked: Vec<&str> = demos.iter().map(|demo| demo.name).collect();

        complain(&format!(
            "{}: {} has nothing to --try; these have: {}",
            self.package,
            asked.join(" and "),
            with_one.join(", ")
        ));
        USAGE
    }

    fn failed(&self, demo: &Demo, failure: &Failure) -> u8 {
        complain(&format!("{} {}: {failure}", self.package, demo.name));
        match failure {
            Failure::Failed(_) => FAILED,
            Failure::BadInput(_) => USAGE,
        }
    }

    /// Returns the command to run after a demo.
    fn next_after(&self, demo: &Demo) -> String {
        // A tool's last words are its own answer.
        if demo.group == Group::Tool {
            return String::new();
        }

        let demos = self.demos.iter();
        let mut shown = demos.filter(|other| other.group != Group::Tool);

        shown.find(|other| other.name == demo.name);
        let next = shown.next();
        next.map_or_else(|| self.next.to_owned(), |next| self.command(next.name))
    }

    fn list(&self) {
        let mut lines = vec![format!("{}: {}", self.package, self.title)];
        let names = self.demos.iter().map(|demo| demo.name.len());
        let longest = names.max().unwrap_or(0);

        for (group, title) in [
            (Group::MainPath, "main path"),
            (Group::Further, "further"),
            (Group::Pitfall, "pitfalls"),
            (Group::Tool, "tools"),
        ] {
            let members = self.demos.iter().filter(|demo| demo.group == group);
            let mut members = members.peekable();
            if members.peek().is_some() {
                lines.push(format!("\n{title}"));
            }
            lines.extend(members.map(|demo| {
                let about = output::with_hanging(longest + 4, demo.about);
                format!("  {:<longest$}  {about}", demo.name)
            }));
        }

        lines.push(format!("\nrun one with: {}", self.command("NAME")));
        lines.extend(exercises::listed(self.package));
        output::line(&output::fitted(&lines.join("\n")));
    }
}

/// Sets colours and silence as the command line says.
fn set_output(matches: &ArgMatches) {
    output::set_color(match text(matches, "color") {
        "always" => ColorChoice::Always,
        "never" => ColorChoice::Never,
        _ => ColorChoice::Auto,
    });
    if matches.get_flag("json") {
        output::set_quiet();
    }
}

fn file(values: &ArgMatches, name: &str) -> Option<PathBuf> {
    values.get_one::<PathBuf>(name).cloned()
}

fn text<'a>(values: &'a ArgMatches, name: &str) -> &'a str {
    values.get_one::<String>(name).map_or("", String::as_str)
}
