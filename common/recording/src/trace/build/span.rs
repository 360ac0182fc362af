//! A span while it is being put together.

use std::borrow::Cow;

use crate::trace::model::{End, Mark, SourceLine, Span};
use crate::trace::record::{Fields, Opened};

/// A task's future that was dropped longer than this after its last poll did not end by itself.
const DROPPED_LATER_NS: u64 = 100_000;

/// A span while it is being put together.
pub(super) struct RawSpan {
    pub(super) opened: Opened,
    pub(super) start_ns: u64,
    pub(super) end_ns: Option<u64>,
    pub(super) cpu_ns: u64,
    pub(super) entries: u32,
    /// Its lane, known once it is entered.
    pub(super) lane: Option<usize>,
    pub(super) depth: u16,
    pub(super) job: bool,
    /// The last time it was left.
    pub(super) left_ns: u64,
    /// The time between then and its next entry.
    pub(super) pause_ns: u64,
    /// Whether a thread is inside.
    pub(super) open: bool,
    pub(super) panicked: bool,
}

impl RawSpan {
    pub(super) fn new(opened: Opened, start_ns: u64) -> RawSpan {
        RawSpan {
            opened,
            start_ns,
            end_ns: None,
            cpu_ns: 0,
            entries: 0,
            lane: None,
            depth: 0,
            job: false,
            left_ns: start_ns,
            pause_ns: 0,
            open: false,
            panicked: false,
        }
    }

    fn fields(&self) -> Option<&Fields> {
        self.opened.fields.as_deref()
    }

    /// Returns the name of the task whose lane it begins.
    pub(super) fn task(&self) -> Option<&str> {
        self.fields()?.task.as_deref()
    }

    /// Counts the polls of a task.
    ///
    /// `tracing`'s `Instrumented` enters its span once more to drop the future inside it: that is
    /// not a poll.
    fn polls(&self) -> u32 {
        match self.task() {
            None => 0,
            Some(_) if self.entries > 1 && self.end_ns.is_some() => self.entries - 1,
            Some(_) => self.entries,
        }
    }

    pub(super) fn end(&self) -> End {
        match self.end_ns {
            _ if self.panicked => End::Panicked,
            None => End::StillRunning,
            Some(_) if self.task().is_some() && self.pause_ns > DROPPED_LATER_NS => End::Cancelled,
            Some(_) => End::Returned,
        }
    }

    fn mark(&self) -> Option<Mark> {
        let fields = self.fields()?;
        let waits_for = fields.waits_for.clone().map(Mark::WaitsFor);
        waits_for.or_else(|| fields.holds.clone().map(Mark::Holds))
    }

    pub(super) fn finish(self, died_ns: Option<u64>) -> Span {
        let place = self.opened.source.place();
        let plain = self.fields().is_none_or(|fields| fields.others.is_empty());

        Span {
            name: if plain {
                Cow::Borrowed(place.name)
            } else {
                Cow::Owned(self.opened.title())
            },
            start_ns: self.start_ns,
            end_ns: self.end_ns.or(died_ns).map(|end| end.max(self.start_ns)),
            cpu_ns: self.cpu_ns,
            polls: self.polls(),
            depth: self.depth,
            job: self.job,
            mark: self.mark().map(Box::new),
            at: SourceLine {
                file: place.file,
                line: place.line,
            },
        }
    }
}
