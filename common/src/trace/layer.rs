//! The layer that collects what the `tracing` crate reports.
//!
//! Each thread writes into a buffer of its own, whose lock nobody else takes before the run is over: recording must
//! not make threads wait for one another, or it would change what it shows.

use std::cell::OnceCell;
use std::fmt::{self, Write as _};
use std::fs::File;
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

use super::record::{Edge, Record, Thread};
use super::{clock, lock};

/// The target of the span that the runner puts around a whole demo. It is no job.
pub(crate) const RUN: &str = "course::run";

/// Shows a log line: its time on `CLOCK_MONOTONIC`, its lane, its text.
pub(crate) type Show = fn(u64, &str, &str);

static ACTIVE: AtomicBool = AtomicBool::new(false);
static SHOW: Mutex<Option<Show>> = Mutex::new(None);
static BUFFERS: Mutex<Vec<Arc<Buffer>>> = Mutex::new(Vec::new());
/// In a child process: where records go instead of into buffers.
static PIPE: Mutex<Option<File>> = Mutex::new(None);
/// 0 is "no span".
static NEXT_SPAN: AtomicU64 = AtomicU64::new(1);

struct Buffer {
    thread: Thread,
    to_pipe: bool,
    records: Mutex<Vec<Record>>,
}

thread_local! {
    static BUFFER: OnceCell<Arc<Buffer>> = const { OnceCell::new() };
}

fn new_buffer() -> Arc<Buffer> {
    let current = std::thread::current();
    let tid = thread_id();
    let name = current.name().map_or_else(|| format!("thread {tid}"), str::to_owned);
    let thread = Thread { tid, first: name == "main", name };
    let to_pipe = lock(&PIPE).is_some();
    let buffer = Arc::new(Buffer { thread, to_pipe, records: Mutex::new(Vec::new()) });
    if !to_pipe {
        lock(&BUFFERS).push(Arc::clone(&buffer));
    }
    buffer
}

#[cfg(target_os = "linux")]
fn thread_id() -> u64 {
    nix::unistd::gettid().as_raw().unsigned_abs().into()
}

/// Elsewhere the system's number cannot be had without `unsafe`: threads are numbered as they appear.
#[cfg(not(target_os = "linux"))]
fn thread_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn push(record: Record) {
    // A thread that is being torn down has no buffer any more; what it says then is not part of a lesson.
    let _ = BUFFER.try_with(|buffer| {
        let buffer = buffer.get_or_init(new_buffer);
        if buffer.to_pipe {
            if let Some(pipe) = lock(&PIPE).as_mut() {
                // A parent that went away reads no more; the child learns that from its standard input.
                let _ = pipe.write_all(record.to_line(&buffer.thread).as_bytes());
            }
        } else {
            lock(&buffer.records).push(record);
        }
    });
}

/// Makes the collecting layer the program's subscriber. Calling it again changes nothing.
pub(crate) fn install() {
    let subscriber = tracing_subscriber::registry().with(Collect);
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// The same in a child process, whose records go down this pipe.
pub(crate) fn install_in_child(pipe: File) {
    *lock(&PIPE) = Some(pipe);
    ACTIVE.store(true, Ordering::SeqCst);
    install();
}

/// Begins to collect; what an earlier run left behind is thrown away.
pub(super) fn begin(show: Show) {
    drop(end());
    *lock(&SHOW) = Some(show);
    ACTIVE.store(true, Ordering::SeqCst);
}

/// Ends collecting and hands over everything, thread by thread.
pub(super) fn end() -> Vec<(Thread, Vec<Record>)> {
    ACTIVE.store(false, Ordering::SeqCst);
    let mut buffers = lock(&BUFFERS);
    let collected = buffers
        .iter()
        .map(|buffer| (buffer.thread.clone(), std::mem::take(&mut *lock(&buffer.records))))
        .filter(|(_, records)| !records.is_empty())
        .collect();
    // Threads that have ended hold their buffer no longer.
    buffers.retain(|buffer| Arc::strong_count(buffer) > 1);
    collected
}

/// The spans that threads are inside of now, as `lane: span`, innermost last.
pub(crate) fn open_spans() -> Vec<String> {
    let mut open = Vec::new();
    for buffer in lock(&BUFFERS).iter() {
        let records = lock(&buffer.records);
        let mut inside: Vec<u64> = Vec::new();
        for record in records.iter() {
            match record.edge {
                Edge::Entered => inside.push(record.span),
                Edge::Left => inside.retain(|span| *span != record.span),
                _ => {}
            }
        }
        for span in inside {
            let name =
                records.iter().find(|record| record.span == span).and_then(|record| record.text.as_deref());
            open.push(format!("{}: {}", buffer.thread.name, name.unwrap_or("span").replace('\n', " ")));
        }
    }
    open
}

pub(super) fn show_child_log(process: &str, thread: &Thread, record: &Record) {
    if record.edge == Edge::Log && ACTIVE.load(Ordering::SeqCst) {
        let lane = if thread.first { process } else { &thread.name };
        show(record.t, lane, record.text.as_deref().unwrap_or_default());
    }
}

fn show(t: u64, lane: &str, message: &str) {
    let show = *lock(&SHOW);
    if let Some(show) = show {
        show(t, lane, message);
    }
}

struct Collect;

/// What is kept with a span while it lives.
struct Kept {
    span: u64,
    parent: u64,
    /// The task that the span belongs to, and whether it is the task's own.
    task: Option<Arc<str>>,
    begins_task: bool,
    /// The name, until the first record has taken it.
    name: Option<Box<str>>,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Collect {
    fn max_level_hint(&self) -> Option<tracing::level_filters::LevelFilter> {
        Some(tracing::level_filters::LevelFilter::INFO)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let mut name = attributes.metadata().name().to_owned() + &fields.others;
        let (mut parent, mut task) = (0, None);
        if let Some(around) = span.parent()
            && let Some(kept) = around.extensions().get::<Kept>()
        {
            parent = kept.span;
            task.clone_from(&kept.task);
        }
        if attributes.metadata().target() == RUN {
            name.push('\r');
        }
        let number = NEXT_SPAN.fetch_add(1, Ordering::Relaxed);
        let mut kept = Kept { span: number, parent, task, begins_task: fields.task.is_some(), name: None };
        if let Some(own) = fields.task {
            let _ = write!(name, "\n{own}");
            kept.task = Some(own.into());
            record(Edge::Created, number, parent, Some(name.into()));
        } else {
            kept.name = Some(name.into());
        }
        span.extensions_mut().insert(kept);
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(kept) = span.extensions_mut().get_mut::<Kept>()
        {
            record(Edge::Entered, kept.span, kept.parent, kept.name.take());
        }
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(kept) = span.extensions().get::<Kept>()
        {
            record(Edge::Left, kept.span, kept.parent, None);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        if let Some(span) = context.span(&id)
            && let Some(kept) = span.extensions().get::<Kept>()
            && kept.begins_task
        {
            record(Edge::Closed, kept.span, kept.parent, None);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if !ACTIVE.load(Ordering::Relaxed) {
            return;
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        let message = fields.message + &fields.others;
        let (mut span, mut task) = (0, None);
        if let Some(around) = context.event_span(event)
            && let Some(kept) = around.extensions().get::<Kept>()
        {
            span = kept.span;
            task.clone_from(&kept.task);
        }
        let t = clock::now_ns();
        push(Record {
            edge: Edge::Log,
            span,
            parent: 0,
            t,
            cpu: clock::thread_cpu_ns(),
            text: Some(message.as_str().into()),
        });
        let current = std::thread::current();
        show(t, task.as_deref().or(current.name()).unwrap_or("thread"), &message);
    }
}

fn record(edge: Edge, span: u64, parent: u64, text: Option<Box<str>>) {
    if ACTIVE.load(Ordering::Relaxed) {
        push(Record { edge, span, parent, t: clock::now_ns(), cpu: clock::thread_cpu_ns(), text });
    }
}

/// The fields of a span or a log line, as text.
#[derive(Default)]
struct Fields {
    message: String,
    task: Option<String>,
    others: String,
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.keep(field, &value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.keep(field, &format_args!("{value:?}"));
    }
}

impl Fields {
    fn keep(&mut self, field: &Field, value: &dyn fmt::Display) {
        // Writing into a String cannot fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value}"),
            "task" => {
                self.task = Some(value.to_string().replace(['\n', '\r'], " "));
                Ok(())
            }
            _ => write!(self.others, " {value}"),
        };
    }
}
