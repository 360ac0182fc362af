//! This program, started again as a worker: the worker's side.

use std::io::{self, stdin, stdout};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::support::messages::{receive, send};

/// Receives the next job; `None` when there are no more.
pub fn receive_job<J: DeserializeOwned>() -> io::Result<Option<J>> {
    // Locked only for this line: the work may read from standard input as well.
    receive(&mut stdin().lock(), "the parent").map_err(io::Error::other)
}

/// Sends an answer.
pub fn send_answer(answer: &impl Serialize) -> io::Result<()> {
    send(&mut stdout().lock(), answer)
}

/// Answers each job until there are no more.
pub fn serve<J: DeserializeOwned, R: Serialize>(
    mut work: impl FnMut(J) -> io::Result<R>,
) -> io::Result<()> {
    while let Some(job) = receive_job()? {
        send_answer(&work(job)?)?;
    }
    Ok(())
}
