//! `pipe`: messages between two processes, through pipes and through a socket pair.
//!
//! A pipe runs one way, so a conversation needs two. A Unix socket pair runs both ways: one descriptor is enough. Both
//! carry bytes without borders. Here a line feed ends a message. What happens when the reader is slow is in
//! `backpressure.rs`.

use std::io::{self, BufRead, BufReader, Write, stdin, stdout};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::{ChildStdin, ChildStdout, Stdio};

use common::process::{Child, spawn};

use crate::support::worker_process::command;

/// The roles of the two workers.
pub const OVER_PIPES: &str = "pipe";
pub const OVER_A_SOCKET: &str = "socket";

/// Sends one message, and reads the one that comes back.
pub fn ask(to: &mut impl Write, from: &mut impl BufRead, text: &str) -> io::Result<String> {
    to.write_all(format!("{text}\n").as_bytes())?;

    let mut answer = String::new();
    from.read_line(&mut answer)?;
    Ok(answer.trim_end().to_owned())
}

/// Closes our end, and returns what is still there to read.
pub fn hang_up(to: ChildStdin, from: BufReader<ChildStdout>) -> io::Result<Option<String>> {
    // This is the only goodbye that a pipe knows: the worker reads the end of file, and ends as well.
    drop(to);
    from.lines().next().transpose()
}

/// Answers each line in capital letters, until standard input ends.
pub fn worker(_name: &str) -> io::Result<()> {
    for line in stdin().lines() {
        let answer = line?.to_uppercase() + "\n";
        stdout().write_all(answer.as_bytes())?;
    }
    Ok(())
}

/// Starts a worker with two pipes: one to its standard input, one from its standard output.
pub fn start_on_pipes(name: &str) -> io::Result<Child> {
    let mut command = command(name, OVER_PIPES)?;
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    spawn(&mut command, name)
}

/// Answers over a socket: standard input is one end of it, and goes both ways.
pub fn socket_worker(_name: &str) -> io::Result<()> {
    let mut socket = UnixStream::from(stdin().as_fd().try_clone_to_owned()?);
    for line in BufReader::new(socket.try_clone()?).lines() {
        let answer = line?.to_uppercase() + "\n";
        socket.write_all(answer.as_bytes())?;
    }
    Ok(())
}

/// Starts a worker on one end of a socket pair, and returns the other end.
pub fn start_on_a_socket(name: &str) -> io::Result<(Child, UnixStream)> {
    let (ours, theirs) = UnixStream::pair()?;
    let mut command = command(name, OVER_A_SOCKET)?;
    command.stdin(OwnedFd::from(theirs)).stdout(Stdio::null());
    // `command` still holds their end. It is dropped here; otherwise the end would stay open for ever.
    Ok((spawn(&mut command, name)?, ours))
}
