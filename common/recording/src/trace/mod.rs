//! Recording a run: which lane did what from when to when, and how much of it was computing.
//!
//! Lessons write `info_span!` and `info!` of the `tracing` crate, as any program does; a subscriber
//! of ours collects them. A span belongs to the *lane* of its thread, or of its task: a span with a
//! field `task` (such as `info_span!("call", task = "News API")`) begins a lane of that name, and
//! goes with the future that it instruments from thread to thread. A thread that was started without
//! a name has the name of the first span that it enters. A child process started with
//! [`crate::process::spawn`] sends its records through a pipe that it inherits, as they happen.
//!
//! Some fields mean something to the drawing:
//!
//! | field | on | means |
//! |---|---|---|
//! | `task = NAME` | a span | it begins the lane of a task |
//! | `waits_for = NAME` | a span | inside it the lane may have to wait for a lock, a queue, a channel |
//! | `holds = NAME` | a span | inside it no other lane can have that |
//! | `sends = TEXT`, `receives = TEXT` | a log line | the two ends of a message, for an arrow between them |
//!
//! In reading order: the model of a finished run; one record; a thread's buffer; the subscriber; the
//! pipe of a child and the parent's end of it; a recording from start to finish; and, in `build`,
//! the way from records to lanes. In `states`: whether a
//! lane computed, was in line for a core or waited, as the system knows it.

pub mod model;
mod clock;
mod record;
mod live;
mod buffer;
mod pipe;
mod subscriber;
mod children;
mod build;
mod states;
mod reader;
mod recording;
mod part;
#[cfg(feature = "bench")]
pub mod bench;
pub mod fixtures;

pub(crate) use buffer::thread_id;
pub(crate) use children::{ChildRecords, receive};
pub use clock::now_ns;
pub use live::is_recording;
pub use part::part_name;
pub use reader::Reader;
pub use record::RUN;
pub use recording::{Recording, so_far};
pub use subscriber::{install, install_in_child};

pub use model::{
    End, Kind, Lane, Link, LogLine, Mark, Slice, Source, SourceLine, Span, State, Stretch, Trace,
    Turn,
};
pub use part::part;
