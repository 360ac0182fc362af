//! `broken`: a worker process dies in the middle of a job. Only that job is lost, and a new worker
//! takes the place.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use common::Pace;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use tracing::{info, info_span};

use crate::executor::{Outcome, ProcessPool, Task};
use crate::support::reexec::reexec;

/// The role of the worker processes.
pub const ROLE: &str = "broken";

/// The fate of the worker that does a task.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fate {
    Lives,
    /// It dies once. The file says that it has happened: then it lives.
    DiesOnce(PathBuf),
    Dies,
}

/// A number to square.
#[derive(Debug, Serialize, Deserialize)]
pub struct Square {
    number: u64,
    fate: Fate,
    /// Simulated work.
    pause: Duration,
}

impl Task for Square {
    type Output = u64;

    fn run(self) -> u64 {
        let _span = info_span!("square", number = self.number).entered();
        info!("{} in process {}", self.number, std::process::id());
        thread::sleep(self.pause);

        let dies = match self.fate {
            Fate::Lives => false,
            Fate::DiesOnce(file) => File::create_new(file).is_ok(),
            Fate::Dies => true,
        };
        if dies {
            // As when the system runs out of memory and picks this process: no panic, no message.
            let _ = kill(Pid::this(), Signal::SIGKILL);
        }
        self.number * self.number
    }
}

/// Squares six numbers on two workers. Number 3 has this fate; a lost task is tried `retries` times
/// more.
pub fn six(fate: &Fate, retries: usize, pace: Pace) -> io::Result<Vec<Outcome<u64>>> {
    let pool = ProcessPool::builder()
        .workers(2)
        .retries(retries)
        .worker_command(reexec(ROLE))
        .build()?;

    let squares = (1..=6).map(|number| Square {
        number,
        fate: if number == 3 {
            fate.clone()
        } else {
            Fate::Lives
        },
        pause: pace.seconds(0.2),
    });
    Ok(pool.map(squares).collect())
}
