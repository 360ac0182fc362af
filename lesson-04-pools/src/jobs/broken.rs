//! `broken`: a worker process dies in the middle of a job. Only that job is lost, and a new worker takes the place.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use common::{Failure, Outcome, Pace, Run, TempDir};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::{info, info_span};

use crate::executor::worker::serve;
use crate::executor::{self, ProcessPool, Task};
use crate::support::reexec::reexec;

/// What becomes of the worker that does a task.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fate {
    /// Nothing.
    Lives,
    /// It dies. The file says that it has happened once: then it lives.
    DiesOnce(PathBuf),
    /// It dies every time.
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
            // As when the system runs out of memory and picks this process: no panic, no message, no way to object.
            let _ = kill(Pid::this(), Signal::SIGKILL);
        }
        self.number * self.number
    }
}

/// The outcomes of six tasks on two workers. Number 3 has this fate; a lost task is tried `retries` times more.
///
/// # Errors
/// When the pool cannot be had.
pub fn six(fate: &Fate, retries: usize, pace: Pace) -> io::Result<Vec<executor::Outcome<u64>>> {
    let pool = ProcessPool::builder()
        .workers(2)
        .retries(retries)
        .worker_command(reexec("broken"))
        .build()?;
    let task = |number| Square {
        number,
        fate: if number == 3 {
            fate.clone()
        } else {
            Fate::Lives
        },
        pause: pace.seconds(0.2),
    };
    Ok(pool.map((1..=6).map(task)).collect())
}

/// What this program does when it is started again as a worker of this demo.
///
/// # Errors
/// When a pipe to the parent fails.
pub fn worker(_name: &str) -> io::Result<()> {
    serve::<Square>()
}

/// What `cargo run -p lesson-04-pools -- broken` runs.
///
/// # Errors
/// When a pool, or a folder for the file, cannot be had.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let folder = TempDir::new("lesson-04-broken")?;
    let once = |name: &str| Fate::DiesOnce(folder.path().join(name));
    let mut results = Vec::new();
    for (what, fate, retries) in [
        ("its worker dies once, no retries", once("first"), 0),
        ("its worker dies once, one retry", once("second"), 1),
        ("its worker dies every time, two retries", Fate::Dies, 2),
    ] {
        let outcomes = six(&fate, retries, run.pace)?;
        let squares: Vec<_> = outcomes
            .iter()
            .map(|outcome| outcome.as_ref().ok())
            .collect();
        for error in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
            info!("lost: {error}");
        }
        info!("{what}: {squares:?}");
        results.push(json!({ "what": what, "squares": squares }));
    }
    Ok(Outcome::new(results))
}
