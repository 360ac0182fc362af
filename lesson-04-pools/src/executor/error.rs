//! Why a job has no result.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};

/// The end of a job: its value, or why there is none.
pub type Outcome<T> = Result<T, Error>;

/// A reason for having no value. It can be written as bytes, because a worker process sends it back as an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Error {
    /// The job panicked, with this message.
    Panicked(String),
    /// The job was cancelled before it began.
    Cancelled,
    /// The worker that had the job is gone, or the job could not be sent; the text says why.
    Broken(String),
    /// The time was up. The job goes on.
    Timeout,
    /// The pool takes no more jobs.
    ShutDown,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Panicked(message) => write!(f, "the job panicked: {message}"),
            Error::Cancelled => f.write_str("the job was cancelled"),
            Error::Broken(why) => f.write_str(why),
            Error::Timeout => f.write_str("the job was not done in time"),
            Error::ShutDown => f.write_str("the pool is shut down"),
        }
    }
}

impl std::error::Error for Error {}

/// Calls `work` and turns a panic into an error, so that no job takes a thread of the pool with it. The pool does not
/// look again at what `work` left half done: that is what `AssertUnwindSafe` asserts.
pub(super) fn catch_panic<T>(work: impl FnOnce() -> T) -> Outcome<T> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| Error::Panicked(message(panic)))
}

/// Returns what a panic says: nearly always a text.
fn message(panic: Box<dyn Any + Send>) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());

    // Dropping what a job panicked with may panic once more, and so on: the second one is left alone.
    let _ = catch_unwind(AssertUnwindSafe(|| drop(panic))).map_err(std::mem::forget);

    text.unwrap_or_else(|| "(no text)".to_owned())
}
