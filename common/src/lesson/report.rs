//! The report on a run: log lines as they happen, then the result, the timeline and the verdict.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use anstyle::{AnsiColor, Style as Ansi};
use serde_json::Value;

use super::json::to_json;
use super::output::{complain, line, say};
use crate::analysis::{path, sentence};
use crate::diagnosis::diagnose;
use crate::measure::Figures;
use crate::report::Report;
use crate::timeline::{self, About, Glyphs, Style};
use crate::trace::Trace;

/// The longest result that is shown to people, in characters; JSON has it whole.
const LONGEST_RESULT: usize = 400;

/// The moment from which log lines count, on `CLOCK_MONOTONIC`.
static ZERO: AtomicU64 = AtomicU64::new(0);

/// The ways in which a run is shown.
#[derive(Clone)]
pub(super) struct Ways {
    pub(super) json: bool,
    pub(super) timeline: String,
    /// The file to write the run to as a page.
    pub(super) html: Option<PathBuf>,
    /// The file to write it to as a trace.
    pub(super) trace: Option<PathBuf>,
}

impl Ways {
    /// Returns whether any of them needs the CPU times of every span.
    pub(super) fn detailed(&self) -> bool {
        self.json || self.timeline != "never" || self.html.is_some() || self.trace.is_some()
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
            trace: self.trace.as_ref().map(named),
        }
    }

    /// Makes the files now, so that one that cannot be written is known before the demo runs.
    pub(super) fn create_files(&self) -> Result<(), String> {
        for file in [&self.html, &self.trace].into_iter().flatten() {
            std::fs::File::create(file)
                .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
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
    pub(super) verdict: String,
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
        if ways.detailed()
            && let Some(words) = sentence(&run.trace, &path(&run.trace))
        {
            say(&glyphs.plain(&words));
        }
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
        let run = to_json(run.lesson, run.demo, &run.figures, &run.results, &run.trace);
        line(&run.to_string());
    } else if let Some(report) = &run.report {
        let gap = if run.trace.log.is_empty() { "" } else { "\n" };
        say(&format!("{gap}{}", glyphs.plain(&report.to_text())));
    } else {
        let results = shortened(&run.results.to_string());
        say(&format!("\nresult: {results}"));
    }
}

fn show_timeline(run: &Finished, ways: &Ways, glyphs: Glyphs) {
    let beside = ways.timeline == "beside";
    let is_wanted = match ways.timeline.as_str() {
        "always" => true,
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
    let drawing = timeline::paint(&timeline::draw(&run.trace, style));

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
        date_ms: u64::try_from(date_ms).unwrap_or(u64::MAX),
    };

    timeline::to_page(&run.trace, &about, &run.figures)
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

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_RESULT) {
        None => text.to_owned(),
        Some((cut, _)) => {
            let count = text.chars().count();
            let start = &text[..cut];
            format!("{start} ... ({count} characters; all of it with --json)")
        }
    }
}
