//! The report on a run: log lines as they happen, then the result, the timeline and the verdict.

use std::cell::OnceCell;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use anstyle::{AnsiColor, Style as Ansi};
use serde_json::Value;

use super::against::{self, Earlier};
use super::difference::Difference;
use super::json::{to_json, what_if_json};
use super::output::{complain, line, say, with_hanging};
use super::results;
use super::trial::Tried;
use crate::report::Report;
use drawing::analysis::{
    Prediction, Side, Wish, changed, parts, path, sentence, together, what_if,
};
use drawing::diagnosis::diagnose;
use drawing::timeline::{self, About, Glyphs, Style};
use recording::measure::{Figures, cores};
use recording::trace::Trace;

/// The moment from which log lines count, on `CLOCK_MONOTONIC`.
static ZERO: AtomicU64 = AtomicU64::new(0);

/// The ways in which a run is shown.
#[derive(Clone)]
pub(super) struct Ways {
    pub(super) json: bool,
    pub(super) timeline: String,
    /// The file to write the run to as a page.
    pub(super) html: Option<PathBuf>,
    /// The file with a run to show it beside.
    pub(super) against: Option<PathBuf>,
    /// The file to write it to as a trace.
    pub(super) trace: Option<PathBuf>,
    /// Whether the changes that the demo can make are tried.
    pub(super) tries: bool,
}

impl Ways {
    /// Returns whether any of them needs the CPU times of every span.
    pub(super) fn detailed(&self) -> bool {
        let is_shown = self.timeline != "never" || self.html.is_some() || self.trace.is_some();
        self.json || is_shown || self.tries
    }

    /// Returns whether the run is to be drawn while it goes on.
    pub(super) fn is_live(&self) -> bool {
        self.timeline == "live" && !self.json
    }

    /// Returns the same with a file for each demo: `run.html` becomes `run-spawn.html`.
    pub(super) fn for_demo(&self, demo: &str) -> Ways {
        let named = |file: &PathBuf| {
            let mut name = file.file_stem().unwrap_or_default().to_owned();
            name.push(format!("-{demo}"));
            if let Some(extension) = file.extension() {
                name.push(".");
                name.push(extension);
            }
            file.with_file_name(name)
        };
        Ways {
            json: self.json,
            timeline: self.timeline.clone(),
            html: self.html.as_ref().map(named),
            against: self.against.clone(),
            trace: self.trace.as_ref().map(named),
            tries: self.tries,
        }
    }

    /// Reads the run to show a demo beside, before the demo runs: it may be the same file that is
    /// written then.
    pub(super) fn earlier(&self, demo: &str) -> Result<Option<Earlier>, String> {
        let file = self.against.as_ref();
        file.map(|file| against::read(file, demo)).transpose()
    }

    /// Makes the files now, so that one that cannot be written is known before the demo runs. One that
    /// is there stays as it is until then.
    pub(super) fn create_files(&self) -> Result<(), String> {
        for file in [&self.html, &self.trace].into_iter().flatten() {
            let opened = OpenOptions::new().create(true).append(true).open(file);
            opened.map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        }
        Ok(())
    }
}

/// A demo that has been run.
pub(super) struct Finished {
    pub(super) lesson: &'static str,
    pub(super) demo: &'static str,
    pub(super) trace: Trace,
    pub(super) figures: Figures,
    pub(super) results: Value,
    /// The text that people read in place of the results.
    pub(super) report: Option<Report>,
    /// What tells its broken way from its fixed one, where time does not.
    pub(super) difference: Option<Difference>,
    pub(super) verdict: String,
    /// A run of the same demo that was kept.
    pub(super) earlier: Option<Earlier>,
    /// The questions that its knobs ask.
    pub(super) wishes: Vec<Wish>,
    /// Their answers, and others worth a line, once they are asked for.
    pub(super) what_if: OnceCell<Vec<Prediction>>,
    /// The changes that were tried.
    pub(super) tried: Vec<Tried>,
}

impl Finished {
    /// Returns what changed since the earlier run, or from a broken way to a fixed one.
    fn change(&self) -> Option<String> {
        if let Some(Earlier {
            trace,
            path: before,
        }) = &self.earlier
        {
            let before = Side {
                name: "before",
                trace,
                path: before,
            };
            let now = Side {
                name: "now",
                trace: &self.trace,
                path: &path(&self.trace),
            };
            return Some(changed(&before, &now));
        }
        if let Some(difference) = &self.difference {
            return difference.sentence(&self.trace);
        }

        let parts = parts(&self.trace);
        let [(first_name, first), (second_name, second), ..] = parts.as_slice() else {
            return None;
        };
        let before = Side {
            name: first_name,
            path: &path(first),
            trace: first,
        };
        let now = Side {
            name: second_name,
            path: &path(second),
            trace: second,
        };
        Some(changed(&before, &now))
    }

    /// Returns the answers to what would have shortened the run; of a run with parts, the first.
    fn what_if(&self) -> &[Prediction] {
        self.what_if.get_or_init(|| {
            let parts = parts(&self.trace);
            let trace = parts.first().map_or(&self.trace, |(_, first)| first);
            what_if(trace, &path(trace), &self.wishes, cores())
        })
    }
}

pub(super) fn set_zero(t_ns: u64) {
    ZERO.store(t_ns, Ordering::Relaxed);
}

pub(super) fn heading(lesson: &str, demo: &str, about: &str) -> String {
    let bold = Ansi::new().bold();
    format!("{bold}{lesson} {demo}{bold:#}: {about}\n")
}

/// Shows one log line, as it happens.
pub(super) fn log_line(t_ns: u64, lane: &str, message: &str) {
    let seconds = t_ns.saturating_sub(ZERO.load(Ordering::Relaxed)) as f64 / 1e9;
    let lane_style = Ansi::new().fg_color(Some(AnsiColor::Cyan.into()));
    let before = format!("{seconds:7.3} s  {lane:<12} ").chars().count();
    let message = with_hanging(before, message);
    say(&format!(
        "{seconds:7.3} s  {lane_style}{lane:<12}{lane_style:#} {message}"
    ));
}

/// Shows a run. Returns whether every file that was asked for could be written.
pub(super) fn show(run: &Finished, ways: &Ways, next: &str) -> bool {
    let glyphs = Glyphs::wanted();
    show_result(run, ways, glyphs);
    show_timeline(run, ways, glyphs);
    if run.report.is_none() {
        say(&glyphs.plain(&run.verdict));
        if ways.detailed() {
            let path = || sentence(&run.trace, &path(&run.trace));
            if let Some(words) = run.change().or_else(path) {
                say(&glyphs.plain(&words));
            }
            for prediction in run.what_if() {
                say(&glyphs.plain(&prediction.line()));
            }
        }
    }
    for tried in &run.tried {
        say(&glyphs.plain(&tried.line()));
    }

    let written = write_files(run, ways);
    if run.report.is_none() {
        for sentence in diagnose(&run.trace) {
            say(&glyphs.plain(&format!("why: {sentence}")));
        }
    }

    if !next.is_empty() {
        say(&format!("next: {next}"));
    }

    written
}

fn show_result(run: &Finished, ways: &Ways, glyphs: Glyphs) {
    if ways.json {
        let mut object = to_json(run.lesson, run.demo, &run.figures, &run.results, &run.trace);
        object["what_if"] = run.what_if().iter().map(what_if_json).collect();
        if !run.tried.is_empty() {
            object["tried"] = run.tried.iter().map(Tried::to_json).collect();
        }
        line(&object.to_string());
    } else if let Some(report) = &run.report {
        let gap = if run.trace.log.is_empty() { "" } else { "\n" };
        say(&format!("{gap}{}", glyphs.plain(&report.to_text())));
    } else {
        say(&format!("\n{}", results::to_text(&run.results)));
    }
}

fn show_timeline(run: &Finished, ways: &Ways, glyphs: Glyphs) {
    let beside = ways.timeline == "beside";
    let is_wanted = match ways.timeline.as_str() {
        "always" | "live" => true,
        "never" => false,
        _ => !ways.json && (beside || run.report.is_none()),
    };

    if !is_wanted {
        return;
    }

    let style = Style {
        width: timeline::width(),
        glyphs,
        log: beside,
    };
    let both = run.earlier.as_ref();
    let both = both.map(|earlier| together(&earlier.trace, &run.trace));
    let drawn = both.as_ref().unwrap_or(&run.trace);
    let what_if = match &run.report {
        Some(_) => Vec::new(),
        None => run.what_if().iter().map(Prediction::line).collect(),
    };
    let drawing = timeline::draw_with(drawn, style, &what_if);
    let drawing = timeline::paint(&drawing);

    if ways.json {
        complain(&format!("\n{drawing}"));
    } else {
        say(&format!("\n{drawing}"));
    }
}

fn write_files(run: &Finished, ways: &Ways) -> bool {
    let mut written = true;
    if let Some(file) = &ways.html {
        written &= write(run.lesson, file, &page(run));
    }
    if let Some(file) = &ways.trace {
        let trace = timeline::to_chrome(&run.trace, run.lesson, run.demo);
        written &= write(run.lesson, file, &trace);
    }

    written
}

fn write(lesson: &str, file: &Path, text: &str) -> bool {
    match std::fs::write(file, text) {
        Ok(()) => {
            say(&format!("written: {}", file.display()));
            true
        }
        Err(error) => {
            let file = file.display();
            complain(&format!("{lesson}: cannot write {file}: {error}"));
            false
        }
    }
}

fn page(run: &Finished) -> String {
    if let Some(report) = &run.report {
        let title = format!("{} {}", run.lesson, run.demo);
        return report.to_page(&title, &command_line());
    }

    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    let date_ms = since_1970.map_or(0, |since| since.as_millis());
    let about = About {
        lesson: run.lesson.to_owned(),
        demo: run.demo.to_owned(),
        command: command_line(),
        verdict: run.verdict.clone(),
        sentence: run.change(),
        what_if: run.what_if().iter().map(Prediction::line).collect(),
        date_ms: u64::try_from(date_ms).unwrap_or(u64::MAX),
    };

    match &run.earlier {
        Some(earlier) => timeline::to_page_of_two(&earlier.trace, &run.trace, &about, &run.figures),
        None => timeline::to_page(&run.trace, &about, &run.figures),
    }
}

/// Returns the command line as it was typed, without the folders before the program's name.
fn command_line() -> String {
    let mut words: Vec<String> = std::env::args().collect();
    if let Some(program) = words.first_mut()
        && let Some((_, name)) = program.rsplit_once('/')
    {
        *program = name.to_owned();
    }

    words.join(" ")
}
