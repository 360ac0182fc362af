//! One small record for each edge of a span and for each log line.
//!
//! Records are only collected while a run goes on; their meaning is worked out afterwards, by
//! [`super::build`].

use tracing::Metadata;

/// The target of the span that the runner puts around a whole demo. It is no job.
pub const RUN: &str = "course::run";

/// The bit of a span's number that is set if the span begins a task.
pub(super) const TASK: u64 = 1;

/// The bits of a span's number that count the spans of one thread; those above are the thread's.
pub(super) const THREAD_BITS: u32 = 40;

/// Returns whether the span of this number begins a task.
pub(super) fn is_task(span: u64) -> bool {
    span & TASK == TASK
}

/// Returns the part of a span's number that is its thread's, see [`Thread::prefix`].
pub(super) fn prefix_of(span: u64) -> u64 {
    span >> THREAD_BITS << THREAD_BITS
}

/// One record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    /// The span, by a number that its process uses once; 0 for a log line outside any.
    pub(crate) span: u64,
    /// `CLOCK_MONOTONIC`, ns.
    pub(crate) t: u64,
    /// CPU time of the thread so far, ns.
    pub(crate) cpu: u64,
    pub(crate) kind: RecordKind,
}

/// The event at the moment of a record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum RecordKind {
    /// A span came into being, and was not entered at once by the same thread.
    Created(Opened),
    /// A thread entered a span; with its description if this is the span's first record.
    Entered(Option<Opened>),
    /// A thread entered a span for the first time, and perhaps left it before its next record.
    ///
    /// Two records in one, since most spans are like this and memory is what recording costs most.
    Whole {
        /// The span around it, 0 for none.
        parent: u64,
        metadata: &'static Metadata<'static>,
        fields: Option<Box<Fields>>,
        /// Nanoseconds from this record until it was left; 0 if that is not said here.
        wall: u32,
        /// CPU time in between.
        cpu: u32,
        /// Whether the span is over.
        closed: bool,
    },
    /// A thread left a span; it may enter it again.
    Left {
        /// Whether a panic was the reason.
        panicking: bool,
        /// Whether the span is over, as it usually is at the same moment.
        closed: bool,
    },
    /// A span is over that was left before.
    Closed,
    /// A task's span may be entered again: its waker was called, by this thread.
    Woken,
    /// A log line, in the record's span.
    Log(Box<Line>),
}

/// The description of a span. Small, because there may be a million of them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Opened {
    /// The span around it, 0 for none.
    pub(crate) parent: u64,
    pub(crate) source: Source,
    /// The values of its fields, if it has any.
    pub(crate) fields: Option<Box<Fields>>,
}

impl Opened {
    /// Returns the span's name, followed by the values of its fields.
    pub(crate) fn title(&self) -> String {
        let others = self.fields.as_ref().map_or("", |fields| &fields.others);
        self.source.place().name.to_owned() + others
    }
}

/// The origin of a span.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Source {
    /// This program.
    Own(&'static Metadata<'static>),
    /// A child.
    Child(&'static Place),
}

/// A line of a child's source, and the name of the span there.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) name: &'static str,
    pub(crate) file: &'static str,
    pub(crate) line: u32,
}

impl Source {
    pub(crate) fn place(self) -> Place {
        match self {
            Source::Own(metadata) => Place {
                name: metadata.name(),
                file: metadata.file().unwrap_or_default(),
                line: metadata.line().unwrap_or_default(),
            },
            Source::Child(&Place { name, file, line }) => Place { name, file, line },
        }
    }

    /// Returns whether it is the runner's own span, around a whole demo.
    pub(crate) fn is_run(self) -> bool {
        matches!(self, Source::Own(metadata) if metadata.target() == RUN)
    }
}

/// The values of a span's or a log line's fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    /// The values of all fields without a meaning of their own, each with a space before it.
    pub(crate) others: String,
    /// `task`: the span begins the lane of a task.
    pub(crate) task: Option<String>,
    /// `waits_for`: the thing that it may have to wait for.
    pub(crate) waits_for: Option<String>,
    /// `holds`: the thing that no other lane can have meanwhile.
    pub(crate) holds: Option<String>,
    /// `sends`: a message, by any text that both sides know.
    pub(crate) sends: Option<String>,
    /// `receives`: the same at its other end.
    pub(crate) receives: Option<String>,
}

/// A log line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) message: String,
    pub(crate) sends: Option<String>,
    pub(crate) receives: Option<String>,
}

/// The thread that wrote records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Thread {
    /// The system's number for it.
    pub(crate) tid: u64,
    /// The first bits of the numbers of the spans that it creates.
    pub(crate) prefix: u64,
    /// The name that it was started with, if any.
    pub(crate) name: Option<String>,
    /// Whether it is the one that its process began with.
    pub(crate) first: bool,
}

impl Thread {
    /// Returns the name of a thread without one, before its first span.
    pub(crate) fn default_name(&self) -> String {
        format!("thread {}", self.tid)
    }
}

/// All records of a thread, in pieces.
#[derive(Clone, Debug)]
pub(crate) struct ThreadRecords {
    pub(crate) thread: Thread,
    pub(crate) pieces: Vec<Vec<Record>>,
}

impl ThreadRecords {
    pub(crate) fn first(&self) -> Option<&Record> {
        self.pieces.first()?.first()
    }
}

impl Record {
    #[inline]
    pub(crate) fn at(t: u64, cpu: u64, span: u64, kind: RecordKind) -> Record {
        Record { span, t, cpu, kind }
    }

    /// Returns the title of its span, if this record describes it.
    pub(crate) fn title(&self) -> Option<String> {
        match &self.kind {
            RecordKind::Created(opened) | RecordKind::Entered(Some(opened)) => Some(opened.title()),
            RecordKind::Whole {
                metadata, fields, ..
            } => {
                let others = fields.as_ref().map_or("", |fields| &fields.others);
                Some(metadata.name().to_owned() + others)
            }
            _ => None,
        }
    }

    /// Marks it as the end of its span, if it says that this span was left.
    #[inline]
    pub(crate) fn close(&mut self, over: u64) {
        if let RecordKind::Left { closed, .. } | RecordKind::Whole { closed, .. } = &mut self.kind
            && self.span == over
        {
            *closed = true;
        }
    }

    /// Splits a whole span into the two records that it stands for.
    pub(crate) fn parts(self) -> impl Iterator<Item = Record> {
        let Record { span, t, cpu, kind } = self;
        let (first, left) = match kind {
            RecordKind::Whole {
                parent,
                metadata,
                fields,
                wall,
                cpu: used,
                closed,
            } => {
                let opened = Opened {
                    parent,
                    source: Source::Own(metadata),
                    fields,
                };
                let left = Record {
                    span,
                    t: t + u64::from(wall),
                    cpu: cpu + u64::from(used),
                    kind: RecordKind::Left {
                        panicking: false,
                        closed,
                    },
                };
                let entered = RecordKind::Entered(Some(opened));
                (entered, (wall > 0).then_some(left))
            }
            kind => (kind, None),
        };

        let first = Record {
            span,
            t,
            cpu,
            kind: first,
        };
        std::iter::once(first).chain(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_fits_a_line_of_the_cache() {
        assert_eq!(size_of::<Record>(), 64);
    }
}
