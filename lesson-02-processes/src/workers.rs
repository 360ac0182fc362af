//! `workers`: start child processes, give each a job through a pipe, and read the result from another pipe.
//!
//! A process has memory of its own. Nothing is shared, so the job and its result have to travel as bytes. The worker
//! is this same program, started again as `lesson-02-processes worker NAME`; what it then does is in `worker.rs`.

use std::io;
use std::process::{Command, Stdio};

use common::frame::{self, FrameError};
use common::process::{Child, Exit, spawn};
use tracing::info;

use crate::support::shortened::shortened;
use crate::worker::Job;

/// Starts a worker and hands it its job. From here on it runs beside its parent.
pub fn start(name: &str, job: &Job) -> io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["worker", name])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = spawn(&mut command, name)?;
    info!("{name} is process {}", child.id());

    let bytes = postcard::to_stdvec(job).map_err(io::Error::other)?;
    // Its standard input stays open: a worker that finds it closed takes its parent for dead, and ends.
    let to_worker = child.stdin.as_mut().expect("it was asked to be piped");
    // A worker that is dead already cannot read. `finish` finds out what became of it.
    if let Err(error) = frame::write(to_worker, &bytes) {
        info!("{name} does not take its job: {error}");
    }
    Ok(child)
}

/// Reads a worker's result, waits for its end, and looks at how it ended. `Err` says what went wrong.
pub fn finish(mut child: Child) -> Result<String, String> {
    let from_worker = child.stdout.as_mut().expect("it was asked to be piped");
    // It may take its time to begin, but a message that has begun has to arrive.
    let message = frame::read_within(from_worker, frame::PATIENCE);

    // Every child must be waited for, or it stays in the process table as a zombie. One that does not end is killed.
    let status = child.wait_at_most(frame::PATIENCE);
    let exit = Exit::from(status.map_err(|error| error.to_string())?);

    match (message, exit) {
        (Ok(Some(bytes)), Exit::Exited(0)) => {
            String::from_utf8(bytes).map_err(|_| "sent no number".to_owned())
        }
        (Ok(None), Exit::Exited(0)) => Err("sent nothing".to_owned()),
        (Err(error), Exit::Exited(0)) => Err(format!("sent {error}")),
        (Err(stopped @ FrameError::Stalled(_)), _) => Err(format!("sent {stopped}")),
        // The status has the last word: a result of a worker that then failed is not to be trusted.
        (_, exit) => Err(exit.to_string()),
    }
}

/// Starts a worker for each job, and then asks each of them for its result.
pub fn at_the_same_time(jobs: &[(String, Job)]) -> io::Result<Vec<Result<String, String>>> {
    let mut children = Vec::new();
    for (name, job) in jobs {
        children.push(start(name, job)?);
    }

    let mut results = Vec::new();
    for ((name, _), child) in jobs.iter().zip(children) {
        let result = finish(child);
        info!("{name}: {}", shortened(&result));
        results.push(result);
    }
    Ok(results)
}
