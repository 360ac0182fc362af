//! `pipe`: messages between two processes, through pipes and through a socket pair.
//!
//! A pipe runs one way, so a conversation needs two. A Unix socket pair runs both ways: one descriptor is enough. Both
//! carry bytes without borders, so each message is a frame. What happens when the reader is slow is in
//! `backpressure.rs`.

use std::io::{self, stdin};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::Stdio;
use std::time::Instant;

use common::measure::seconds;
use common::process::{Child, spawn};
use common::{Failure, Outcome, Run};
use serde_json::json;
use tracing::{info, info_span};

use crate::backpressure;
use crate::hire::{self, ask, finish};
use crate::wire::{WorkerError, hear, receive, send};

/// Messages that are sent there and back to learn what one costs.
const ROUNDS: u32 = 500;

/// A worker's life, with two pipes: answer each text in capital letters, until the pipe ends.
///
/// # Errors
/// When a message does not arrive whole.
pub fn worker(_name: &str) -> io::Result<()> {
    hire::serve(|text: String| Ok(text.to_uppercase()))
}

/// The same with a socket: standard input is one end of it, and goes both ways.
///
/// # Errors
/// As [`worker`].
pub fn socket_worker(_name: &str) -> io::Result<()> {
    let mut socket = UnixStream::from(stdin().as_fd().try_clone_to_owned()?);
    while let Some(text) = receive::<String>(&mut socket, "the parent").map_err(io::Error::other)? {
        send(&mut socket, &text.to_uppercase())?;
    }
    Ok(())
}

/// Starts a worker on one end of a socket pair; the other end is ours.
fn start_on_a_socket(name: &str) -> io::Result<(Child, UnixStream)> {
    let (ours, theirs) = UnixStream::pair()?;
    let mut command = hire::command(name, "socket")?;
    command.stdin(OwnedFd::from(theirs)).stdout(Stdio::null());
    // `command` still holds their end. It is dropped here; otherwise the end would stay open for ever.
    Ok((spawn(&mut command, name)?, ours))
}

/// What a conversation gave: the answer, and what one message there and back costs, in seconds.
struct Talk {
    answer: String,
    each_s: f64,
}

fn over_pipes() -> Result<Talk, Failure> {
    let name = "pipes";
    let mut worker = hire::start(name, "pipe")?;
    let answer = ask(&mut worker, name, &"hello")?;
    let _span = info_span!("500 messages over", name).entered();
    let start = Instant::now();
    for _ in 0..ROUNDS {
        let _: String = ask(&mut worker, name, &"hello")?;
    }
    let each_s = start.elapsed().as_secs_f64() / f64::from(ROUNDS);
    // Closing our end is the only goodbye that a pipe knows: the worker reads the end of file.
    drop(worker.stdin.take());
    let end: Option<String> = hear(hire::output(&mut worker), name)?;
    info!("after the end there is no message: {end:?}");
    finish(worker, name)?;
    Ok(Talk { answer, each_s })
}

fn over_a_socket() -> Result<Talk, Failure> {
    let name = "socket pair";
    let (worker, mut socket) = start_on_a_socket(name)?;
    let mut talk = || -> Result<String, WorkerError> {
        send(&mut socket, &"hello").map_err(|why| WorkerError::new(name, why))?;
        hear(&mut socket, name)?.ok_or_else(|| WorkerError::new(name, "sent nothing"))
    };
    let answer = talk()?;
    let _span = info_span!("500 messages over", name).entered();
    let start = Instant::now();
    for _ in 0..ROUNDS {
        talk()?;
    }
    let each_s = start.elapsed().as_secs_f64() / f64::from(ROUNDS);
    drop(socket);
    finish(worker, name)?;
    Ok(Talk { answer, each_s })
}

/// What `cargo run -p lesson-02-processes -- pipe` runs.
///
/// # Errors
/// When a worker fails.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let pipes = over_pipes()?;
    info!("over two pipes: hello, and back comes {}", pipes.answer);
    let socket = over_a_socket()?;
    info!(
        "over a socket pair: hello, and back comes {}",
        socket.answer
    );
    let slow = backpressure::run(run.pace)?;
    info!("the slow reader got all {} messages", slow.messages);
    info!(
        "there and back: {} over pipes, {} over a socket pair; the slow reader held the writer up for {}",
        seconds(pipes.each_s),
        seconds(socket.each_s),
        seconds(slow.held_up_s)
    );
    Ok(Outcome::new(json!({
        "pipes": { "answer": pipes.answer, "each_s": pipes.each_s },
        "socket_pair": { "answer": socket.answer, "each_s": socket.each_s },
        "slow_reader": slow,
    })))
}
