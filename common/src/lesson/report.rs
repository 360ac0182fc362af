//! What the runner shows of a run: log lines as they happen, then the result, the timeline and the verdict.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use anstyle::{AnsiColor, Style as Ansi};
use serde_json::{Value, json};

use crate::Sheet;
use crate::diagnosis;
use crate::measure::Figures;
use crate::output::{complain, line, say};
use crate::timeline::{self, Glyphs, Style};
use crate::trace::Trace;

/// How a run is shown.
pub(super) struct Ways {
    pub(super) json: bool,
    pub(super) timeline: String,
    /// Files to write the run to, as a page and as a trace.
    pub(super) html: Option<PathBuf>,
    pub(super) trace: Option<PathBuf>,
}

impl Ways {
    /// What the run is shown by needs the CPU times of every span.
    pub(super) fn detailed(&self) -> bool {
        self.json || self.timeline != "never" || self.html.is_some() || self.trace.is_some()
    }

    /// The same with a file for each demo: `run.html` becomes `run-spawn.html`.
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
    /// What people read in place of the results.
    pub(super) report: Option<Sheet>,
    pub(super) verdict: String,
}

/// The moment from which log lines count, on `CLOCK_MONOTONIC`.
static ZERO: AtomicU64 = AtomicU64::new(0);

/// The longest result that is shown to people, in characters; JSON has it whole.
const LONGEST_RESULT: usize = 400;

pub(super) fn set_zero(t_ns: u64) {
    ZERO.store(t_ns, Ordering::Relaxed);
}

pub(super) fn heading(lesson: &str, demo: &str, about: &str) -> String {
    let bold = Ansi::new().bold();
    format!("{bold}{lesson} {demo}{bold:#}: {about}\n")
}

/// One log line, as it happens.
pub(super) fn log_line(t_ns: u64, lane: &str, message: &str) {
    let seconds = t_ns.saturating_sub(ZERO.load(Ordering::Relaxed)) as f64 / 1e9;
    let lane_style = Ansi::new().fg_color(Some(AnsiColor::Cyan.into()));
    say(&format!(
        "{seconds:7.3} s  {lane_style}{lane:<12}{lane_style:#} {message}"
    ));
}

/// Shows a run; says whether every file that was asked for could be written.
pub(super) fn show(run: &Finished, ways: &Ways, next: &str) -> bool {
    let (glyphs, width) = (Glyphs::wanted(), timeline::width());
    if ways.json {
        line(&to_json(run).to_string());
    } else if let Some(report) = &run.report {
        let gap = if run.trace.log.is_empty() { "" } else { "\n" };
        say(&format!("{gap}{}", glyphs.plain(&report.to_text())));
    } else {
        say(&format!(
            "\nresult: {}",
            shortened(&run.results.to_string())
        ));
    }
    let by_itself = ways.timeline == "auto" && !ways.json && run.report.is_none();
    if by_itself || ways.timeline == "always" || (ways.timeline == "beside" && !ways.json) {
        let drawing = format!(
            "\n{}",
            timeline::paint(&timeline::draw(
                &run.trace,
                Style {
                    width,
                    glyphs,
                    log: ways.timeline == "beside"
                }
            ))
        );
        if ways.json {
            complain(&drawing);
        } else {
            say(&drawing);
        }
    }
    if run.report.is_none() {
        say(&glyphs.plain(&run.verdict));
    }
    let written = write_files(run, ways);
    for sentence in diagnosis::diagnose(&run.trace)
        .iter()
        .filter(|_| run.report.is_none())
    {
        say(&glyphs.plain(&format!("why: {sentence}")));
    }
    if !next.is_empty() {
        say(&format!("next: {next}"));
    }
    written
}

fn write_files(run: &Finished, ways: &Ways) -> bool {
    let write = |file: &Option<PathBuf>, make: &dyn Fn() -> String| {
        let Some(file) = file else { return true };
        match std::fs::write(file, make()) {
            Ok(()) => {
                say(&format!("written: {}", file.display()));
                true
            }
            Err(error) => {
                complain(&format!(
                    "{}: cannot write {}: {error}",
                    run.lesson,
                    file.display()
                ));
                false
            }
        }
    };
    let page = write(&ways.html, &|| {
        if let Some(report) = &run.report {
            return report.to_page(&format!("{} {}", run.lesson, run.demo), &command_line());
        }
        let about = timeline::About {
            lesson: run.lesson.to_owned(),
            demo: run.demo.to_owned(),
            command: command_line(),
            verdict: run.verdict.clone(),
            date_ms: SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| {
                    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
                }),
        };
        timeline::to_page(&run.trace, &about, &run.figures)
    });
    write(&ways.trace, &|| {
        timeline::to_chrome(&run.trace, run.lesson, run.demo)
    }) && page
}

/// The command line as it was typed, without the folders before the program's name.
fn command_line() -> String {
    let mut args = std::env::args();
    let program = args.next().unwrap_or_default();
    let name = program.rsplit('/').next().unwrap_or_default().to_owned();
    std::iter::once(name)
        .chain(args)
        .collect::<Vec<_>>()
        .join(" ")
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_RESULT) {
        None => text.to_owned(),
        Some((cut, _)) => {
            format!(
                "{} ... ({} characters; all of it with --json)",
                &text[..cut],
                text.chars().count()
            )
        }
    }
}

/// The run as JSON; the keys are a contract with programs outside this repository.
fn to_json(run: &Finished) -> Value {
    let trace = &run.trace;
    let lanes: Vec<Value> = trace
        .lanes
        .iter()
        .map(|lane| {
            let spans: Vec<Value> = lane
                .spans
                .iter()
                .map(|span| {
                    json!({
                        "name": span.name,
                        "start_s": trace.seconds(span.start_ns),
                        "end_s": trace.seconds(span.end_ns.unwrap_or(trace.end_ns)),
                        "cpu_s": span.cpu_ns as f64 / 1e9,
                        "polls": span.polls,
                    })
                })
                .collect();
            json!({"name": lane.name, "kind": lane.kind.name(), "pid": lane.pid, "tid": lane.tid, "spans": spans})
        })
        .collect();
    let log: Vec<Value> = trace
        .log
        .iter()
        .map(|entry| json!({"t_s": trace.seconds(entry.t_ns), "lane": trace.lanes[entry.lane].name, "message": entry.message}))
        .collect();
    json!({
        "lesson": run.lesson,
        "demo": run.demo,
        "wall_s": run.figures.wall_s(),
        "work_s": run.figures.work_s,
        "overlap": run.figures.overlap(),
        "cpu_s": run.figures.cpu_s(),
        "sequential_s": run.figures.sequential_s,
        "speedup": run.figures.speedup(),
        "results": run.results,
        "lanes": lanes,
        "log": log,
    })
}
