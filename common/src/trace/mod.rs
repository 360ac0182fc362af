//! Recording a run: who did what from when to when, and how much of it was computing.
//!
//! Lessons write `info_span!` and `info!` of the `tracing` crate, as any program does; a subscriber of ours collects
//! them. A span belongs to the *lane* of its thread, or of its task: a span with a field `task` (such as
//! `info_span!("call", task = "News API")`) begins a lane of that name, and goes with the future that it
//! instruments from thread to thread. A child process started with [`crate::process::spawn`] sends its records
//! through a pipe that it inherits, as they happen.
//!
//! Some fields mean something to the drawing:
//!
//! | field | on | means |
//! |---|---|---|
//! | `task = NAME` | a span | it begins the lane of a task |
//! | `waits_for = WHAT` | a span | inside it the lane may have to wait for a lock, a queue, a channel |
//! | `holds = WHAT` | a span | inside it nobody else can have that |
//! | `sends = TEXT`, `receives = TEXT` | a log line | the two ends of a message, for an arrow between them |

mod build;
mod clock;
#[cfg(test)]
pub(crate) mod made_up;
mod record;
mod recorder;

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read};

pub(crate) use clock::now_ns;
pub(crate) use record::{LONGEST_LINE, RUN, Record, Thread};
pub(crate) use recorder::{install, install_in_child, is_recording, thread_id};

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
    /// From what started something to what was started, and from a sending to its receipt; in the order of time.
    pub links: Vec<Link>,
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
    /// How it ended, as far as the recording knows.
    pub ended: End,
}

/// How a lane ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It did all that it had to do.
    Returned,
    /// It panicked.
    Panicked,
    /// A task whose future went away some time after it was last polled. It was cancelled while it waited, unless it
    /// had come to its end then and was kept for a while: from outside the two look the same.
    Cancelled,
    /// It is a process, and ended like this.
    Process(How),
    /// It had not ended when the recording did.
    StillRunning,
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            End::Returned => f.write_str("returned"),
            End::Panicked => f.write_str("panicked"),
            End::Cancelled => {
                f.write_str("was dropped after its last poll (cancelled, unless it was done)")
            }
            End::Process(how) => how.fmt(f),
            End::StillRunning => f.write_str("was still running"),
        }
    }
}

/// A named stretch of a lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Its name, with the values of its fields.
    pub name: Cow<'static, str>,
    /// When it was first entered: a task does nothing before it is polled.
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
    /// What a learner must see about it.
    pub mark: Option<Box<Mark>>,
    /// Where it stands in the source.
    pub at: At,
}

/// What a span is about, where that is not its own work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It waits for this.
    WaitsFor(String),
    /// It has this, and nobody else can.
    Holds(String),
}

/// A line of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct At {
    /// The file, as the compiler was told.
    pub file: &'static str,
    /// The line, from 1; 0 where it is not known.
    pub line: u32,
}

impl std::fmt::Display for At {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.file.is_empty() {
            f.write_str("no line of source")
        } else {
            write!(f, "{}:{}", self.file, self.line)
        }
    }
}

/// An arrow from one lane to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The message, or the name of the lane that was started.
    pub label: String,
    /// The place of the lane in [`Trace::lanes`] where it begins.
    pub from_lane: usize,
    /// When.
    pub from_ns: u64,
    /// The place of the lane where it ends.
    pub to_lane: usize,
    /// When.
    pub to_ns: u64,
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
    /// The thread that it was measured on.
    pub tid: u64,
}

/// A log line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// When it was written.
    pub t_ns: u64,
    /// The place in [`Trace::lanes`] of the lane that wrote it.
    pub lane: usize,
    /// What it says.
    pub message: String,
}

impl Trace {
    /// How long the run took.
    pub fn wall_s(&self) -> f64 {
        self.seconds(self.end_ns)
    }

    /// Seconds since the run began; 0 for what came before.
    pub fn seconds(&self, t_ns: u64) -> f64 {
        t_ns.saturating_sub(self.start_ns) as f64 / 1e9
    }

    /// The jobs' own wall time, added up, in seconds: what doing them one after the other costs.
    pub fn work_s(&self) -> f64 {
        let jobs = self
            .lanes
            .iter()
            .flat_map(|lane| &lane.spans)
            .filter(|span| span.job);
        let all: u64 = jobs
            .map(|span| {
                span.end_ns
                    .unwrap_or(self.end_ns)
                    .saturating_sub(span.start_ns)
            })
            .sum();
        all as f64 / 1e9
    }
}

/// What is known of one child process.
#[derive(Debug)]
pub(crate) struct ChildRecords {
    pub(crate) name: String,
    pub(crate) pid: u32,
    pub(crate) start_ns: u64,
    /// The thread that started it.
    pub(crate) started_by: u64,
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
        match from
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)
        {
            Ok(0) | Err(_) => return,
            // A record that a kill cut short has no end, and says nothing that could be trusted.
            Ok(_) if !line.ends_with(b"\n") => {}
            Ok(_) => {
                if let Some((thread, record)) = Record::from_line(&line) {
                    recorder::show_child_log(&name, &thread, &record);
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
    /// Starts afresh. `show` is called for each log line, by the thread that wrote it. Without `detail` no CPU times
    /// are read: enough for a verdict.
    pub(crate) fn start(show: recorder::Show, detail: bool) -> Recording {
        // Children of an earlier run, or of the one it is compared with, are not part of this one.
        drop(crate::process::take_records());
        let start_ns = now_ns();
        recorder::begin(show, detail);
        Recording { start_ns }
    }

    /// When it started.
    pub(crate) fn start_ns(&self) -> u64 {
        self.start_ns
    }

    /// Ends it and puts together what was collected.
    pub(crate) fn finish(self) -> Trace {
        let end_ns = now_ns();
        let own = recorder::end();
        let children = crate::process::take_records();
        build::trace(self.start_ns, end_ns, std::process::id(), own, children)
    }
}

/// What this process has recorded so far in a run that goes on.
pub(crate) fn so_far() -> Trace {
    build::trace(
        0,
        now_ns(),
        std::process::id(),
        recorder::peek(),
        Vec::new(),
    )
}

/// What the benchmark of recording needs.
#[cfg(feature = "bench")]
#[doc(hidden)]
pub mod bench {
    /// A recording that is thrown away when dropped.
    pub struct Recording(Option<super::Recording>);

    impl Drop for Recording {
        fn drop(&mut self) {
            self.0 = None;
            drop(super::recorder::end());
        }
    }

    /// Makes the collecting subscriber the program's.
    pub fn install() {
        super::install();
    }

    /// Starts to record.
    pub fn start(detail: bool) -> Recording {
        Recording(Some(super::Recording::start(|_, _, _| {}, detail)))
    }

    /// The thread CPU clock, ns.
    pub fn cpu_clock() -> u64 {
        super::clock::thread_cpu_ns()
    }

    /// Records as many spans as told and puts them together; gives how many came out.
    pub fn spans(count: usize) -> usize {
        let recording = super::Recording::start(|_, _, _| {}, true);
        for _ in 0..count {
            let _span = tracing::info_span!("span").entered();
        }
        recording
            .finish()
            .lanes
            .iter()
            .map(|lane| lane.spans.len())
            .sum()
    }
}

pub(crate) fn lock<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // Everything behind these locks is valid after each single push: a panic elsewhere is no reason to lose it.
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
