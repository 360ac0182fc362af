//! A walk through the records of a process, in the order of time.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::iter::Peekable;

use super::lanes::Lanes;
use super::span::RawSpan;
use crate::trace::model::{Kind, Link, LogLine, Slice};
use crate::trace::record::{
    Line, Opened, Record, RecordKind, Thread, ThreadRecords, is_task, prefix_of,
};

/// Hands out the time of a process's threads: to their own lanes, and to the tasks that they poll.
pub(super) struct Walk<'a> {
    lanes: &'a mut Lanes,
    pid: u32,
    spans: HashMap<u64, RawSpan>,
    threads: Vec<OneThread>,
    records: Vec<Peekable<Box<dyn Iterator<Item = Record>>>>,
}

/// The state of one thread at a moment of the walk.
struct OneThread {
    thread: Thread,
    lane: usize,
    /// Whether the lane still waits for its first span to be named after.
    unnamed: bool,
    /// The spans that it is inside of, innermost last.
    inside: Vec<Entry>,
    /// The record before.
    before: Option<Moment>,
}

/// A span that a thread is inside of.
#[derive(Clone, Copy)]
struct Entry {
    span: u64,
    lane: usize,
    /// The thread's CPU time at its entry.
    cpu: u64,
}

/// The time of a record.
struct Moment {
    t: u64,
    cpu: u64,
    /// Whether the lane was seen to run then.
    runs: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn new(lanes: &'a mut Lanes, pid: u32) -> Walk<'a> {
        Walk {
            lanes,
            pid,
            spans: HashMap::new(),
            threads: Vec::new(),
            records: Vec::new(),
        }
    }

    /// Adds a thread; the first one of a child process has the lane of its process.
    pub(super) fn add_thread(&mut self, records: ThreadRecords, process_lane: Option<usize>) {
        let first_ns = records.first().map_or(0, |record| record.t);
        let ThreadRecords { thread, pieces } = records;
        let process_lane = process_lane.filter(|_| thread.first);
        let lane = process_lane.unwrap_or_else(|| {
            let name = thread.name.clone();
            let name = name.unwrap_or_else(|| thread.default_name());
            self.lanes
                .add(&name, Kind::Thread, self.pid, thread.tid, first_ns)
        });

        self.threads.push(OneThread {
            lane,
            unnamed: thread.name.is_none() && process_lane.is_none(),
            thread,
            inside: Vec::new(),
            before: None,
        });
        let parts = pieces.into_iter().flatten().flat_map(Record::parts);
        let parts: Box<dyn Iterator<Item = Record>> = Box::new(parts);

        self.records.push(parts.peekable());
    }

    /// Takes in the records of all threads together, by time: a task goes from one to another.
    pub(super) fn run(&mut self) {
        let firsts = self.records.iter_mut().enumerate();
        let mut next: BinaryHeap<Reverse<(u64, usize)>> = firsts
            .filter_map(|(number, records)| Some(Reverse((records.peek()?.t, number))))
            .collect();

        while let Some(Reverse((_, number))) = next.pop() {
            if let Some(record) = self.records[number].next() {
                self.take(number, record);
            }
            if let Some(record) = self.records[number].peek() {
                next.push(Reverse((record.t, number)));
            }
        }
    }

    /// Returns the spans that were never closed, by their numbers.
    pub(super) fn finish(self) -> Vec<(u64, RawSpan)> {
        let mut spans: Vec<(u64, RawSpan)> = self.spans.into_iter().collect();
        spans.sort_unstable_by_key(|(span, _)| *span);
        spans
    }

    fn take(&mut self, number: usize, record: Record) {
        let Record { span, t, cpu, kind } = record;
        // A span that is only created is recorded without a look at the CPU clock.
        if let RecordKind::Created(opened) = kind {
            self.create(span, t, opened);
            return;
        }
        if kind == RecordKind::Woken {
            self.wake(number, span, t);
            return;
        }

        let one = &self.threads[number];
        if let Some(before) = &one.before {
            let slice = Slice {
                start_ns: before.t,
                end_ns: t,
                cpu_ns: cpu.saturating_sub(before.cpu),
                mark: before.runs,
                tid: one.thread.tid,
            };
            self.slice(number, slice);
        }

        let runs = self.apply(number, span, t, cpu, kind);
        self.threads[number].before = Some(Moment { t, cpu, runs });
    }

    fn create(&mut self, span: u64, t: u64, opened: Opened) {
        let mut raw = RawSpan::new(opened, t);
        if let Some(task) = raw.task() {
            let lane = self.lanes.add(task, Kind::Task, self.pid, 0, t);
            raw.lane = Some(lane);
            raw.job = true;
        }

        self.spans.insert(span, raw);
    }

    /// Adds the wake of a task, by the lane that the thread is in just now.
    fn wake(&mut self, number: usize, span: u64, t_ns: u64) {
        let Some(lane) = self.spans.get(&span).and_then(|raw| raw.lane) else {
            return;
        };
        let by = self.threads[number].inside.last().map(|entry| entry.lane);
        self.lanes.wake(lane, t_ns, by);
    }

    /// Adds a stretch of a thread's time to its own lane, and to the task that it polled.
    fn slice(&mut self, number: usize, slice: Slice) {
        let one = &self.threads[number];
        let Some(innermost) = one.inside.last().map(|entry| entry.lane) else {
            return;
        };
        let own = one.lane;
        let of_thread = Slice {
            mark: slice.mark && innermost == own,
            ..slice
        };

        self.lanes.add_slice(own, of_thread);
        if innermost != own {
            self.lanes.add_slice(innermost, slice);
        }
    }

    /// Takes in one record. Returns whether the lane was seen to run at that moment.
    fn apply(&mut self, number: usize, span: u64, t: u64, cpu: u64, kind: RecordKind) -> bool {
        match kind {
            RecordKind::Created(_) | RecordKind::Whole { .. } | RecordKind::Woken => false,
            RecordKind::Entered(first) => {
                if let Some(opened) = first {
                    self.create(span, t, opened);
                }
                self.enter(number, span, t, cpu)
            }
            RecordKind::Left { panicking, closed } => {
                self.leave(number, span, t, cpu, panicking);
                if closed {
                    self.close(span, t);
                }
                false
            }
            RecordKind::Closed => {
                self.close(span, t);
                false
            }
            RecordKind::Log(line) => {
                self.log(number, span, t, *line);
                true
            }
        }
    }

    fn enter(&mut self, number: usize, span: u64, t: u64, cpu: u64) -> bool {
        let one = &self.threads[number];
        let Some(raw) = self.spans.get(&span) else {
            return false;
        };
        // A span inside a task belongs to the task, whichever thread that is on; any other belongs
        // to its thread.
        let around = one.inside.last().map(|entry| entry.lane);
        let in_task = around.filter(|lane| self.lanes.kind(*lane) == Kind::Task);
        let lane = raw.lane.or(in_task).unwrap_or(one.lane);
        let is_run = raw.opened.source.is_run();
        let first = raw.entries == 0;
        let parent = raw.opened.parent;
        let created_ns = raw.start_ns;
        let around = one.inside.iter().filter(|entry| {
            let raw = self.spans.get(&entry.span);
            entry.lane == lane && raw.is_some_and(|raw| !raw.opened.source.is_run())
        });
        let depth = u16::try_from(around.count()).unwrap_or(u16::MAX);
        let on_task = self.lanes.kind(lane) == Kind::Task;

        let one = &mut self.threads[number];
        one.inside.push(Entry { span, lane, cpu });
        if one.unnamed && lane == one.lane {
            one.unnamed = false;
            self.lanes.rename(lane, raw.opened.title());
        }

        if on_task {
            self.lanes.set_tid(lane, one.thread.tid);
        }
        if let Some(raw) = self.spans.get_mut(&span) {
            if first {
                raw.lane = Some(lane);
                raw.depth = depth;
                raw.job |= depth == 0 && !is_run && !on_task;
                // A future does nothing before it is polled: that is when its work begins.
                raw.start_ns = t;
            }
            raw.pause_ns = t.saturating_sub(raw.left_ns);
            raw.entries += 1;
            raw.open = true;
        }

        if first {
            self.link(parent, created_ns, lane, t);
        }

        !is_run
    }

    fn leave(&mut self, number: usize, span: u64, t: u64, cpu: u64, panicking: bool) {
        let inside = &mut self.threads[number].inside;
        let Some(at) = inside.iter().rposition(|entry| entry.span == span) else {
            return;
        };
        let entry = inside.remove(at);
        if let Some(raw) = self.spans.get_mut(&span) {
            let used = cpu.saturating_sub(entry.cpu);
            raw.cpu_ns = raw.cpu_ns.saturating_add(used);
            raw.left_ns = t;
            raw.open = false;
            raw.panicked |= panicking;
        }
    }

    fn log(&mut self, number: usize, span: u64, t_ns: u64, entry: Line) {
        let one = &self.threads[number];
        let around = one.inside.iter().rfind(|around| around.span == span);
        let inside = around.map(|around| around.lane);
        let of_span = || self.spans.get(&span)?.lane;
        let lane = inside.or_else(of_span).unwrap_or(one.lane);

        if let Some(text) = entry.sends {
            self.lanes.message(text, true, lane, t_ns);
        }
        if let Some(text) = entry.receives {
            self.lanes.message(text, false, lane, t_ns);
        }

        // Only the two ends of a message have no text.
        if !entry.message.is_empty() {
            self.lanes.log(LogLine {
                t_ns,
                lane,
                message: entry.message,
            });
        }
    }

    /// Links a span to its parent's lane if that is another one: it was started from there.
    fn link(&mut self, parent: u64, from_ns: u64, to_lane: usize, to_ns: u64) {
        let known = self.spans.get(&parent).and_then(|raw| raw.lane);
        // A closed parent has no entry; its number still tells the thread that created it.
        let by_number = || {
            let mut threads = self.threads.iter().filter(|_| parent != 0);
            let creator = threads.find(|one| one.thread.prefix == prefix_of(parent))?;
            Some(creator.lane)
        };

        let Some(from_lane) = known.or_else(by_number) else {
            return;
        };

        if from_lane != to_lane {
            self.lanes.link(Link {
                label: self.lanes.name(to_lane).to_owned(),
                from_lane,
                from_ns,
                to_lane,
                to_ns,
            });
        }
    }

    fn close(&mut self, span: u64, t: u64) {
        if let Some(mut raw) = self.spans.remove(&span) {
            // A task ends when its future is dropped; any other span when it was last left.
            raw.end_ns = Some(if is_task(span) { t } else { raw.left_ns });
            self.lanes.close(raw, None);
        }
    }
}
