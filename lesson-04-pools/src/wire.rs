//! The two ends of the pipes between the process pool and a worker: a task goes one way, an answer the other.
//!
//! `serde` and `postcard` turn values into bytes and back. A frame says where a message ends and the next begins.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::process::{ChildStdin, ChildStdout};

use common::frame::{self, FrameError};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Why there is no answer from a worker.
#[derive(Debug)]
pub enum Lost {
    /// Its pipe is closed: it has ended.
    Gone,
    /// It sent something that is no answer.
    Nonsense(String),
}

/// The pool's end: sends one task and waits for the answer. What comes from another process is checked, not believed.
///
/// # Errors
/// When there is no answer, and why.
pub fn ask<T: Serialize, A: DeserializeOwned>(
    task: &T,
    stdin: &mut ChildStdin,
    stdout: &mut ChildStdout,
) -> Result<A, Lost> {
    let message = postcard::to_stdvec(task).map_err(|error| Lost::Nonsense(error.to_string()))?;
    frame::write(stdin, &message).map_err(|_| Lost::Gone)?;
    match frame::read(stdout) {
        Ok(Some(answer)) => postcard::from_bytes(&answer).map_err(|error| Lost::Nonsense(error.to_string())),
        Ok(None) | Err(FrameError::Io(_) | FrameError::Truncated) => Err(Lost::Gone),
        Err(error) => Err(Lost::Nonsense(error.to_string())),
    }
}

/// The worker's end: does the tasks that come in, and sends each answer back, until no more come.
///
/// # Errors
/// When a pipe fails, or a task cannot be read.
pub fn serve<T: DeserializeOwned, A: Serialize>(work: impl Fn(T) -> A) -> io::Result<()> {
    // Answers go out through standard output. It is moved to another number, and standard output becomes the same
    // as standard error: so a `println!` in the work is seen on the screen, and never lands between two answers.
    let mut answers = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    nix::unistd::dup2_stdout(io::stderr())?;
    let mut tasks = io::stdin().lock();
    while let Some(message) = frame::read(&mut tasks)? {
        let task = postcard::from_bytes(&message).map_err(io::Error::other)?;
        let answer = postcard::to_stdvec(&work(task)).map_err(io::Error::other)?;
        frame::write(&mut answers, &answer)?;
    }
    Ok(())
}
