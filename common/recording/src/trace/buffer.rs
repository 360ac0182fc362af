//! The buffer of each thread.
//!
//! Before the run is over, no other thread takes its lock but the one that draws a run live, for one
//! piece at a time: recording must not make threads wait for one another, or it would change what it
//! shows. Its cost is measured beside others in `benches/recording.rs`.

use std::cell::{Cell, OnceCell};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use super::pipe;
use super::record::{
    Opened, Record, RecordKind, Source, TASK, THREAD_BITS, Thread, ThreadRecords, is_task,
    prefix_of,
};
use super::states::last;
use crate::lock::lock;

/// The records in one piece of a buffer: growing must not copy what is there.
const PIECE: usize = 4096;

static BUFFERS: Mutex<Vec<Arc<Buffer>>> = Mutex::new(Vec::new());
/// The next number for a thread that records; 0 would make a span's number 0.
static NEXT_THREAD: AtomicU64 = AtomicU64::new(1);

thread_local! {
    static BUFFER: OnceCell<Own> = const { OnceCell::new() };
    /// The number of the last span of this thread; 0 before the first.
    static LAST_SPAN: Cell<u64> = const { Cell::new(0) };
}

/// The buffer of the thread that holds it.
struct Own(Arc<Buffer>);

impl Drop for Own {
    fn drop(&mut self) {
        last::look(self.0.thread.tid);
    }
}

/// The records of one thread.
pub(super) struct Buffer {
    thread: Thread,
    /// Whether records go to the parent instead.
    to_pipe: bool,
    /// The first span that a thread without a name has entered; 0 before.
    first_span: AtomicU64,
    /// The span that the last record says was left, or 0. Written by this thread only.
    left: AtomicU64,
    /// The same span once it is over too, which usually happens at once and then needs no record
    /// and no lock. Written by this thread only.
    over: AtomicU64,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    pieces: Vec<Vec<Record>>,
    /// A span that was just created: if the thread enters it next, one record will do for both.
    pending: Option<(u64, u64, Opened)>,
    /// The title of the first span of a thread without a name, once it was asked for.
    title: Option<String>,
}

impl Buffer {
    fn new() -> Buffer {
        let current = std::thread::current();
        let name = current.name().map(str::to_owned);
        let thread = Thread {
            tid: thread_id(),
            prefix: prefix_of(next_span(false)),
            first: name.as_deref() == Some("main"),
            name,
        };

        Buffer {
            thread,
            to_pipe: pipe::is_open(),
            first_span: AtomicU64::new(0),
            left: AtomicU64::new(0),
            over: AtomicU64::new(0),
            kept: Mutex::default(),
        }
    }

    /// Records the creation of a span.
    #[inline]
    pub(super) fn create(&self, span: u64, t: u64, opened: Opened) {
        if self.to_pipe {
            let kind = RecordKind::Created(opened);
            pipe::send(&self.thread, &Record::at(t, 0, span, kind));
        } else {
            self.settled().pending = Some((span, t, opened));
        }
    }

    /// Records that the thread enters a span.
    #[inline]
    pub(super) fn enter(&self, span: u64, t: u64, cpu: u64) {
        if self.to_pipe {
            let kind = RecordKind::Entered(None);
            return pipe::send(&self.thread, &Record::at(t, cpu, span, kind));
        }

        let mut kept = lock(&self.kept);
        // A task's creation is an event of its own: it may be long before it first runs.
        let first = kept
            .pending
            .take_if(|(pending, ..)| *pending == span && !is_task(span));

        kept.settle(self.over.load(Ordering::Acquire));
        let kind = match first.map(|(_, _, opened)| opened) {
            Some(Opened {
                parent,
                source: Source::Own(metadata),
                fields,
            }) => RecordKind::Whole {
                parent,
                metadata,
                fields,
                wall: 0,
                cpu: 0,
                closed: false,
            },
            opened => RecordKind::Entered(opened),
        };
        kept.append(Record::at(t, cpu, span, kind));
        self.left.store(0, Ordering::Relaxed);
    }

    /// Notes the first span that a thread without a name enters, unless it runs a task.
    #[inline]
    pub(super) fn note_first(&self, span: u64, in_task: impl FnOnce() -> bool) {
        if self.thread.name.is_none() && self.first_span.load(Ordering::Relaxed) == 0 && !in_task()
        {
            self.first_span.store(span, Ordering::Relaxed);
        }
    }

    /// Notes that a span is over. Returns whether that needs no record.
    #[inline]
    pub(super) fn close(&self, span: u64) -> bool {
        let just_left = self.left.load(Ordering::Relaxed) == span;
        if just_left {
            self.over.store(span, Ordering::Release);
        }
        just_left
    }

    #[inline]
    pub(super) fn push(&self, record: Record) {
        if self.to_pipe {
            return pipe::send(&self.thread, &record);
        }
        let left = match record.kind {
            RecordKind::Left { .. } => record.span,
            _ => 0,
        };
        self.settled().append(record);
        self.left.store(left, Ordering::Relaxed);
    }

    /// Locks the records so far, complete: the next one comes after them.
    #[inline]
    fn settled(&self) -> MutexGuard<'_, Kept> {
        let mut kept = lock(&self.kept);
        kept.settle(self.over.load(Ordering::Acquire));
        kept
    }

    /// Returns the name of the thread's lane: its own, or the title of the first span it entered.
    pub(super) fn lane(&self) -> String {
        if let Some(name) = &self.thread.name {
            return name.clone();
        }
        if let Some(title) = &lock(&self.kept).title {
            return title.clone();
        }

        let span = self.first_span.load(Ordering::Relaxed);
        // Not while the own lock is held: the creator may look for a title as well.
        let own = lock(&self.kept).title_of(span);
        let title = own.or_else(|| title_elsewhere(span));

        lock(&self.kept).title.clone_from(&title);
        title.unwrap_or_else(|| self.thread.default_name())
    }

    /// Adds the records that are new to those that are known, and returns that of a span which was
    /// just created: another thread may have entered it, while this one records nothing more.
    fn copy_new(&self, known: &mut Vec<Record>) -> Option<Record> {
        // The last one may still have changed, the others stay.
        known.pop();
        let mut pending = None;
        while self.copy_piece(known, &mut pending) {}
        if let Some(last) = known.last_mut() {
            last.close(self.over.load(Ordering::Acquire));
        }
        pending
    }

    /// Copies the records behind those that are known, of one piece. Returns whether there are more.
    fn copy_piece(&self, known: &mut Vec<Record>, pending: &mut Option<Record>) -> bool {
        let mut kept = lock(&self.kept);
        *pending = kept.pending.clone().map(|created| kept.created(created));
        let mut skipped = 0;
        for (number, piece) in kept.pieces.iter().enumerate() {
            let from = known.len() - skipped;
            if from < piece.len() {
                known.extend_from_slice(&piece[from..]);
                return number + 1 < kept.pieces.len();
            }
            skipped += piece.len();
        }
        false
    }

    fn take(&self) -> ThreadRecords {
        let mut kept = self.settled();
        kept.title = None;
        self.first_span.store(0, Ordering::Relaxed);
        ThreadRecords {
            thread: self.thread.clone(),
            pieces: std::mem::take(&mut kept.pieces),
        }
    }
}

impl Kept {
    fn last(&mut self) -> Option<&mut Record> {
        self.pieces.last_mut().and_then(|piece| piece.last_mut())
    }

    #[inline]
    fn append(&mut self, record: Record) {
        // What takes longer than four seconds has a record of its own, and so has what takes no
        // time at all.
        let since = |now: u64, then: u64| u32::try_from(now.wrapping_sub(then));
        if let RecordKind::Left {
            panicking: false, ..
        } = record.kind
            && let Some(Record {
                span,
                t,
                cpu,
                kind: RecordKind::Whole {
                    wall, cpu: used, ..
                },
            }) = self.last()
            && *span == record.span
            && *wall == 0
            && let Ok(passed @ 1..) = since(record.t, *t)
            && let Ok(computed) = since(record.cpu, *cpu)
        {
            *wall = passed;
            *used = computed;
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
        if let Some(last) = self.last() {
            last.close(over);
        }
    }

    #[cold]
    fn settle_pending(&mut self) {
        if let Some(pending) = self.pending.take() {
            let record = self.created(pending);
            self.append(record);
        }
    }

    /// Returns the record of a span's creation, behind the last one.
    fn created(&mut self, (span, t, opened): (u64, u64, Opened)) -> Record {
        // The quick clock is late by up to a tick, but the thread did one thing after the other.
        let t = self.last().map_or(t, |last| t.max(last.t));
        Record::at(t, 0, span, RecordKind::Created(opened))
    }

    /// Returns the title of a span that this thread created.
    fn title_of(&self, span: u64) -> Option<String> {
        let pending = self.pending.as_ref().filter(|(made, ..)| *made == span);
        if let Some((_, _, opened)) = pending {
            return Some(opened.title());
        }
        let mut records = self.pieces.iter().flatten();
        records
            .find(|record| record.span == span)
            .and_then(Record::title)
    }
}

/// Returns the title of a span that another thread created.
fn title_elsewhere(span: u64) -> Option<String> {
    let buffers = lock(&BUFFERS);
    let creator = buffers
        .iter()
        .find(|buffer| buffer.thread.prefix == prefix_of(span))?;
    lock(&creator.kept).title_of(span)
}

/// Calls `f` with the calling thread's buffer.
pub(super) fn with_buffer(f: impl FnOnce(&Buffer)) {
    // A thread that is being torn down has no buffer any more; what it says then is not part of a
    // lesson.
    let _ = BUFFER.try_with(|buffer| f(&buffer.get_or_init(new_buffer).0));
}

fn new_buffer() -> Own {
    let buffer = Arc::new(Buffer::new());
    if !buffer.to_pipe {
        lock(&BUFFERS).push(Arc::clone(&buffer));
    }
    Own(buffer)
}

/// Hands over the records of all threads.
pub(super) fn take_all() -> Vec<ThreadRecords> {
    let mut buffers = lock(&BUFFERS);
    let taken = buffers.iter().map(|buffer| buffer.take());
    let taken = taken.filter(|taken| !taken.pieces.is_empty()).collect();

    // Threads that have ended hold their buffer no longer.
    buffers.retain(|buffer| Arc::strong_count(buffer) > 1);
    taken
}

/// Copies the records so far, of a run that goes on.
pub(super) fn copy_all() -> Vec<ThreadRecords> {
    let buffers = lock(&BUFFERS);
    let copy = |buffer: &Arc<Buffer>| ThreadRecords {
        thread: buffer.thread.clone(),
        pieces: buffer.settled().pieces.clone(),
    };

    buffers.iter().map(copy).collect()
}

/// Adds the records that are new since the last call, of a run that goes on. The last piece of each
/// thread has the span that it created last, until that is among its records.
///
/// A thread that records waits for one piece to be copied, at most.
pub(super) fn copy_new(known: &mut Vec<ThreadRecords>) {
    let buffers = lock(&BUFFERS).clone();
    for (number, buffer) in buffers.iter().enumerate() {
        if number == known.len() {
            known.push(ThreadRecords {
                thread: buffer.thread.clone(),
                pieces: vec![Vec::new(), Vec::new()],
            });
        }

        let pieces = &mut known[number].pieces;
        let pending = buffer.copy_new(&mut pieces[0]);
        pieces[1] = pending.into_iter().collect();
    }
}

/// Returns a number that no other span of this process has had.
pub(super) fn next_span(task: bool) -> u64 {
    let next = LAST_SPAN.try_with(|last| {
        if last.get() == 0 {
            last.set(NEXT_THREAD.fetch_add(1, Ordering::Relaxed) << THREAD_BITS);
        }
        last.set(last.get() + 2);
        last.get()
    });
    next.unwrap_or(u64::MAX - 1) | if task { TASK } else { 0 }
}

/// Returns the system's number for the calling thread.
#[cfg(target_os = "linux")]
pub(crate) fn thread_id() -> u64 {
    nix::unistd::gettid().as_raw().unsigned_abs().into()
}

/// Numbers threads as they appear: elsewhere the system's number cannot be had without `unsafe`.
#[cfg(not(target_os = "linux"))]
pub(crate) fn thread_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    thread_local! {
        static OWN: u64 = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    OWN.try_with(|own| *own).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::record::Place;
    use super::*;

    fn left(span: u64, closed: bool) -> Record {
        let kind = RecordKind::Left {
            panicking: false,
            closed,
        };
        Record::at(span, 0, span, kind)
    }

    #[test]
    fn copies_made_meanwhile_are_those_of_the_end() {
        let buffer = Buffer::new();
        let mut known = Vec::new();
        let mut span = 0;
        // Over several pieces, with a copy now and then.
        for count in [1, 14, 1, 1, 0, 4096, 5, 10_000] {
            for _ in 0..count {
                span += 2;
                buffer.push(left(span, false));
                buffer.close(span);
            }
            buffer.copy_new(&mut known);
            let all: Vec<Record> = (1..=span / 2).map(|n| left(2 * n, true)).collect();
            assert!(known == all, "{} of {} records", known.len(), all.len());
        }

        let taken = buffer.take().pieces.concat();
        assert!(known == taken, "{} of {} records", known.len(), taken.len());
    }

    #[test]
    fn a_span_that_another_thread_entered_is_among_the_copies() {
        let buffer = Buffer::new();
        let mut known = Vec::new();
        buffer.push(left(2, false));
        let opened = || {
            let place = Place {
                name: "made here",
                file: "",
                line: 0,
            };
            Opened {
                parent: 0,
                source: Source::Child(Box::leak(Box::new(place))),
                fields: None,
            }
        };
        buffer.create(4, 4, opened());

        let created = Record::at(4, 0, 4, RecordKind::Created(opened()));
        for _ in 0..2 {
            assert_eq!(buffer.copy_new(&mut known), Some(created.clone()));
            assert_eq!(known, [left(2, false)]);
        }
        buffer.push(left(6, false));
        assert_eq!(buffer.copy_new(&mut known), None);
        assert_eq!(known, [left(2, false), created, left(6, false)]);
    }
}
