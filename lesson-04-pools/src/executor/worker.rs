//! What a worker process does: reads tasks from standard input, does them, writes the outcomes to standard output.

use std::fs::File;
use std::io::{self, BufReader};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};

use common::frame::{self, FrameError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::{Error, Outcome, catch, located, note_panics};
use super::shared_memory::{Inbox, Parcel};
use super::watch::Watch;

/// A job for another process. A closure cannot be sent to it, but a value can: it says what is to be done.
pub trait Task: Serialize + DeserializeOwned + Send + 'static {
    /// What comes back.
    type Output: Serialize + DeserializeOwned + Send + 'static;

    /// What the worker does.
    fn run(self) -> Self::Output;
}

/// What a worker sends for a message of tasks: an outcome for each, or why none of them could be done.
pub(super) type Answer<O> = Result<Vec<Outcome<O>>, Error>;

/// Tells a process which pool's process started it as a worker.
pub(super) const PARENT: &str = "COURSE_POOL_PARENT";

static SERVES: AtomicBool = AtomicBool::new(false);

/// Whether this process should be a worker and is not: its `main` does not call [`serve`], and would start workers of
/// its own, which would start workers of their own.
pub(super) fn is_forgotten() -> bool {
    !SERVES.load(Ordering::Relaxed) && is_child_of_pool()
}

pub(super) fn is_child_of_pool() -> bool {
    let parent = std::os::unix::process::parent_id().to_string();
    std::env::var(PARENT).is_ok_and(|pid| pid == parent)
}

/// The whole `main` of a worker: does tasks until the pool wants no more, or is gone.
///
/// # Errors
/// When a pipe fails, or something else than a message comes.
pub fn serve<T: Task>() -> io::Result<()> {
    SERVES.store(true, Ordering::Relaxed);
    // Outcomes go out through standard output. It is moved to another number, and standard output becomes the same
    // as standard error: so a `println!` in a task is seen on the screen, and never lands between two outcomes.
    let mut answers = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    nix::unistd::dup2_stdout(io::stderr())?;
    // Tasks come in through standard input. For the tasks themselves, and their children, it is empty from now on.
    let mut tasks = BufReader::new(File::from(io::stdin().as_fd().try_clone_to_owned()?));
    nix::unistd::dup2_stdin(File::open("/dev/null")?)?;
    let mut watch = Watch::new(tasks.get_ref().try_clone()?);
    note_panics();
    let mut inbox = Inbox::default();
    while let Some(message) = frame::read(&mut tasks)? {
        watch.before_tasks()?;
        let Ok(message) = inbox.open(&message) else {
            // Nothing can be read from there. An empty answer says so, and the message comes through the pipe.
            frame::write(&mut answers, &[])?;
            continue;
        };
        let answer = do_all::<T>(message);
        let encoded = encode(&answer, Vec::new());
        // Caught, as dropping a result may panic.
        let _ = catch(move || drop(answer));
        watch.before_answer();
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
    let read = catch(|| postcard::from_bytes::<Parcel<Vec<T>>>(message)).map_err(located)?;
    let tasks = match read {
        Ok(Parcel::Tasks(tasks)) => tasks,
        Ok(Parcel::Note { .. }) => return Err(Error::Broken("a note about a note".to_owned())),
        Err(error) => return Err(Error::Broken(format!("the task cannot be read: {error}"))),
    };
    Ok(tasks
        .into_iter()
        .map(|task| catch(|| task.run()).map_err(located))
        .collect())
}

/// A value as bytes at the end of a buffer. Its own code takes part in that, and may fail or panic.
pub(super) fn encode<V: Serialize>(value: &V, mut buffer: Vec<u8>) -> Result<Vec<u8>, Error> {
    // Most messages are small, and then it does not have to grow.
    buffer.reserve(64);
    catch(|| postcard::to_io(value, buffer))?.map_err(|error| Error::Broken(error.to_string()))
}
