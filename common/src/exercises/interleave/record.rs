//! Writing one run down: who did what on which line, and who holds which lock.
//!
//! shuttle says what it does in log lines of the `tracing` crate; at each of them, the call stack says where in the
//! exercise that was.

use std::backtrace::Backtrace;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::super::folder::is_answer;
use super::super::verdict::{HAS_TO_WAIT, SLEEPS, Schedule, Step};
use crate::lock::lock;

/// What a step did besides what its line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Note {
    GivesBack,
    HasToWait,
    Sleeps,
    WakesUp,
}

#[derive(Debug)]
struct Row {
    thread: usize,
    at: Arc<Backtrace>,
    /// Where in shuttle it is: the steps of one line differ in that.
    what: String,
    note: Option<Note>,
}

/// What is known of one thread.
#[derive(Debug, Default)]
struct Known {
    name: Option<String>,
    /// Where its next step is.
    next: Option<(Arc<Backtrace>, String)>,
    /// Its last step: an index of the rows.
    last: Option<usize>,
    /// The lock that it asks for.
    wants: Option<String>,
    /// Locks that it has, and where it took them.
    holds: Vec<(String, Arc<Backtrace>)>,
    /// It has stopped before this lock already.
    asked: bool,
    asleep: bool,
}

/// A run as it happened.
#[derive(Debug, Default)]
pub(super) struct Recording {
    rows: Vec<Row>,
    threads: BTreeMap<usize, Known>,
    /// A thread has asked for a lock that it has itself. What follows is the clearing up.
    over: bool,
}

impl Recording {
    /// This thread takes the next step.
    pub(super) fn goes_on(&mut self, thread: usize) {
        if self.is_over() {
            return;
        }
        let known = self.threads.entry(thread).or_default();
        if let Some((at, what)) = known.next.take() {
            known.last = Some(self.rows.len());
            self.rows.push(Row {
                thread,
                at,
                what,
                note: None,
            });
        }
    }

    /// What is given back while a panic unwinds is no step of the answer.
    fn is_over(&self) -> bool {
        self.over || std::thread::panicking()
    }

    fn heard(&mut self, thread: usize, name: Option<String>, message: &str) {
        let lock_of = |message: &str| message.rsplit(' ').next().unwrap_or_default().to_owned();
        let somebody_else_has = |wanted: &String| {
            let others = self.threads.iter().filter(|(other, _)| **other != thread);
            others
                .flat_map(|(_, known)| &known.holds)
                .any(|(held, _)| held == wanted)
        };
        let taken = self
            .threads
            .get(&thread)
            .and_then(|known| known.wants.as_ref())
            .map(somebody_else_has);
        let known = self.threads.entry(thread).or_default();
        if known.name.is_none() {
            known.name = name;
        }
        let mut note = None;
        if message.starts_with("switch from") {
            let at = Arc::new(Backtrace::force_capture());
            if taken == Some(true) {
                // Before a lock that is free, a thread stops once, and may then find it taken. At one that is taken it
                // stops within the step before.
                if !known.asked {
                    known.last = Some(self.rows.len());
                    self.rows.push(Row {
                        thread,
                        at: Arc::clone(&at),
                        what: message.to_owned(),
                        note: None,
                    });
                }
                note = Some(Note::HasToWait);
            }
            known.asked |= taken.is_some();
            known.next = Some((at, message.to_owned()));
        } else if message.starts_with("waiting to acquire mutex") {
            let wanted = lock_of(message);
            if known.holds.iter().any(|(held, _)| *held == wanted) {
                self.over = true;
                let (at, what) = (Arc::new(Backtrace::force_capture()), message.to_owned());
                known.next = Some((Arc::clone(&at), what.clone()));
                self.rows.push(Row {
                    thread,
                    at,
                    what,
                    note: Some(Note::HasToWait),
                });
            }
            known.wants = Some(wanted);
            known.asked = false;
        } else if message.starts_with("acquired mutex") {
            known.wants = None;
            let at = known.last.map(|last| Arc::clone(&self.rows[last].at));
            known.holds.extend(at.map(|at| (lock_of(message), at)));
        } else if message.starts_with("releasing mutex") {
            let released = lock_of(message);
            known.holds.retain(|(held, _)| *held != released);
            note = Some(Note::GivesBack);
        } else if message.starts_with("waiting on condvar") {
            known.asleep = true;
            note = Some(Note::Sleeps);
        } else if message.starts_with("woken from condvar") {
            known.asleep = false;
            note = Some(Note::WakesUp);
        }
        if let (Some(note), Some(last)) = (note, known.last) {
            self.rows[last].note = Some(note);
        }
    }

    fn name(&self, thread: usize) -> String {
        let name = self
            .threads
            .get(&thread)
            .and_then(|known| known.name.clone());
        match thread {
            0 => "main".to_owned(),
            _ => name.unwrap_or_else(|| format!("thread {thread}")),
        }
    }

    /// A sentence for each thread that cannot go on: what it holds, what it waits for, and who has that.
    pub(super) fn who_waits(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        for (thread, known) in &self.threads {
            let Some(place) = known.next.as_ref().and_then(|(at, _)| place(at)) else {
                continue;
            };
            let name = self.name(*thread);
            let held: Vec<String> = known
                .holds
                .iter()
                .filter_map(|(_, at)| {
                    Some(format!("the lock taken in line {}", self::place(at)?.line))
                })
                .collect();
            let holds = if held.is_empty() {
                String::new()
            } else {
                format!("holds {} and ", held.join(" and "))
            };
            let wanted = known.wants.as_deref();
            if let Some((_, at)) = known
                .holds
                .iter()
                .find(|(held, _)| Some(held.as_str()) == wanted)
            {
                let since = self::place(at).map_or(place.line, |place| place.line);
                let line = place.line;
                return vec![format!(
                    "{name} waits in line {line} for the lock that it holds itself since line {since}"
                )];
            }
            let holder = wanted.and_then(|wanted| {
                self.threads.iter().find_map(|(other, known)| {
                    let (_, at) = known.holds.iter().find(|(held, _)| held == wanted)?;
                    Some((other, self::place(at)?.line))
                })
            });
            let waits = match holder {
                Some((other, line)) => format!(
                    "for the lock that {} took in line {line}",
                    self.name(*other)
                ),
                None if known.asleep => "for a notification that nobody is left to send".to_owned(),
                None => format!("at `{}`", place.text),
            };
            sentences.push(format!(
                "{name} {holds}waits in line {} {waits}",
                place.line
            ));
        }
        sentences
    }

    /// The steps on the exercise's own lines.
    pub(super) fn schedule(&self, seed: String) -> Schedule {
        let mut threads: Vec<usize> = Vec::new();
        let mut steps: Vec<Step> = Vec::new();
        // What the last step began with. Does it come again, then the line is run again.
        let mut began = "";
        for row in &self.rows {
            let Some(place) = place(&row.at) else {
                continue;
            };
            let thread = threads
                .iter()
                .position(|thread| *thread == row.thread)
                .unwrap_or_else(|| {
                    threads.push(row.thread);
                    threads.len() - 1
                });
            // Locked and given back within one line, and nobody came in between: one step.
            if row.note == Some(Note::GivesBack)
                && steps
                    .last()
                    .is_some_and(|last| (last.thread, last.line) == (thread, place.line))
            {
                continue;
            }
            let note = match row.note {
                Some(Note::GivesBack) => "gives the lock back",
                Some(Note::HasToWait) => HAS_TO_WAIT,
                Some(Note::Sleeps) => SLEEPS,
                Some(Note::WakesUp) => "wakes up",
                None => "",
            };
            let step = Step {
                thread,
                line: place.line,
                text: place.text,
                note: note.to_owned(),
                times: 1,
            };
            match steps.last_mut() {
                Some(last)
                    if (Step {
                        times: 1,
                        ..last.clone()
                    }) == step =>
                {
                    last.times += u32::from(row.what == began && !place.of_check && !step.waits());
                }
                _ => {
                    began = &row.what;
                    steps.push(step);
                }
            }
        }
        let threads = threads
            .into_iter()
            .map(|thread| self.name(thread))
            .collect();
        Schedule {
            threads,
            steps,
            seed,
        }
    }
}

/// A line of the exercise.
struct Place {
    line: u32,
    text: String,
    /// The exercise calls what the check has given it, and the step is in there.
    of_check: bool,
}

/// The innermost line of the exercise on this call stack.
fn place(stack: &Backtrace) -> Option<Place> {
    let stack = stack.to_string();
    let mut of_check = false;
    let (file, line) = stack.lines().find_map(|line| {
        let mut parts = line.trim().strip_prefix("at ")?.rsplitn(3, ':');
        let (_, line, file) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?);
        let is_answer = is_answer(file);
        of_check |=
            !is_answer && (file.contains("/checks/") || file.ends_with("interleave/mod.rs"));
        is_answer.then(|| (file.to_owned(), line))
    })?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let text = std::fs::read_to_string(&file)
        .or_else(|_| std::fs::read_to_string(root.join(&file)))
        .ok()?;
    let text = text
        .lines()
        .nth(usize::try_from(line).ok()?.checked_sub(1)?)?
        .trim()
        .to_owned();
    Some(Place {
        line,
        text,
        of_check,
    })
}

/// Listens to shuttle.
pub(super) struct Recorder(pub(super) Arc<Mutex<Recording>>);

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target().starts_with("shuttle")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        let known = [
            "switch from",
            "waiting",
            "acquired mutex",
            "releasing mutex",
            "woken",
        ];
        let over = lock(&self.0).is_over();
        if !over && known.iter().any(|start| message.0.starts_with(start)) {
            let thread = shuttle::thread::current();
            let name = thread.name().map(str::to_owned);
            lock(&self.0).heard(thread.id().into(), name, &message.0);
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
