//! Recording a run: who did what from when to when, and how much of it was computing.
//!
//! Lessons write `info_span!` and `info!` of the `tracing` crate, as any program does; a layer of ours collects
//! them. A span belongs to the *lane* of its thread, or of its task: a span with a field `task` (such as
//! `info_span!("call", task = "News API")`) begins a lane of that name, and goes with the future that it
//! instruments from thread to thread. A child process started with [`crate::process::spawn`] sends its records
//! through a pipe that it inherits, as they happen.

mod build;
mod clock;
mod layer;
mod record;

use std::io::{BufRead, BufReader, Read};

pub(crate) use clock::now_ns;
pub(crate) use layer::{RUN, install, install_in_child, open_spans};
pub(crate) use record::{LONGEST_LINE, Record, Thread};

use crate::process::How;

/// A finished recording. Times are nanoseconds on `CLOCK_MONOTONIC`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// When the run began.
    pub start_ns: u64,
    /// When it ended.
    pub end_ns: u64,
    /// In the order in which they first did something, the main thread first.
    pub lanes: Vec<Lane>,
    /// In the order of time.
    pub log: Vec<LogLine>,
}

/// What a lane stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A thread of this or of a child process.
    Thread,
    /// A child process, by its first thread.
    Process,
    /// An async task, whichever thread polls it.
    Task,
}

impl Kind {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Thread => "thread",
            Kind::Process => "process",
            Kind::Task => "task",
        }
    }
}

/// One row of the timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// The thread's, process's or task's name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// The process that it ran in.
    pub pid: u32,
    /// The thread; for a task the one that polled it last, 0 if none did.
    pub tid: u64,
    /// By start.
    pub spans: Vec<Span>,
    /// The same time cut at every moment that something was written down, in order, without overlap.
    pub slices: Vec<Slice>,
    /// How the process ended, where the lane is one and it has ended.
    pub ended: Option<How>,
}

/// A named stretch of a lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Its name, with the values of its fields.
    pub name: String,
    /// When it began; for a task, when it was created.
    pub start_ns: u64,
    /// When it ended; `None` if it had not when the recording did.
    pub end_ns: Option<u64>,
    /// CPU time spent inside it.
    pub cpu_ns: u64,
    /// How many times the executor polled it, where it is a task's; otherwise 0.
    pub polls: u32,
    /// How many spans of the same lane are around it.
    pub depth: u16,
    /// It is a job: outermost on its lane, and not the run itself.
    pub job: bool,
}

/// A stretch of a lane between two records, with the CPU time that was measured in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slice {
    /// Its start.
    pub start_ns: u64,
    /// Its end.
    pub end_ns: u64,
    /// CPU time of the thread in between.
    pub cpu_ns: u64,
    /// At its start the lane was seen to run: a span began there, a log line was written or a task was polled.
    pub mark: bool,
}

/// A log line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// When it was written.
    pub t_ns: u64,
    /// The name of the lane that wrote it.
    pub lane: String,
    /// What it says.
    pub message: String,
}

impl Trace {
    /// Seconds since the run began; 0 for what came before.
    pub fn seconds(&self, t_ns: u64) -> f64 {
        t_ns.saturating_sub(self.start_ns) as f64 / 1e9
    }

    /// The jobs' own wall time, added up, in seconds: what doing them one after the other costs.
    pub fn work_s(&self) -> f64 {
        let jobs = self.lanes.iter().flat_map(|lane| &lane.spans).filter(|span| span.job);
        jobs.map(|span| span.end_ns.unwrap_or(self.end_ns).saturating_sub(span.start_ns) as f64 / 1e9).sum()
    }
}

/// What is known of one child process.
#[derive(Debug)]
pub(crate) struct ChildRecords {
    pub(crate) name: String,
    pub(crate) pid: u32,
    pub(crate) start_ns: u64,
    pub(crate) ended: Option<(u64, How)>,
    pub(crate) records: Vec<(Thread, Record)>,
}

/// Receives what a child sends until it closes the pipe, and shows its log lines as they come.
pub(crate) fn receive(from: impl Read, child: &std::sync::Mutex<ChildRecords>) {
    let mut from = BufReader::new(from);
    let name = lock(child).name.clone();
    let mut line = Vec::new();
    loop {
        line.clear();
        match from.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            // A record that a kill cut short has no end, and says nothing that could be trusted.
            Ok(_) if !line.ends_with(b"\n") => {}
            Ok(_) => {
                if let Some((thread, record)) = Record::from_line(&line) {
                    layer::show_child_log(&name, &thread, &record);
                    lock(child).records.push((thread, record));
                }
            }
        }
    }
}

/// A recording that is going on. There is one at a time.
pub(crate) struct Recording {
    start_ns: u64,
}

impl Recording {
    /// Starts afresh. `show` is called for each log line, by the thread that wrote it.
    pub(crate) fn start(show: layer::Show) -> Recording {
        let start_ns = now_ns();
        layer::begin(show);
        Recording { start_ns }
    }

    /// When it started.
    pub(crate) fn start_ns(&self) -> u64 {
        self.start_ns
    }

    /// Ends it and puts together what was collected.
    pub(crate) fn finish(self) -> Trace {
        let end_ns = now_ns();
        let own = layer::end();
        let children = crate::process::take_records();
        build::trace(self.start_ns, end_ns, std::process::id(), &own, &children)
    }
}

pub(crate) fn lock<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // Everything behind these locks is valid after each single push: a panic elsewhere is no reason to lose it.
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
