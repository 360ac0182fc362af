//! A recording from its start to the finished [`Trace`].

use super::live::{self, Show};
use super::model::Trace;
use super::reader::Reader;
use super::states::{self, Watch};
use super::{buffer, build, children, clock};
use crate::measure::Usage;

/// A recording that is going on. There is one at a time.
pub struct Recording {
    start_ns: u64,
    /// The thread that watches the states of all others, in a detailed recording.
    watch: Option<Watch>,
}

impl Recording {
    /// Starts afresh. `show` is called for each log line, by the thread that wrote it.
    ///
    /// Without `detailed` no CPU times are read and no states watched: enough for a verdict.
    pub fn start(show: Show, detailed: bool) -> Recording {
        let watch = if detailed { Watch::start() } else { None };
        Recording {
            watch,
            ..Recording::unwatched(show, detailed)
        }
    }

    /// Starts afresh, without a thread that watches states.
    pub(super) fn unwatched(show: Show, detailed: bool) -> Recording {
        // Records of an earlier run, or of the one it is compared with, are not part of this one.
        drop(children::take());
        live::stop();
        drop(buffer::take_all());

        let start_ns = clock::now_ns();
        live::start(Some(show), detailed);
        Recording {
            start_ns,
            watch: None,
        }
    }

    /// Returns the time of its start.
    pub fn start_ns(&self) -> u64 {
        self.start_ns
    }

    /// Returns a way to read it while it goes on.
    pub fn reader(&self) -> Reader {
        Reader::new(self.start_ns, self.watch.as_ref().map(Watch::asker))
    }

    /// Ends it and puts together what was collected; beside it, the resources that watching took.
    pub fn finish(self) -> (Trace, Usage) {
        self.finish_at(clock::now_ns())
    }

    /// Ends it as of a moment before, at which the run ended.
    pub fn finish_at(self, end_ns: u64) -> (Trace, Usage) {
        live::stop();
        let own = buffer::take_all();
        let children = children::take();
        let seen = self.watch.and_then(Watch::finish);
        let mut trace = build::trace(self.start_ns, end_ns, std::process::id(), own, children);
        let mut used = Usage::default();
        if let Some(seen) = seen {
            states::assign(&mut trace, &seen);
            used = seen.used();
        }
        (trace, used)
    }
}

/// Returns what this process has recorded so far in a run that goes on.
pub fn so_far() -> Trace {
    let own = buffer::copy_all();
    build::trace(0, clock::now_ns(), std::process::id(), own, Vec::new())
}
