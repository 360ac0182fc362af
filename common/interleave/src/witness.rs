//! Steps that another tool puts in order: a check of memory ordering says what each step saw, and what happened last is
//! told when the check fails.

use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::{Mutex, PoisonError};

use judge::judging::{Schedule, Step, tell_with};
use judge::{Kind, Verdict, gets_on};

use super::place::Sources;
use super::run::At;

/// A step: its thread, its place, and what it did, with `{}` for what its method was called on.
struct Seen {
    thread: usize,
    caller: &'static Location<'static>,
    deed: String,
}

static SEEN: Mutex<Vec<Seen>> = Mutex::new(Vec::new());

/// Steps that are kept of a run.
const KEPT: usize = 200;

/// Begins a run: what was seen before is of no interest any more.
pub fn start() {
    gets_on();
    tell_with(told);
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

/// Keeps a step of the run.
pub fn saw(thread: usize, caller: &'static Location<'static>, deed: String) {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if seen.len() < KEPT {
        seen.push(Seen {
            thread,
            caller,
            deed,
        });
    }
}

/// A verdict on the run, with its steps.
fn told(verdict: Verdict) -> Verdict {
    let seen = std::mem::take(&mut *SEEN.lock().unwrap_or_else(PoisonError::into_inner));
    let mut sources = Sources::default();
    let mut threads: BTreeMap<usize, usize> = seen.iter().map(|step| (step.thread, 0)).collect();

    for (index, at) in threads.values_mut().enumerate() {
        *at = index;
    }

    let steps: Vec<Step> = seen
        .iter()
        .filter_map(|step| {
            let at = At::Line(step.caller);
            let place = sources.of(&at)?;
            let name = sources.word(&at);
            Some(Step {
                thread: threads[&step.thread],
                line: place.line,
                text: place.text,
                deed: step.deed.replace("{}", name.as_deref().unwrap_or("it")),
                times: 1,
                ..Step::default()
            })
        })
        .collect();

    let is_fault = ![Kind::Solved, Kind::StillToDo].contains(&verdict.kind);
    if steps.is_empty() || !is_fault || verdict.schedule.is_some() {
        return verdict;
    }

    let name = |thread: &usize| match thread {
        0 => "main".to_owned(),
        _ => format!("thread {thread}"),
    };
    let schedule = Schedule {
        threads: threads.keys().map(name).collect(),
        steps,
        ..Schedule::default()
    };

    Verdict {
        schedule: Some(schedule),
        ..verdict
    }
}
