//! The thread that watches a run.

use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use switches::{Record, Switches};

use super::exact::{self, Threads};
use super::look::{Looker, Looks};
use super::sampled;
use crate::lock::lock;
use crate::trace::model::Source;
use crate::trace::{buffer, children};

/// The time between two looks where looking is all there is.
pub(crate) const STEP: Duration = Duration::from_millis(5);
/// The time between two looks beside exact records, for reasons alone.
const LONG_STEP: Duration = Duration::from_millis(10);

/// The most records that are kept: a run with more of them is told by its spans.
const MOST_RECORDS: usize = 1_000_000;

/// Switches the exact way off, or both: for tests of what is done without.
const VARIABLE: &str = "COURSE_STATES";

/// A thread that watches a run until it is told to stop.
pub(in crate::trace) struct Watch {
    stop: Arc<(Mutex<bool>, Condvar)>,
    thread: JoinHandle<Seen>,
}

/// The system's words about a run.
pub(in crate::trace) struct Seen {
    source: Source,
    records: Vec<Record>,
    looks: Looks,
    /// The watching thread.
    tid: u64,
}

impl Watch {
    /// Starts to watch this process and its children; `None` where the system shows nothing.
    pub(in crate::trace) fn start() -> Option<Watch> {
        let wanted = std::env::var(VARIABLE).unwrap_or_default();
        if wanted == "spans" {
            return None;
        }
        let switches = if wanted == "sampled" {
            None
        } else {
            Switches::open().ok()
        };
        if switches.is_none() && !Looker::is_possible() {
            return None;
        }

        let stop = Arc::new((Mutex::new(false), Condvar::new()));
        let told = Arc::clone(&stop);
        let thread = thread::Builder::new().name("watch".into());
        let thread = thread.spawn(move || watch(switches, &told)).ok()?;
        Some(Watch { stop, thread })
    }

    /// Stops, and returns what was seen.
    pub(in crate::trace) fn finish(self) -> Option<Seen> {
        *lock(&self.stop.0) = true;
        self.stop.1.notify_one();
        self.thread.join().ok()
    }
}

fn watch(mut switches: Option<Switches>, stop: &(Mutex<bool>, Condvar)) -> Seen {
    let is_exact = switches.is_some();
    let pause = if is_exact { LONG_STEP } else { STEP };
    let mut looker = Looker::new(!is_exact);
    let mut records = Vec::new();
    loop {
        let mut pids = vec![std::process::id()];
        pids.extend(children::living());
        looker.look(&pids);
        if let Some(switches) = &mut switches {
            records.extend(switches.take());
        }

        let stopped = lock(&stop.0);
        if *stopped {
            break;
        }
        let waited = stop.1.wait_timeout(stopped, pause);
        drop(waited);
        if records.len() > MOST_RECORDS {
            break;
        }
    }

    Seen {
        source: if is_exact {
            Source::Exact
        } else {
            Source::Sampled
        },
        records,
        looks: looker.finish(),
        tid: buffer::thread_id(),
    }
}

impl Seen {
    /// Returns the stretches of all threads but the watching one, and how they were measured.
    pub(super) fn threads(&self, start_ns: u64, end_ns: u64) -> (Source, Threads) {
        let mut threads = match self.source {
            Source::Exact if self.is_complete() => {
                exact::stretches(&self.records, &self.looks, start_ns, end_ns)
            }
            Source::Sampled => sampled::stretches(&self.looks),
            Source::Exact | Source::Spans => return (Source::Spans, Threads::new()),
        };
        threads.remove(&self.tid);
        (self.source, threads)
    }

    fn is_complete(&self) -> bool {
        let lost = |record: &Record| matches!(record, Record::Lost { .. });
        self.records.len() <= MOST_RECORDS && !self.records.iter().any(lost)
    }
}
