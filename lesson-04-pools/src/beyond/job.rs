//! What travels through the queue: a job, and what became of it. As JSON, so that you can read it with NATS's own tools.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

use crate::chunks::chunk::Chunk;
use crate::executor::Task;

/// What `--break` makes of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// It fails, each time.
    Fail,
    /// Its worker is killed in the middle of it, each time.
    Kill,
    /// Its worker is killed in the middle of it, the first time.
    KillOnce,
}

/// One chunk to be done. All that a worker has to know is in here.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    /// The run that it belongs to.
    pub run: String,
    /// The numbers to add up.
    pub chunk: Chunk,
    /// After so many tries it is given up.
    pub tries: u32,
    /// What goes wrong with it.
    pub fault: Option<Fault>,
}

/// What became of a job. It is for good: no worker will have this job again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// The sum of its squares.
    Done(u64),
    /// Why there is none: a dead letter.
    Dead(String),
}

impl Job {
    /// Does the job, on this thread.
    ///
    /// # Errors
    /// When it fails or panics, in words.
    pub fn attempt(&self, number: u32) -> Result<u64, String> {
        let dies = match self.fault {
            Some(Fault::Kill) => true,
            Some(Fault::KillOnce) => number == 1,
            Some(Fault::Fail) | None => false,
        };
        let half = self.chunk.pause / 2;
        if dies {
            thread::spawn(move || {
                thread::sleep(half);
                kill(Pid::this(), Signal::SIGKILL)
            });
        }
        let chunk = self.chunk.clone();
        // A job that panics has failed. It must not take the worker with it.
        let sum =
            catch_unwind(AssertUnwindSafe(|| chunk.run())).map_err(|_| "it panicked".to_owned())?;
        if dies {
            // Nothing comes of it: the end is near.
            thread::sleep(Duration::MAX);
        }
        if self.fault == Some(Fault::Fail) {
            Err("it was told to fail".to_owned())
        } else {
            Ok(sum.result)
        }
    }
}

/// `3=kill`: which chunk, and what goes wrong with it.
///
/// # Errors
/// When it is something else.
pub fn parse(text: &str) -> Result<(u64, Fault), String> {
    let (chunk, kind) = text
        .split_once('=')
        .ok_or("CHUNK=KIND is wanted, for example 3=kill-once")?;
    let chunk = chunk
        .parse()
        .map_err(|_| format!("'{chunk}' is not the number of a chunk"))?;
    let fault = match kind {
        "fail" => Fault::Fail,
        "kill" => Fault::Kill,
        "kill-once" => Fault::KillOnce,
        _ => return Err(format!("'{kind}' is none of fail, kill and kill-once")),
    };
    Ok((chunk, fault))
}
