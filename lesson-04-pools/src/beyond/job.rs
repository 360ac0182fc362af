//! A job and its ending, which travel through the queue. As JSON, so that you can read them with
//! NATS's own tools.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

use crate::chunks::chunk::Chunk;
use crate::executor::Task;

/// A fault that `--break` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// The job fails, each time.
    Fail,
    /// Its worker is killed in the middle of it, each time.
    Kill,
    /// Its worker is killed in the middle of it, the first time.
    KillOnce,
}

/// One chunk to be done, with all that a worker has to know.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    /// The run that it belongs to.
    pub run: String,
    /// The numbers to add up.
    pub chunk: Chunk,
    /// The tries after which it is given up.
    pub tries: u32,
    /// The fault that it is to have.
    pub fault: Option<Fault>,
}

/// The ending of a job. It is for good: no worker will have this job again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// The sum of its squares.
    Done(u64),
    /// The reason why there is none: a dead letter.
    Dead(String),
}

impl Job {
    /// Does the job, on this thread. One that fails or panics says so in words.
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
            // No result comes of it: the end is near.
            thread::sleep(Duration::MAX);
        }
        if self.fault == Some(Fault::Fail) {
            Err("it was told to fail".to_owned())
        } else {
            Ok(sum.result)
        }
    }
}

/// There is one try only: a process pool does not remember a job whose worker is gone.
impl Task for Job {
    type Output = (u64, Result<u64, String>);

    fn run(self) -> Self::Output {
        (self.chunk.id, self.attempt(1))
    }
}

/// Reads `3=kill`: a chunk and its fault.
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
