//! What a pipe does when its reader is slower than its writer: it fills up, and then the writer waits. Nobody has to
//! program that; it is called *backpressure*.

use std::io::{self, Write, stdin, stdout};
use std::thread::sleep;
use std::time::{Duration, Instant};

use common::{Failure, Pace};
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use serde::Serialize;
use tracing::{info, info_span};

use crate::hire::{self, finish};
use crate::wire::{WorkerError, hear, receive, send};

/// Seconds that the reader needs for a message, as if it had to think.
const THINK: f64 = 0.05;
/// Bytes of a message.
const SIZE: usize = 16 << 10;
const MESSAGES: u32 = 16;

/// What happened between a fast writer and a slow reader.
#[derive(Serialize)]
pub struct SlowReader {
    /// How many messages arrived.
    pub messages: u32,
    /// What a pipe holds before its writer has to wait.
    pub capacity: usize,
    /// How long the writer could not go on, in seconds.
    pub held_up_s: f64,
}

/// The slow reader's life: think about each message, and at the end say how many there were.
///
/// # Errors
/// When a message does not arrive whole.
pub fn worker(_name: &str) -> io::Result<()> {
    let received = |why: WorkerError| io::Error::other(why);
    let think: Option<Duration> = receive(&mut stdin().lock(), "the parent").map_err(received)?;
    let mut messages = 0_u32;
    loop {
        let message: Option<Vec<u8>> =
            receive(&mut stdin().lock(), "the parent").map_err(received)?;
        // An empty message is the last one.
        if message.is_none_or(|message| message.is_empty()) {
            return send(&mut stdout().lock(), &messages);
        }
        let _span = info_span!("think").entered();
        sleep(think.unwrap_or_default());
        messages += 1;
    }
}

/// Writes as fast as the pipe takes it.
///
/// # Errors
/// When the reader fails.
pub fn run(pace: Pace) -> Result<SlowReader, Failure> {
    let capacity = capacity()?;
    info!("a pipe holds {capacity} bytes, 4 messages of {SIZE}");
    let name = "slow reader";
    let mut worker = hire::start(name, "slow-reader")?;
    let to = hire::input(&mut worker);
    send(to, &pace.seconds(THINK))?;
    let start = Instant::now();
    for number in 1..=MESSAGES {
        let _span = info_span!("write", number, waits_for = name).entered();
        send(to, &vec![7_u8; SIZE])?;
    }
    let held_up_s = start.elapsed().as_secs_f64();
    send(to, &Vec::<u8>::new())?;
    let messages = hear(hire::output(&mut worker), name)?;
    finish(worker, name)?;
    Ok(SlowReader {
        messages: messages.unwrap_or(0),
        capacity,
        held_up_s,
    })
}

/// How many bytes go into a pipe that nobody reads. Where no room is left, a writer that must not wait is told so.
fn capacity() -> io::Result<usize> {
    let (_reader, mut writer) = io::pipe()?;
    fcntl(&writer, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    let mut written = 0;
    loop {
        match writer.write(&[0; 1024]) {
            Ok(bytes) => written += bytes,
            Err(full) if full.kind() == io::ErrorKind::WouldBlock => return Ok(written),
            Err(error) => return Err(error),
        }
    }
}
