//! The subscriber that collects what the `tracing` crate reports.
//!
//! Nothing is looked up and nothing is kept per span while it lives: a span is its number, and each
//! record says what happened to it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::fs::File;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::metadata::LevelFilter;
use tracing::span::{Attributes, Id, Record as Values};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};
use tracing_core::span::Current;

use super::buffer::{next_span, with_buffer};
use super::record::{Fields, Line, Opened, Record, RecordKind, Source, THREAD_BITS, is_task};
use super::{clock, live, pipe};
use crate::lock::lock;

/// The tasks that are under way, by their span's number: their names, for log lines as they come.
static TASKS: Shelves<(Arc<str>, &'static Metadata<'static>)> =
    [const { Mutex::new(None) }; SHELVES];
/// The handles of a span besides the first; most never have a second.
static CLONES: Shelves<u32> = [const { Mutex::new(None) }; SHELVES];
static ANY_CLONES: AtomicBool = AtomicBool::new(false);

/// Values by a span's number, in several places: two threads seldom want the same one at once.
type Shelves<T> = [Mutex<Option<HashMap<u64, T>>>; SHELVES];
const SHELVES: usize = 64;

fn shelf<T>(shelves: &'static Shelves<T>, span: u64) -> &'static Mutex<Option<HashMap<u64, T>>> {
    // The number has two parts, the thread and the count.
    let place = (span >> THREAD_BITS) * 7 + (span >> 1);
    &shelves[usize::try_from(place % SHELVES as u64).expect("less than there are shelves")]
}

/// A span, and its origin if that is known here: what `Span::current()` needs.
type Open = (u64, Option<&'static Metadata<'static>>);

thread_local! {
    /// The spans that this thread is inside of, innermost last.
    static INSIDE: RefCell<Vec<Open>> = const { RefCell::new(Vec::new()) };
    /// The span that this thread created last.
    static LAST: Cell<Option<Open>> = const { Cell::new(None) };
}

/// Makes the collecting subscriber the program's. Calling it again changes nothing.
pub fn install() {
    let _ = tracing::subscriber::set_global_default(Collect);
}

/// Makes it the program's in a child process, and sends the records down this pipe.
pub fn install_in_child(pipe: File) {
    pipe::open(pipe);
    live::start(None, true);
    install();
}

/// Returns the innermost span of this thread.
fn innermost() -> Option<Open> {
    let innermost = INSIDE.try_with(|inside| inside.borrow().last().copied());
    innermost.ok().flatten()
}

/// Returns the innermost span of this thread that is a task's.
fn innermost_task() -> Option<u64> {
    let task = INSIDE.try_with(|inside| {
        let inside = inside.borrow();
        let mut spans = inside.iter().rev().map(|(span, _)| *span);
        spans.find(|span| is_task(*span))
    });
    task.ok().flatten()
}

/// Reads the clocks for a record, unless nothing is recorded.
fn edge(span: u64, kind: RecordKind) {
    if live::is_recording() {
        let t = clock::now_ns();
        let cpu = live::cpu_ns();
        with_buffer(|buffer| buffer.push(Record::at(t, cpu, span, kind)));
    }
}

struct Collect;

impl Subscriber for Collect {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.enabled(metadata) {
            Interest::always()
        } else {
            Interest::never()
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // This library reports each of its own connections at the level of what a lesson has to say.
        *metadata.level() <= tracing::Level::INFO && !metadata.target().starts_with("async_nats")
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::INFO)
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let metadata = attributes.metadata();
        let fields = (!metadata.fields().is_empty()).then(|| {
            let mut read = Read::default();
            attributes.record(&mut read);
            Box::new(read.fields)
        });
        let task = fields.as_ref().and_then(|fields| fields.task.as_deref());
        let span = next_span(task.is_some());

        if let Some(task) = task {
            let mut tasks = lock(shelf(&TASKS, span));
            let tasks = tasks.get_or_insert_default();
            tasks.insert(span, (task.into(), metadata));
        }

        if live::is_recording() {
            let around = if attributes.is_contextual() {
                innermost().map(|(span, _)| span)
            } else {
                attributes.parent().map(Id::into_u64)
            };
            let opened = Opened {
                parent: around.unwrap_or(0),
                source: Source::Own(metadata),
                fields,
            };
            // Most spans without fields are entered at once, and that moment counts.
            let t = if opened.fields.is_some() {
                clock::now_ns()
            } else {
                clock::about_now_ns()
            };
            with_buffer(|buffer| buffer.create(span, t, opened));
        }

        let _ = LAST.try_with(|last| last.set(Some((span, Some(metadata)))));
        Id::from_u64(span)
    }

    fn enter(&self, id: &Id) {
        let span = id.into_u64();
        let last = LAST.try_with(Cell::get).ok().flatten();
        let open = last.filter(|(last, _)| *last == span);
        let open = open.unwrap_or((span, None));
        let _ = INSIDE.try_with(|inside| inside.borrow_mut().push(open));

        if live::is_recording() {
            let t = clock::now_ns();
            let cpu = live::cpu_ns();
            with_buffer(|buffer| {
                buffer.note_first(span, || innermost_task().is_some());
                buffer.enter(span, t, cpu);
            });
        }
    }

    fn exit(&self, id: &Id) {
        let span = id.into_u64();
        let _ = INSIDE.try_with(|inside| {
            let mut inside = inside.borrow_mut();
            // Not always the innermost: spans may be left in any order.
            if let Some(at) = inside.iter().rposition(|(open, _)| *open == span) {
                inside.remove(at);
            }
        });
        let left = RecordKind::Left {
            panicking: std::thread::panicking(),
            closed: false,
        };

        edge(span, left);
    }

    fn clone_span(&self, id: &Id) -> Id {
        let span = id.into_u64();
        ANY_CLONES.store(true, Ordering::SeqCst);
        let mut clones = lock(shelf(&CLONES, span));
        *clones.get_or_insert_default().entry(span).or_default() += 1;
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        let span = id.into_u64();
        if ANY_CLONES.load(Ordering::SeqCst)
            && let Some(clones) = lock(shelf(&CLONES, span)).as_mut()
            && let Some(more) = clones.get_mut(&span)
        {
            *more -= 1;
            if *more == 0 {
                clones.remove(&span);
            }
            return false;
        }
        if is_task(span)
            && let Some(tasks) = lock(shelf(&TASKS, span)).as_mut()
        {
            tasks.remove(&span);
        }

        if live::is_recording() {
            with_buffer(|buffer| {
                if !buffer.close(span) {
                    let t = clock::now_ns();
                    let cpu = live::cpu_ns();
                    buffer.push(Record::at(t, cpu, span, RecordKind::Closed));
                }
            });
        }

        true
    }

    fn event(&self, event: &Event<'_>) {
        if !live::is_recording() {
            return;
        }
        let mut read = Read::default();
        event.record(&mut read);
        let message = read.message + &read.fields.others;
        let around = || innermost().map(|(span, _)| span);
        let span = event.parent().map(Id::into_u64).or_else(around);
        let task = innermost_task()
            .and_then(|task| lock(shelf(&TASKS, task)).as_ref()?.get(&task).cloned());

        let t = clock::now_ns();
        let line = Line {
            message: message.clone(),
            sends: read.fields.sends,
            receives: read.fields.receives,
        };
        let kind = RecordKind::Log(Box::new(line));
        let record = Record::at(t, live::cpu_ns(), span.unwrap_or(0), kind);

        with_buffer(|buffer| {
            buffer.push(record);
            match task {
                Some((name, _)) => live::show(t, &name, &message),
                None => live::show(t, &buffer.lane(), &message),
            }
        });
    }

    fn current_span(&self) -> Current {
        match innermost() {
            Some((span, Some(metadata))) => Current::new(Id::from_u64(span), metadata),
            Some((task, None)) => {
                let tasks = lock(shelf(&TASKS, task));
                match tasks.as_ref().and_then(|tasks| tasks.get(&task)) {
                    Some((_, metadata)) => Current::new(Id::from_u64(task), metadata),
                    None => Current::none(),
                }
            }
            None => Current::none(),
        }
    }

    fn record(&self, _: &Id, _: &Values<'_>) {}

    /// Records that a task was woken: its span follows from itself.
    fn record_follows_from(&self, id: &Id, follows: &Id) {
        let span = id.into_u64();
        if id == follows && is_task(span) && live::is_recording() {
            // No clock of the CPU: that would cost more than the wake.
            let t = clock::now_ns();
            with_buffer(|buffer| buffer.push(Record::at(t, 0, span, RecordKind::Woken)));
        }
    }
}

/// Reads fields as text.
#[derive(Default)]
struct Read {
    message: String,
    fields: Fields,
}

impl Visit for Read {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.keep(field, &value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.keep(field, &format_args!("{value:?}"));
    }
}

impl Read {
    fn keep(&mut self, field: &Field, value: &dyn fmt::Display) {
        let fields = &mut self.fields;
        // Writing into a String cannot fail.
        match field.name() {
            "message" => drop(write!(self.message, "{value}")),
            "task" => fields.task = Some(value.to_string()),
            "waits_for" => fields.waits_for = Some(value.to_string()),
            "holds" => fields.holds = Some(value.to_string()),
            "sends" => fields.sends = Some(value.to_string()),
            "receives" => fields.receives = Some(value.to_string()),
            _ => drop(write!(fields.others, " {value}")),
        }
    }
}
