//! Run something that may hang, and be told that it did.

use std::fmt;
use std::sync::mpsc;
use std::time::Duration;

use crate::trace;

/// It did not finish in time. It is still there: a thread cannot be stopped from outside.
#[derive(Debug, PartialEq, Eq)]
pub struct Stuck {
    /// How long it was waited for.
    pub after: Duration,
    /// What was still open when the time was up, as `lane: span`, innermost last. Empty outside a recorded run.
    pub open: Vec<String>,
}

impl fmt::Display for Stuck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stuck: not finished after {:?}", self.after)?;
        if !self.open.is_empty() {
            write!(f, "; still open: {}", self.open.join(", "))?;
        }
        Ok(())
    }
}

impl std::error::Error for Stuck {}

/// Runs `work` on a thread of its own and waits for it for at most `limit`.
///
/// # Errors
/// [`Stuck`] when the time is up. The thread is then left behind, to end with the program.
///
/// # Panics
/// When `work` panics, with its own message; and when no thread can be started.
pub fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Stuck> {
    let (finished, wait) = mpsc::channel();
    let worker = std::thread::Builder::new()
        .name("under-deadline".into())
        .spawn(move || finished.send(work()).is_ok())
        .expect("one more thread");
    match wait.recv_timeout(limit) {
        Ok(value) => Ok(value),
        Err(mpsc::RecvTimeoutError::Timeout) => Err(Stuck { after: limit, open: trace::open_spans() }),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            let panic = worker.join().expect_err("the sender went away without a value only by a panic");
            std::panic::resume_unwind(panic)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_finishes_gives_its_value() {
        assert_eq!(within(Duration::from_secs(30), || 6 * 7), Ok(42));
    }

    #[test]
    fn what_hangs_is_reported() {
        let (never, wait) = mpsc::channel::<()>();
        let stuck = within(Duration::from_millis(20), move || wait.recv().is_ok()).unwrap_err();
        assert_eq!(stuck.after, Duration::from_millis(20));
        assert!(stuck.to_string().starts_with("stuck: not finished after 20ms"));
        drop(never);
    }

    #[test]
    #[should_panic(expected = "the reason")]
    fn a_panic_is_passed_on() {
        let _ = within(Duration::from_secs(30), || panic!("the reason"));
    }
}
