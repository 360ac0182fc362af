//! The worker's side: it reads tasks from standard input, does them, and writes the outcomes to standard output.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufReader};
use std::os::fd::AsFd;
use std::panic::{set_hook, take_hook};
use std::sync::atomic::{AtomicBool, Ordering};

use common::frame::{self, FrameError};
use common::process::end_with_parent;

use super::protocol::{Answer, PARENT, Payload, Task, encode};
use super::shared_memory::SharedReader;
use crate::executor::error::{Error, catch_panic};

static SERVES: AtomicBool = AtomicBool::new(false);

/// Whether this process should be a worker and is not: its `main` does not call [`serve`], and would start workers of
/// its own, which would start workers of their own.
pub(super) fn is_forgotten() -> bool {
    let parent = std::os::unix::process::parent_id().to_string();
    !SERVES.load(Ordering::Relaxed) && std::env::var(PARENT).is_ok_and(|pid| pid == parent)
}

/// Does tasks until the pool has no more, or is gone. This is the whole `main` of a worker.
///
/// # Errors
/// When a pipe fails, or something else than a message comes.
pub fn serve<T: Task>() -> io::Result<()> {
    SERVES.store(true, Ordering::Relaxed);
    end_with_parent()?;

    // Outcomes go out through standard output. It is moved to another number, and standard output becomes the same
    // as standard error: so a `println!` in a task is seen on the screen, and never lands between two outcomes.
    let mut answers = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    nix::unistd::dup2_stdout(io::stderr())?;

    // Tasks come in through standard input. For the tasks themselves, and their children, it is empty from now on.
    let mut tasks = BufReader::new(File::from(io::stdin().as_fd().try_clone_to_owned()?));
    nix::unistd::dup2_stdin(File::open("/dev/null")?)?;
    keep_panic_locations();

    let mut shared = SharedReader::default();
    while let Some(message) = frame::read(&mut tasks)? {
        let Ok(message) = shared.read(&message) else {
            // Nothing can be read from there. An empty answer says so, and the message comes through the pipe.
            frame::write(&mut answers, &[])?;
            continue;
        };

        let answer = do_all::<T>(message);
        let encoded = encode(&answer, Vec::new());
        // Caught, as dropping a result may panic.
        let _ = catch_panic(move || drop(answer));
        let sent = encoded.and_then(|bytes| match frame::write(&mut answers, &bytes) {
            Err(FrameError::TooLong(length)) => {
                Err(Error::Broken(format!("{length} bytes are too many")))
            }
            other => Ok(other),
        });

        match sent {
            Ok(sent) => sent?,
            // It is the task's fault: the worker lives on and says so.
            Err(error) => {
                let error = Error::Broken(format!("the result cannot be sent: {error}"));
                let answer: Answer<T::Output> = Err(error);
                let bytes = encode(&answer, Vec::new()).map_err(io::Error::other)?;
                frame::write(&mut answers, &bytes)?;
            }
        }
    }

    // Left open, to be closed by the system as the last thing of this process: the pool waits for that, and then for nothing
    // more.
    std::mem::forget(answers);
    Ok(())
}

fn do_all<T: Task>(message: &[u8]) -> Answer<T::Output> {
    let read = catch_panic(|| postcard::from_bytes::<Payload<Vec<T>>>(message));
    let tasks = match read.map_err(with_location)? {
        Ok(Payload::Inline(tasks)) => tasks,
        Ok(Payload::Shared { .. }) => return Err(Error::Broken("a note about a note".to_owned())),
        Err(error) => return Err(Error::Broken(format!("the task cannot be read: {error}"))),
    };

    let outcomes = tasks
        .into_iter()
        .map(|task| catch_panic(|| task.run()).map_err(with_location));
    Ok(outcomes.collect())
}

thread_local! {
    /// The place where this thread panicked last.
    static PANICKED_AT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Adds the place of the panic: the error goes to another process, where it cannot be looked up.
fn with_location(error: Error) -> Error {
    match error {
        Error::Panicked(message) => Error::Panicked(message + &PANICKED_AT.take()),
        other => other,
    }
}

/// Keeps the place where a thread panics; with `RUST_BACKTRACE=1`, also how it came there.
fn keep_panic_locations() {
    let usual = take_hook();
    set_hook(Box::new(move |info| {
        let location = info.location().map(|at| format!(", at {at}"));
        let location = location.unwrap_or_default();
        let backtrace = Backtrace::capture();
        let captured = backtrace.status() == BacktraceStatus::Captured;

        PANICKED_AT.set(if captured {
            format!("{location}\n{backtrace}")
        } else {
            location
        });
        usual(info);
    }));
}
