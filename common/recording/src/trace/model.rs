//! The model of a finished run: lanes, spans, slices, log lines, links.

use std::borrow::Cow;
use std::fmt;
use std::sync::Mutex;

use crate::lock::lock;
use crate::process::exit::Exit;

/// A finished recording. Times are nanoseconds on `CLOCK_MONOTONIC`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// The start of the run.
    pub start_ns: u64,
    /// The end of the run.
    pub end_ns: u64,
    /// The lanes, in the order in which they first did something, the main thread first.
    pub lanes: Vec<Lane>,
    /// The log, in the order of time.
    pub log: Vec<LogLine>,
    /// Arrows to what was started, and from a sending to its receipt; in the order of time.
    pub links: Vec<Link>,
    /// The way in which the lanes' states were measured.
    pub source: Source,
    /// The turns of threads on cores, in the order of time; empty where they are not known.
    pub turns: Vec<Turn>,
}

impl Trace {
    /// Returns the seconds since the run began; 0 before it.
    pub fn seconds(&self, t_ns: u64) -> f64 {
        t_ns.saturating_sub(self.start_ns) as f64 / 1e9
    }

    /// Returns the seconds from the start of the run to its end.
    pub fn length_s(&self) -> f64 {
        self.seconds(self.end_ns)
    }

    /// Returns the end of a span, or of the run if that was earlier.
    pub fn end_of(&self, span: &Span) -> u64 {
        span.end_ns.unwrap_or(self.end_ns)
    }

    /// Adds up the jobs' own wall times, in seconds: the price of doing them one after the other.
    pub fn work_s(&self) -> f64 {
        let jobs = self.lanes.iter().flat_map(Lane::jobs);
        let lengths = jobs.map(|span| self.end_of(span).saturating_sub(span.start_ns));
        lengths.sum::<u64>() as f64 / 1e9
    }
}

/// The kinds of lanes.
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
    /// Returns its name in JSON.
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
    /// The kind of lane.
    pub kind: Kind,
    /// The process that it ran in.
    pub pid: u32,
    /// The thread; for a task the one that polled it last, 0 if none did.
    pub tid: u64,
    /// Its spans by their start.
    pub spans: Vec<Span>,
    /// The same time cut at the moment of every record, in order, without overlap.
    pub slices: Vec<Slice>,
    /// The states in which it was, in order, without overlap; empty where only spans are known.
    pub states: Vec<Stretch>,
    /// The calls of a task's waker, by time.
    pub woken: Vec<Woken>,
    /// The way in which it ended, as far as the recording knows.
    pub ended: End,
}

/// The state of a lane at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// A core works for it.
    Computing,
    /// It could go on, but other threads have the cores; or it is a task that was woken and not
    /// polled yet.
    InLine,
    /// It waits for an event.
    Waiting,
}

impl State {
    /// Returns its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            State::Computing => "computing",
            State::InLine => "in line",
            State::Waiting => "waiting",
        }
    }
}

/// A time in which a lane was in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The state.
    pub state: State,
    /// Its start.
    pub start_ns: u64,
    /// Its end.
    pub end_ns: u64,
    /// The core, where it is known.
    pub core: Option<u32>,
    /// The kind of event that it waited for, as the system names it, where it is known.
    pub reason: Option<&'static str>,
}

/// A call of a task's waker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Woken {
    /// The moment.
    pub t_ns: u64,
    /// The index in [`Trace::lanes`] of the lane that called it; none if its thread was in no span.
    pub by: Option<usize>,
}

/// The way in which states were measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// By the system's record of each context switch.
    Exact,
    /// By a look at each thread every few milliseconds.
    Sampled,
    /// By the CPU clock at the edges of spans.
    #[default]
    Spans,
}

impl Source {
    /// Returns its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Source::Exact => "exact",
            Source::Sampled => "sampled",
            Source::Spans => "spans",
        }
    }
}

/// A turn of a thread on a core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The core.
    pub core: u32,
    /// The thread.
    pub tid: u64,
    /// The index in [`Trace::lanes`] of the thread's lane, if it has one.
    pub lane: Option<usize>,
    /// Its start.
    pub start_ns: u64,
    /// Its end.
    pub end_ns: u64,
}

impl Lane {
    /// Returns the spans that are jobs.
    pub fn jobs(&self) -> impl Iterator<Item = &Span> {
        self.spans.iter().filter(|span| span.job)
    }

    /// Returns a task's polls: slices of the same thread without a gap.
    pub fn polls(&self) -> Vec<Slice> {
        let mut polls: Vec<Slice> = Vec::new();
        for slice in &self.slices {
            match polls.last_mut() {
                Some(last) if last.end_ns == slice.start_ns && last.tid == slice.tid => {
                    last.end_ns = slice.end_ns;
                    last.cpu_ns = last.cpu_ns.saturating_add(slice.cpu_ns);
                }
                _ => polls.push(*slice),
            }
        }

        polls
    }
}

/// The way in which a lane ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It did all that it had to do.
    Returned,
    /// It panicked.
    Panicked,
    /// A task whose future was dropped some time after its last poll.
    ///
    /// It was cancelled while it waited, unless it had come to its end then and was kept for a
    /// while: from outside the two look the same.
    Cancelled,
    /// It is a process, and ended like this.
    Process(Exit),
    /// It had not ended when the recording did.
    StillRunning,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Returned => f.write_str("returned"),
            End::Panicked => f.write_str("panicked"),
            End::Cancelled => {
                f.write_str("was dropped after its last poll (cancelled, unless it was done)")
            }
            End::Process(exit) => exit.fmt(f),
            End::StillRunning => f.write_str("was still running"),
        }
    }
}

/// A named stretch of a lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Its name, with the values of its fields.
    pub name: Cow<'static, str>,
    /// The moment of its first entry: a task does nothing before it is polled.
    pub start_ns: u64,
    /// Its end; `None` if the recording ended before it.
    pub end_ns: Option<u64>,
    /// CPU time spent inside it.
    pub cpu_ns: u64,
    /// The executor's polls of a task's span; 0 for any other.
    pub polls: u32,
    /// The number of spans of the same lane around it.
    pub depth: u16,
    /// Whether it is a job: outermost on its lane, and not the run itself.
    pub job: bool,
    /// Its meaning for other lanes, if it has one.
    pub mark: Option<Box<Mark>>,
    /// Its place in the source.
    pub at: SourceLine,
}

/// The meaning of a span for other lanes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The lane waits for this.
    WaitsFor(String),
    /// The lane has this, and no other can.
    Holds(String),
}

/// A line of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SourceLine {
    /// The file, as the compiler was told.
    pub file: &'static str,
    /// The line, from 1; 0 where it is not known.
    pub line: u32,
}

impl SourceLine {
    /// Reads `file:line`, of a run that was kept. The file's name lives as long as the program.
    pub fn known(text: &str) -> SourceLine {
        let (file, line) = text.rsplit_once(':').unwrap_or((text, ""));
        SourceLine {
            file: known_file(file),
            line: line.parse().unwrap_or(0),
        }
    }
}

/// Returns the one copy of a file's name, of a few hundred at most.
fn known_file(file: &str) -> &'static str {
    static FILES: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());
    let mut files = lock(&FILES);
    match files.iter().find(|known| **known == file) {
        Some(known) => known,
        None if files.len() >= 500 || file.is_empty() => "",
        None => {
            let file: &'static str = Box::leak(file.to_owned().into_boxed_str());
            files.push(file);
            file
        }
    }
}

impl fmt::Display for SourceLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
    /// The index in [`Trace::lanes`] of the lane where it begins.
    pub from_lane: usize,
    /// The time there.
    pub from_ns: u64,
    /// The index of the lane where it ends.
    pub to_lane: usize,
    /// The time there.
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
    /// Whether the lane was seen to run at its start: a span began there, a log line was written or
    /// a task was polled.
    pub mark: bool,
    /// The thread that it was measured on.
    pub tid: u64,
}

/// A log line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// The moment it was written.
    pub t_ns: u64,
    /// The index in [`Trace::lanes`] of the lane that wrote it.
    pub lane: usize,
    /// Its text.
    pub message: String,
}
