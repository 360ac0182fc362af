//! Trying: a demo is run once more with a knob turned, and what was predicted stands beside it.

use std::backtrace::{Backtrace, BacktraceStatus};

use clap::ArgMatches;
use clap::parser::ValueSource;
use serde_json::{Value, json};

use super::demo::{Action, Demo, guarded};
use super::knob::{Knob, Trial, Turn};
use super::outcome::Failure;
use super::output::say;
use super::pace::Pace;
use super::run::Run;
use super::usage::demo_command;
use drawing::analysis::{Prediction, Wish, parts, predict};
use recording::measure::{cores, seconds};
use recording::trace::{self, Recording, Trace};

/// A change that was tried.
pub(super) struct Tried {
    words: String,
    /// The prediction; `None` if the run, replayed as it was, came out too different.
    prediction: Option<Prediction>,
    measured_s: f64,
}

impl Tried {
    /// Returns the line about it.
    pub(super) fn line(&self) -> String {
        let words = &self.words;
        let measured = seconds(self.measured_s);
        let Some(Prediction { to_s, .. }) = self.prediction else {
            return format!("tried: {words}: measured {measured}; this run cannot be replayed");
        };

        let apart = 100.0 * (to_s - self.measured_s).abs() / self.measured_s.max(f64::MIN_POSITIVE);
        let predicted = seconds(to_s);
        format!("tried: {words}: predicted {predicted}, measured {measured}, {apart:.1} % apart")
    }

    pub(super) fn to_json(&self) -> Value {
        let prediction = self.prediction.as_ref();
        json!({
            "change": self.words,
            "from_s": prediction.map(|prediction| prediction.from_s),
            "to_s": prediction.map(|prediction| prediction.to_s),
            "measured_s": self.measured_s,
        })
    }
}

/// Returns the demo's knob of this kind.
pub(super) fn knob(demo: &Demo, trial: Trial) -> Option<&Knob> {
    demo.knobs.iter().find(|knob| knob.trial == trial)
}

/// Does what a program's first panic does once, so that no run takes longer than the other for it:
/// with `RUST_BACKTRACE` it reads what the compiler wrote for debuggers, in 0.1 s.
pub(super) fn warm_up() {
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        std::hint::black_box(backtrace.to_string());
    }
}

/// Returns the questions about a demo's own run that its knobs ask.
pub(super) fn wishes(demo: &Demo) -> Vec<Wish> {
    let knobs = demo.knobs.iter();
    let of_this_run =
        knobs.filter(|knob| matches!(knob.trial, Trial::SecondPart | Trial::Option(..)));
    of_this_run.map(|knob| knob.wish).collect()
}

/// Holds what is predicted from a run to the length of the run with that change.
fn tried(words: &str, knob: &Knob, from: &Trace, measured: &Trace) -> Tried {
    Tried {
        words: words.to_owned(),
        prediction: predict(from, knob.wish, cores()),
        measured_s: measured.length_s(),
    }
}

/// Tries all that a demo can: it has been run, and if it is compared with another run, so has that.
/// What was tried before one that fails is in `all` all the same.
pub(super) fn try_all(
    demo: &Demo,
    run: &Run<'_>,
    trace: &Trace,
    compared: Option<&Trace>,
    all: &mut Vec<Tried>,
) -> Result<(), Failure> {
    for knob in &demo.knobs {
        let words = knob.wish.words;
        match knob.trial {
            Trial::Compared => {
                all.extend(compared.map(|before| tried(words, knob, before, trace)));
            }
            Trial::SecondPart => {
                if let [(_, first), (_, second), ..] = parts(trace).as_slice() {
                    all.push(tried(words, knob, first, second));
                }
            }
            Trial::Option(option, turn) => {
                let (values, option) = turned(demo, run.values, option, turn)?;
                let words = format!("{words} ({option})");
                say(&format!("once more with {option}, to compare ..."));
                let pace = run.pace;
                let again = recorded(
                    demo.action,
                    &Run {
                        pace,
                        values: &values,
                    },
                    false,
                )?;
                all.push(tried(&words, knob, trace, &again));
            }
            Trial::Pace => {
                let pace = run.pace.factor() / 2.0;
                let words = format!("{words} (--pace {pace})");
                say(&format!("once more with --pace {pace}, to compare ..."));
                let pace = Pace::new(pace).unwrap_or_default();
                let values = run.values;
                let again = recorded(demo.action, &Run { pace, values }, false)?;
                all.push(tried(&words, knob, trace, &again));
            }
        }
    }
    Ok(())
}

/// Runs a demo without a word, and returns its recording.
pub(super) fn recorded(action: Action, run: &Run<'_>, detailed: bool) -> Result<Trace, Failure> {
    let recording = Recording::start(|_, _, _| {}, detailed);
    let around = tracing::info_span!(target: trace::RUN, "run").entered();
    let outcome = guarded(action, run);

    drop(around);
    let (trace, _) = recording.finish();
    outcome.map(|_| trace)
}

/// Returns a demo's command line with one option turned, and the words of that option.
fn turned(
    demo: &Demo,
    values: &ArgMatches,
    option: &str,
    turn: Turn,
) -> Result<(ArgMatches, String), Failure> {
    let value = match turn {
        Turn::OneMore => {
            let count = values.get_one::<u64>(option).copied();
            (count.unwrap_or(cores() as u64) + 1).to_string()
        }
        Turn::Half => {
            let seconds = values.get_one::<f64>(option).copied();
            (seconds.unwrap_or(0.0) / 2.0).to_string()
        }
    };
    let words = format!("--{option} {value}");
    let mut line = vec![demo.name.to_owned()];

    for arg in &demo.options {
        let name = arg.get_id().as_str();
        let is_given = values.value_source(name) == Some(ValueSource::CommandLine);
        if name == option || !is_given {
            continue;
        }
        let long = arg.get_long().map(|long| format!("--{long}"));
        if !arg.get_action().takes_values() {
            line.extend(long);
            continue;
        }
        for given in values.get_raw(name).into_iter().flatten() {
            line.extend(long.clone());
            line.push(given.to_string_lossy().into_owned());
        }
    }

    line.extend([format!("--{option}"), value]);
    match demo_command(demo).try_get_matches_from(line) {
        Ok(values) => Ok((values, words)),
        Err(_) => Err(Failure::BadInput(format!("--try: there is no {words}"))),
    }
}
