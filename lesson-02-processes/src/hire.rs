//! Starting this program again as a worker, asking it for something, and seeing it off.

use std::io::{self, stdin, stdout};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use common::process::{Child, How, spawn};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::wire::{WorkerError, hear, receive, send};

/// How long a worker may take to end when there is nothing left to do.
const GOODBYE: Duration = Duration::from_secs(10);

/// Starts this program again as a worker, with pipes to its standard input and from its standard output.
///
/// # Errors
/// What the system says when it cannot be started.
pub fn start(name: &str, role: &str) -> io::Result<Child> {
    let mut command = command(name, role)?;
    spawn(command.stdin(Stdio::piped()).stdout(Stdio::piped()), name)
}

/// The command that starts this program again as a worker.
///
/// # Errors
/// When the system does not know where this program lies.
pub fn command(name: &str, role: &str) -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["worker", name, role]);
    Ok(command)
}

/// The pipe to a worker that was started here.
///
/// # Panics
/// When it was taken out before.
pub fn input(worker: &mut Child) -> &mut ChildStdin {
    worker.stdin.as_mut().expect("it was asked to be piped")
}

/// The pipe from a worker that was started here.
///
/// # Panics
/// When it was taken out before.
pub fn output(worker: &mut Child) -> &mut ChildStdout {
    worker.stdout.as_mut().expect("it was asked to be piped")
}

/// The same pipe, for good.
///
/// # Panics
/// When it was taken out before.
pub fn take_output(worker: &mut Child) -> ChildStdout {
    worker.stdout.take().expect("it was asked to be piped")
}

/// Sends a worker a job and waits for its answer.
///
/// # Errors
/// When the worker is gone or does not send an answer.
pub fn ask<R: DeserializeOwned>(
    worker: &mut Child,
    who: &str,
    job: &impl Serialize,
) -> Result<R, WorkerError> {
    let to = input(worker);
    send(to, job)
        .map_err(|why| WorkerError::new(who, format_args!("does not take its job: {why}")))?;
    let from = output(worker);
    hear(from, who)?.ok_or_else(|| WorkerError::new(who, "sent nothing"))
}

/// Sees a worker off: it reads the end of its jobs, and has a while to end by itself.
///
/// # Errors
/// When it failed.
pub fn finish(mut worker: Child, who: &str) -> Result<(), WorkerError> {
    match How::from(
        worker
            .wait_at_most(GOODBYE)
            .map_err(|why| WorkerError::new(who, why))?,
    ) {
        How::Exited(0) => Ok(()),
        how => Err(WorkerError::new(who, how)),
    }
}

/// Starts a worker, gives it one job, and returns its answer once it has ended well.
///
/// # Errors
/// When it cannot be started, sends no answer or fails.
pub fn call<R: DeserializeOwned>(
    name: &str,
    role: &str,
    job: &impl Serialize,
) -> Result<R, WorkerError> {
    let mut worker = start(name, role).map_err(|why| WorkerError::new(name, why))?;
    let answer = ask(&mut worker, name, job);
    let end = finish(worker, name);
    match answer {
        // How it ended has the last word over what it sent.
        Ok(answer) => end.map(|()| answer),
        Err(mut error) => {
            if let Err(end) = end {
                error.why = format!("{}, and {}", error.why, end.why);
            }
            Err(error)
        }
    }
}

/// The other side: a worker that answers each job until there are no more.
///
/// # Errors
/// When a job does not arrive whole, cannot be done, or nobody takes the answer.
pub fn serve<J: DeserializeOwned, R: Serialize>(
    mut work: impl FnMut(J) -> io::Result<R>,
) -> io::Result<()> {
    loop {
        // Locked only for this line: the work may read from standard input as well.
        let job = receive(&mut stdin().lock(), "the parent").map_err(io::Error::other)?;
        let Some(job) = job else { return Ok(()) };
        send(&mut stdout().lock(), &work(job)?)?;
    }
}
