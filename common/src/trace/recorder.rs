//! The subscriber that collects what the `tracing` crate reports.
//!
//! Each thread writes into a buffer of its own, whose lock nobody else takes before the run is over: recording must
//! not make threads wait for one another, or it would change what it shows. Nothing is looked up and nothing is kept
//! per span while it lives: a span is its number, and a record says what happened to it. What that
//! costs is measured beside others in `benches/recording.rs`.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::fs::File;
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use tracing::field::{Field, Visit};
use tracing::metadata::LevelFilter;
use tracing::span::{Attributes, Id, Record as Values};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};
use tracing_core::span::Current;

use super::record::{Fields, Line, Opened, Record, Source, Thread, What};
use super::{clock, lock};

/// Shows a log line: its time on `CLOCK_MONOTONIC`, its lane, its text.
pub(crate) type Show = fn(u64, &str, &str);

/// Records in one piece of a buffer: growing must not copy what is there.
const PIECE: usize = 4096;

/// A span's number is odd if it begins a task.
pub(super) const TASK: u64 = 1;
/// The bits of a span's number that count the spans of one thread; those above are the thread's.
pub(super) const THREAD_BITS: u32 = 40;

static ACTIVE: AtomicBool = AtomicBool::new(false);
/// Whether CPU time is read at every edge.
static DETAIL: AtomicBool = AtomicBool::new(true);
static SHOW: Mutex<Option<Show>> = Mutex::new(None);
static BUFFERS: Mutex<Vec<Arc<Buffer>>> = Mutex::new(Vec::new());
/// In a child process: where records go instead of into buffers.
static PIPE: Mutex<Option<File>> = Mutex::new(None);
/// The tasks that are under way, by their span's number; for naming the lane of a log line as it is shown.
static TASKS: Shelves<(Arc<str>, &'static Metadata<'static>)> =
    [const { Mutex::new(None) }; SHELVES];
/// How many more handles than one there are of a span; most never have a second.
static CLONES: Shelves<u32> = [const { Mutex::new(None) }; SHELVES];
static ANY_CLONES: AtomicBool = AtomicBool::new(false);
/// Numbers given to threads that record; 0 would make a span's number 0.
static NEXT_THREAD: AtomicU64 = AtomicU64::new(1);

/// What is kept by a span's number, in several places: two threads seldom want the same one at once.
type Shelves<T> = [Mutex<Option<HashMap<u64, T>>>; SHELVES];
const SHELVES: usize = 64;

fn shelf<T>(shelves: &'static Shelves<T>, span: u64) -> &'static Mutex<Option<HashMap<u64, T>>> {
    // Of the number's two parts, the thread and the count.
    let place = (span >> THREAD_BITS) * 7 + (span >> 1);
    &shelves[usize::try_from(place % SHELVES as u64).expect("less than there are shelves")]
}

struct Buffer {
    thread: Thread,
    /// The name of a thread that was started without one: its first span's, once it has one.
    first_span: Option<OnceLock<String>>,
    to_pipe: bool,
    kept: Mutex<Kept>,
    /// The span that the last record says was left, or 0; and the same again once it is over too, which usually happens
    /// at once and then needs no record and no lock. Both are written by this thread only.
    left: AtomicU64,
    over: AtomicU64,
}

#[derive(Default)]
struct Kept {
    pieces: Vec<Vec<Record>>,
    /// A span that was just created: if the next thing is that it is entered, one record will do for both.
    pending: Option<(u64, u64, Opened)>,
}

impl Buffer {
    /// Describes the thread, as far as it is known by now.
    fn thread(&self) -> Thread {
        let mut thread = self.thread.clone();
        if let Some(name) = self.first_span.as_ref().and_then(OnceLock::get) {
            thread.name.clone_from(name);
        }
        thread
    }

    /// Names a thread that has no name after the first span that it makes or enters.
    #[inline]
    fn name_after(&self, span: u64, opened: Option<&Opened>) {
        if let Some(name) = &self.first_span
            && name.get().is_none()
            && span & TASK == 0
        {
            let title = opened.map(Opened::title);
            if let Some(title) = title.or_else(|| title_of(span)) {
                let _ = name.set(title);
            }
        }
    }

    /// What was recorded so far, complete: whatever is said next comes after it.
    #[inline]
    fn settled(&self) -> MutexGuard<'_, Kept> {
        let mut kept = lock(&self.kept);
        kept.settle(self.over.load(Ordering::Acquire));
        kept
    }

    #[inline]
    fn push(&self, record: Record) {
        let left = if let What::Left { .. } = record.what {
            record.span
        } else {
            0
        };
        self.settled().append(record);
        self.left.store(left, Ordering::Relaxed);
    }
}

impl Kept {
    fn last(&mut self) -> Option<&mut Record> {
        self.pieces.last_mut().and_then(|piece| piece.last_mut())
    }

    #[inline]
    fn append(&mut self, record: Record) {
        // What takes longer than four seconds has a record of its own, and so has what takes no time at all.
        let since = |now: u64, then: u64| u32::try_from(now.wrapping_sub(then));
        if let What::Left {
            panicking: false, ..
        } = record.what
            && let Some(Record {
                span,
                t,
                cpu,
                what: What::Whole {
                    wall, cpu: used, ..
                },
            }) = self.last()
            && (*span, *wall) == (record.span, 0)
            && let (Ok(passed @ 1..), Ok(computed)) = (since(record.t, *t), since(record.cpu, *cpu))
        {
            (*wall, *used) = (passed, computed);
            return;
        }
        match self.pieces.last_mut() {
            Some(piece) if piece.len() < piece.capacity() => piece.push(record),
            _ => self.append_piece(record),
        }
    }

    #[cold]
    fn append_piece(&mut self, record: Record) {
        // The first is small: most threads of a lesson record a handful.
        let mut piece = Vec::with_capacity(if self.pieces.is_empty() { 16 } else { PIECE });
        piece.push(record);
        self.pieces.push(piece);
    }

    #[inline]
    fn settle(&mut self, over: u64) {
        if over != 0 {
            self.close_last(over);
        }
        if self.pending.is_some() {
            self.settle_pending();
        }
    }

    #[inline]
    fn close_last(&mut self, over: u64) {
        if let Some(Record {
            span,
            what: What::Left { closed, .. } | What::Whole { closed, .. },
            ..
        }) = self.last()
            && *span == over
        {
            *closed = true;
        }
    }

    #[cold]
    fn settle_pending(&mut self) {
        if let Some((span, t, opened)) = self.pending.take() {
            // The quick clock is late by up to a tick, but the thread did one thing after the other.
            let t = self.last().map_or(t, |last| t.max(last.t));
            self.append(Record {
                span,
                t,
                cpu: 0,
                what: What::Created(opened),
            });
        }
    }
}

thread_local! {
    static BUFFER: OnceCell<Arc<Buffer>> = const { OnceCell::new() };
    /// The spans that this thread is inside of, innermost last.
    static INSIDE: RefCell<Vec<Open>> = const { RefCell::new(Vec::new()) };
    /// The span that this thread created last.
    static LAST: Cell<Option<Open>> = const { Cell::new(None) };
    /// The number of the last span of this thread; 0 before the first.
    static NEXT_SPAN: Cell<u64> = const { Cell::new(0) };
}

/// A span, and where it comes from if that is known here: what `Span::current()` needs.
type Open = (u64, Option<&'static Metadata<'static>>);

/// Looks a span up that another thread made and has not left yet.
#[cold]
fn title_of(span: u64) -> Option<String> {
    let own = BUFFER.try_with(|buffer| buffer.get().map(Arc::as_ptr));
    let own = own.ok().flatten();
    let buffers = lock(&BUFFERS);
    let made = |buffer: &&Arc<Buffer>| {
        buffer.thread.prefix >> THREAD_BITS == span >> THREAD_BITS
            && Some(Arc::as_ptr(buffer)) != own
    };
    let kept = lock(&buffers.iter().find(made)?.kept);
    let pending = kept.pending.iter().map(|(span, _, opened)| (*span, opened));
    let created = kept.pieces.iter().flatten().rev();
    let created = created.filter_map(|record| match &record.what {
        What::Created(opened) => Some((record.span, opened)),
        _ => None,
    });
    let (_, opened) = pending.chain(created).find(|(made, _)| *made == span)?;
    Some(opened.title())
}

fn new_buffer() -> Arc<Buffer> {
    let current = std::thread::current();
    let tid = thread_id();
    let first_span = current.name().is_none().then(OnceLock::new);
    let name = current
        .name()
        .map_or_else(|| format!("thread {tid}"), str::to_owned);
    let prefix = next_span(false) >> THREAD_BITS << THREAD_BITS;
    let thread = Thread {
        tid,
        prefix,
        first: name == "main",
        name,
    };
    let to_pipe = lock(&PIPE).is_some();
    let buffer = Arc::new(Buffer {
        thread,
        first_span,
        to_pipe,
        kept: Mutex::default(),
        left: AtomicU64::new(0),
        over: AtomicU64::new(0),
    });
    if !to_pipe {
        lock(&BUFFERS).push(Arc::clone(&buffer));
    }
    buffer
}

#[cfg(target_os = "linux")]
pub(crate) fn thread_id() -> u64 {
    nix::unistd::gettid().as_raw().unsigned_abs().into()
}

/// Elsewhere the system's number cannot be had without `unsafe`: threads are numbered as they appear.
#[cfg(not(target_os = "linux"))]
pub(crate) fn thread_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    thread_local! {
        static OWN: u64 = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    OWN.try_with(|own| *own).unwrap_or(0)
}

/// A number that no other span of this process has had.
fn next_span(task: bool) -> u64 {
    let next = NEXT_SPAN.try_with(|next| {
        if next.get() == 0 {
            next.set(NEXT_THREAD.fetch_add(1, Ordering::Relaxed) << THREAD_BITS);
        }
        next.set(next.get() + 2);
        next.get()
    });
    next.unwrap_or(u64::MAX - 1) | if task { TASK } else { 0 }
}

fn with_buffer(f: impl FnOnce(&Buffer)) {
    // A thread that is being torn down has no buffer any more; what it says then is not part of a lesson.
    let _ = BUFFER.try_with(|buffer| {
        f(buffer.get_or_init(new_buffer));
    });
}

fn push(record: Record) {
    with_buffer(|buffer| {
        if buffer.to_pipe {
            send(buffer, &record);
        } else {
            buffer.push(record);
        }
    });
}

fn send(buffer: &Buffer, record: &Record) {
    if let Some(pipe) = lock(&PIPE).as_mut() {
        // A parent that went away reads no more; the child learns that from its standard input.
        let _ = pipe.write_all(record.to_line(&buffer.thread()).as_bytes());
    }
}

fn cpu() -> u64 {
    if DETAIL.load(Ordering::Relaxed) {
        clock::thread_cpu_ns()
    } else {
        0
    }
}

fn edge(span: u64, what: What) {
    if ACTIVE.load(Ordering::Relaxed) {
        push(Record {
            span,
            t: clock::now_ns(),
            cpu: cpu(),
            what,
        });
    }
}

/// Makes the collecting subscriber the program's. Calling it again changes nothing.
pub(crate) fn install() {
    let _ = tracing::subscriber::set_global_default(Collect);
}

/// The same in a child process, whose records go down this pipe.
pub(crate) fn install_in_child(pipe: File) {
    *lock(&PIPE) = Some(pipe);
    ACTIVE.store(true, Ordering::SeqCst);
    install();
}

/// Whether anything is recorded just now.
pub(crate) fn is_recording() -> bool {
    ACTIVE.load(Ordering::SeqCst)
}

/// Begins to collect, with CPU times or without; what an earlier run left behind is thrown away.
pub(super) fn begin(show: Show, detail: bool) {
    drop(end());
    *lock(&SHOW) = Some(show);
    DETAIL.store(detail, Ordering::SeqCst);
    ACTIVE.store(true, Ordering::SeqCst);
}

/// Ends collecting and hands over everything, thread by thread, in pieces.
pub(super) fn end() -> Vec<(Thread, Vec<Vec<Record>>)> {
    ACTIVE.store(false, Ordering::SeqCst);
    let mut buffers = lock(&BUFFERS);
    let collect = |buffer: &Arc<Buffer>| {
        (
            buffer.thread(),
            std::mem::take(&mut buffer.settled().pieces),
        )
    };
    let collected = buffers
        .iter()
        .map(collect)
        .filter(|(_, pieces)| !pieces.is_empty())
        .collect();
    // Threads that have ended hold their buffer no longer.
    buffers.retain(|buffer| Arc::strong_count(buffer) > 1);
    collected
}

/// A copy of what has been collected so far, by a run that goes on.
pub(super) fn peek() -> Vec<(Thread, Vec<Vec<Record>>)> {
    let buffers = lock(&BUFFERS);
    buffers
        .iter()
        .map(|buffer| (buffer.thread(), buffer.settled().pieces.clone()))
        .collect()
}

pub(super) fn show_child_log(process: &str, thread: &Thread, record: &Record) {
    if let What::Log(line) = &record.what
        && !line.message.is_empty()
        && ACTIVE.load(Ordering::SeqCst)
    {
        show(
            record.t,
            if thread.first { process } else { &thread.name },
            &line.message,
        );
    }
}

fn show(t: u64, lane: &str, message: &str) {
    let show = *lock(&SHOW);
    if let Some(show) = show {
        show(t, lane, message);
    }
}

/// The innermost span of this thread, and the innermost that is a task's.
fn inside() -> (Option<Open>, Option<u64>) {
    let here = INSIDE.try_with(|inside| {
        let inside = inside.borrow();
        let task = inside
            .iter()
            .rev()
            .map(|(span, _)| *span)
            .find(|span| span & TASK == TASK);
        (inside.last().copied(), task)
    });
    here.unwrap_or_default()
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
            lock(shelf(&TASKS, span))
                .get_or_insert_default()
                .insert(span, (task.into(), metadata));
        }
        if ACTIVE.load(Ordering::Relaxed) {
            let around = if attributes.is_contextual() {
                inside().0.map(|(span, _)| span)
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
            with_buffer(|buffer| {
                buffer.name_after(span, Some(&opened));
                if buffer.to_pipe {
                    send(
                        buffer,
                        &Record {
                            span,
                            t,
                            cpu: 0,
                            what: What::Created(opened),
                        },
                    );
                } else {
                    buffer.settled().pending = Some((span, t, opened));
                }
            });
        }
        let _ = LAST.try_with(|last| last.set(Some((span, Some(metadata)))));
        Id::from_u64(span)
    }

    fn enter(&self, id: &Id) {
        let span = id.into_u64();
        let known = LAST
            .try_with(Cell::get)
            .ok()
            .flatten()
            .filter(|(last, _)| *last == span);
        let _ = INSIDE.try_with(|inside| inside.borrow_mut().push(known.unwrap_or((span, None))));
        if ACTIVE.load(Ordering::Relaxed) {
            let (t, cpu) = (clock::now_ns(), cpu());
            with_buffer(|buffer| {
                buffer.name_after(span, None);
                if buffer.to_pipe {
                    return send(
                        buffer,
                        &Record {
                            span,
                            t,
                            cpu,
                            what: What::Entered(None),
                        },
                    );
                }
                let mut kept = lock(&buffer.kept);
                // A task's creation is an event of its own: it may be long before it first runs.
                let first = kept
                    .pending
                    .take_if(|(pending, ..)| *pending == span && span & TASK == 0);
                kept.settle(buffer.over.load(Ordering::Acquire));
                let what = match first {
                    Some((
                        _,
                        _,
                        Opened {
                            parent,
                            source: Source::Own(metadata),
                            fields,
                        },
                    )) => What::Whole {
                        parent,
                        metadata,
                        fields,
                        wall: 0,
                        cpu: 0,
                        closed: false,
                    },
                    first => What::Entered(first.map(|(_, _, opened)| opened)),
                };
                kept.append(Record { span, t, cpu, what });
                buffer.left.store(0, Ordering::Relaxed);
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
        edge(
            span,
            What::Left {
                panicking: std::thread::panicking(),
                closed: false,
            },
        );
    }

    fn clone_span(&self, id: &Id) -> Id {
        ANY_CLONES.store(true, Ordering::SeqCst);
        *lock(shelf(&CLONES, id.into_u64()))
            .get_or_insert_default()
            .entry(id.into_u64())
            .or_default() += 1;
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
        if span & TASK == TASK
            && let Some(tasks) = lock(shelf(&TASKS, span)).as_mut()
        {
            tasks.remove(&span);
        }
        if ACTIVE.load(Ordering::Relaxed) {
            with_buffer(|buffer| {
                if buffer.left.load(Ordering::Relaxed) == span {
                    return buffer.over.store(span, Ordering::Release);
                }
                let closed = Record {
                    span,
                    t: clock::now_ns(),
                    cpu: cpu(),
                    what: What::Closed,
                };
                if buffer.to_pipe {
                    send(buffer, &closed);
                } else {
                    buffer.push(closed);
                }
            });
        }
        true
    }

    fn event(&self, event: &Event<'_>) {
        if !ACTIVE.load(Ordering::Relaxed) {
            return;
        }
        let mut read = Read::default();
        event.record(&mut read);
        let message = read.message + &read.fields.others;
        let (around, task) = inside();
        let t = clock::now_ns();
        let task = task.and_then(|task| lock(shelf(&TASKS, task)).as_ref()?.get(&task).cloned());
        let mut lane = task.as_ref().map(|(name, _)| name.to_string());
        if lane.is_none() {
            with_buffer(|buffer| lane = Some(buffer.thread().name));
        }
        let lane = lane.as_deref().unwrap_or("thread");
        let shown = message.clone();
        let entry = Line {
            message,
            sends: read.fields.sends,
            receives: read.fields.receives,
        };
        let span = event
            .parent()
            .map(Id::into_u64)
            .or(around.map(|(span, _)| span))
            .unwrap_or(0);
        push(Record {
            span,
            t,
            cpu: cpu(),
            what: What::Log(Box::new(entry)),
        });
        if !shown.is_empty() {
            show(t, lane, &shown);
        }
    }

    fn current_span(&self) -> Current {
        match inside().0 {
            Some((span, Some(metadata))) => Current::new(Id::from_u64(span), metadata),
            Some((task, None)) => match lock(shelf(&TASKS, task))
                .as_ref()
                .and_then(|tasks| tasks.get(&task))
            {
                Some((_, metadata)) => Current::new(Id::from_u64(task), metadata),
                None => Current::none(),
            },
            None => Current::none(),
        }
    }

    fn record(&self, _: &Id, _: &Values<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}
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
