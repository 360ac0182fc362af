//! Why a job has no result.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};

use serde::{Deserialize, Serialize};

/// What a job ended with: its value, or why there is none.
pub type Outcome<T> = Result<T, Error>;

/// Why there is no value. It can be written as bytes, because a worker process sends it back as an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Error {
    /// The job panicked, with this message.
    Panicked(String),
    /// It was cancelled before it began.
    Cancelled,
    /// Whoever had it is no longer there, or it could not be sent; in words.
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

/// What stands in a queue: something that can be told that it will not be done.
pub(crate) trait Fail {
    fn fail(self, error: Error);

    /// Whether a worker has it already. Then it is too late to fail.
    fn has_begun(&self) -> bool {
        false
    }
}

/// Calls `work` and turns a panic into an error, so that no job takes a thread of the pool with it. What `work` left
/// half done is not looked at again by the pool: that is what `AssertUnwindSafe` asserts.
pub(super) fn catch<T>(work: impl FnOnce() -> T) -> Outcome<T> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| Error::Panicked(message(panic)))
}

/// What a panic says: nearly always a text.
fn message(panic: Box<dyn Any + Send>) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    // Dropping what a job panicked with may panic once more, and so on: the second one is left alone.
    let _ = catch_unwind(AssertUnwindSafe(|| drop(panic))).map_err(std::mem::forget);
    text.unwrap_or_else(|| "(no text)".to_owned())
}

thread_local! {
    /// Where this thread panicked last.
    static WHERE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// With the place of the panic: a worker's error goes to another process, where nobody can look it up.
pub(super) fn located(error: Error) -> Error {
    match error {
        Error::Panicked(message) => Error::Panicked(message + &WHERE.take()),
        other => other,
    }
}

/// Remembers where a thread panics; with `RUST_BACKTRACE=1`, also how it came there.
pub(super) fn note_panics() {
    let usual = take_hook();
    set_hook(Box::new(move |info| {
        let place = info
            .location()
            .map(|at| format!(", at {at}"))
            .unwrap_or_default();
        let backtrace = Backtrace::capture();
        let captured = backtrace.status() == BacktraceStatus::Captured;
        WHERE.set(if captured {
            format!("{place}\n{backtrace}")
        } else {
            place
        });
        usual(info);
    }));
}
