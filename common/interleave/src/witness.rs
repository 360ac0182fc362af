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

/// What each thread waits for, by its number.
static WAITS: Mutex<BTreeMap<usize, (&'static Location<'static>, &'static str)>> =
    Mutex::new(BTreeMap::new());

/// Steps that are kept of a run.
const KEPT: usize = 200;

/// Begins a run: what was seen before is of no interest any more.
pub fn start() {
    gets_on();
    tell_with(told);
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).clear();
    WAITS.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

/// Does what the thread may have to wait for; `what` it is, with `{}` for what its method was called on.
pub fn waits<T>(
    thread: usize,
    caller: &'static Location<'static>,
    what: &'static str,
    wait: impl FnOnce() -> T,
) -> T {
    let waits = || WAITS.lock().unwrap_or_else(PoisonError::into_inner);

    waits().insert(thread, (caller, what));
    let done = wait();
    waits().remove(&thread);

    done
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

    let mut verdict = verdict;
    if verdict.kind == Kind::Deadlock {
        verdict.details = who_waits(&mut sources);
    }

    let is_fault = ![Kind::Solved, Kind::StillToDo].contains(&verdict.kind);
    if steps.is_empty() || !is_fault || verdict.schedule.is_some() {
        return verdict;
    }

    let schedule = Schedule {
        threads: threads.keys().map(|thread| name(*thread)).collect(),
        steps,
        ..Schedule::default()
    };

    Verdict {
        schedule: Some(schedule),
        ..verdict
    }
}

fn name(thread: usize) -> String {
    match thread {
        0 => "main".to_owned(),
        _ => format!("thread {thread}"),
    }
}

/// A sentence for each thread that cannot go on, and that waits in the answer.
fn who_waits(sources: &mut Sources) -> Vec<String> {
    let waits = std::mem::take(&mut *WAITS.lock().unwrap_or_else(PoisonError::into_inner));
    let mut sentence = |(thread, (caller, what)): (usize, (&'static Location<'static>, &str))| {
        let at = At::Line(caller);
        let line = sources.of(&at)?.line;
        let object = sources.word(&at);
        let what = what.replace("{}", object.as_deref().unwrap_or("it"));
        Some(format!("{} waits in line {line} {what}", name(thread)))
    };

    waits.into_iter().filter_map(&mut sentence).collect()
}
