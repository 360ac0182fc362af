//! The thread that watches a run.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use system::{Record, Switches};

use super::exact::{self, Threads};
use super::last;
use super::look::{Looker, Looks};
use super::sampled;
use crate::lock::lock;
use crate::measure::{Usage, used_by_thread};
use crate::trace::model::Source;
use crate::trace::{buffer, children, clock};

/// The time between two looks where looking is all there is.
pub(crate) const STEP: Duration = Duration::from_millis(5);
/// The time between two looks beside exact records, for reasons alone.
const LONG_STEP: Duration = Duration::from_millis(10);

/// The most records that are kept: a run with more of them is told by its spans.
const MOST_RECORDS: usize = 1_000_000;

/// The most times that opening is tried again because a thread was started meanwhile.
const MOST_TRIES: usize = 3;

/// The longest wait for an answer of the watching thread, which looks every few milliseconds.
const PATIENCE: Duration = Duration::from_millis(50);

/// Switches the exact way off, or both: for tests of what is done without.
const VARIABLE: &str = "COURSE_STATES";

/// A thread that watches a run until it is told to stop.
pub(in crate::trace) struct Watch {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<Seen>>,
}

#[derive(Default)]
struct Shared {
    orders: Mutex<Orders>,
    told: Condvar,
    /// Whether it has begun to see.
    is_ready: AtomicBool,
}

/// The orders to the watching thread.
#[derive(Default)]
struct Orders {
    stopped: bool,
    /// The receiver of what was seen so far.
    asked: Option<Sender<Seen>>,
    /// Threads of ours that are no part of the run.
    hidden: BTreeSet<u64>,
}

/// Asks a [`Watch`] for what it has seen so far.
pub(in crate::trace) struct Asker(Arc<Shared>);

impl Asker {
    /// Returns what was seen so far; `None` if there is no answer. The thread that asks is no part of
    /// the run.
    pub(in crate::trace) fn so_far(&self) -> Option<Seen> {
        let (sender, receiver) = channel();
        let mut orders = lock(&self.0.orders);
        orders.asked = Some(sender);
        orders.hidden.insert(buffer::thread_id());
        drop(orders);

        self.0.told.notify_one();
        receiver.recv_timeout(PATIENCE).ok()
    }
}

/// The system's words about a run.
#[derive(Clone)]
pub(in crate::trace) struct Seen {
    source: Source,
    records: Vec<Record>,
    looks: Looks,
    /// The moment from which all is seen.
    since_ns: u64,
    /// The watching thread, and others that are no part of the run.
    hidden: BTreeSet<u64>,
    /// The resources that watching took.
    used: Usage,
}

impl Watch {
    /// Starts to watch this process and its children; `None` where the system shows nothing.
    pub(in crate::trace) fn start() -> Option<Watch> {
        let way = std::env::var(VARIABLE).unwrap_or_default();
        if way == "spans" || !Looker::is_possible() {
            return None;
        }

        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        let thread = thread::Builder::new().name("watch".into());
        let thread = thread.spawn(move || watch(way != "sampled", &own)).ok()?;
        let thread = Some(thread);

        Some(Watch { shared, thread })
    }

    /// Stops, and returns what was seen; `None` if the run was over before that began.
    pub(in crate::trace) fn finish(mut self) -> Option<Seen> {
        self.stop();
        let is_ready = self.shared.is_ready.load(Ordering::SeqCst);
        let thread = self.thread.take().filter(|_| is_ready)?;
        thread.join().ok()
    }

    /// Returns a way to ask for what was seen so far.
    pub(in crate::trace) fn asker(&self) -> Asker {
        Asker(Arc::clone(&self.shared))
    }

    fn stop(&self) {
        lock(&self.shared.orders).stopped = true;
        self.shared.told.notify_one();
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Opens the records of switches, not on the thread that starts the run: the first program that asks
/// for them waits for the system, for some ten milliseconds.
fn open() -> Option<Switches> {
    // That wait is in the first of two. The second is quick: no thread starts unseen meanwhile.
    let first = Switches::open().ok()?;
    let mut threads = threads();

    for _ in 0..MOST_TRIES {
        let switches = Switches::open().ok()?;
        let before = std::mem::replace(&mut threads, self::threads());
        if before == threads {
            return Some(switches);
        }
    }

    Some(first)
}

/// Returns the numbers of this process's threads.
fn threads() -> BTreeSet<OsString> {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten();
    let names = threads.filter_map(|thread| Some(thread.ok()?.file_name()));
    names.collect()
}

fn watch(is_exact_wanted: bool, shared: &Shared) -> Seen {
    let mut switches = if is_exact_wanted { open() } else { None };
    let is_exact = switches.is_some();
    let pause = if is_exact { LONG_STEP } else { STEP };
    let mut looker = Looker::new(!is_exact);
    let mut seen = Seen {
        source: if is_exact {
            Source::Exact
        } else {
            Source::Sampled
        },
        records: Vec::new(),
        looks: Looks::new(),
        since_ns: clock::now_ns(),
        hidden: BTreeSet::from([buffer::thread_id()]),
        used: Usage::default(),
    };
    shared.is_ready.store(true, Ordering::SeqCst);
    if is_exact {
        last::start();
    }

    loop {
        let mut pids = vec![std::process::id()];
        pids.extend(children::living());
        looker.look(&pids);
        if let Some(switches) = &mut switches {
            seen.records.extend(switches.take());
        }

        let mut orders = lock(&shared.orders);
        seen.hidden.append(&mut orders.hidden);
        if orders.stopped || seen.records.len() > MOST_RECORDS {
            break;
        }
        if let Some(asker) = orders.asked.take() {
            let looks = looker.looks().clone();
            // An asker that waits no longer has no need of it.
            let _ = asker.send(Seen {
                looks,
                ..seen.clone()
            });
        }
        let waited = shared.told.wait_timeout(orders, pause);
        drop(waited);
    }

    seen.looks = looker.finish(last::take());
    seen.used = used_by_thread();
    seen
}

impl Seen {
    /// Returns the resources that watching took.
    pub(in crate::trace) fn used(&self) -> Usage {
        self.used
    }

    /// Returns the stretches of all threads but the watching one, and how they were measured.
    pub(super) fn threads(&self, start_ns: u64, end_ns: u64) -> (Source, Threads) {
        let mut threads = match self.source {
            Source::Exact if self.is_complete() => exact::stretches(
                &self.records,
                &self.looks,
                start_ns.max(self.since_ns),
                end_ns,
            ),
            Source::Sampled => sampled::stretches(&self.looks),
            Source::Exact | Source::Spans => return (Source::Spans, Threads::new()),
        };
        threads.retain(|tid, _| !self.hidden.contains(tid));
        (self.source, threads)
    }

    fn is_complete(&self) -> bool {
        let lost = |record: &Record| matches!(record, Record::Lost { .. });
        self.records.len() <= MOST_RECORDS && !self.records.iter().any(lost)
    }
}
