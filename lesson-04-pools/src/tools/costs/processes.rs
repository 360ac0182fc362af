//! What it costs to start a process, and to talk to one.

use std::io::{self, Read, Write};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::clock::each;
use super::{Cost, memory};
use crate::executor::{ProcessPool, Task};
use crate::support::reexec::reexec;

/// A job for a worker process.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum Errand {
    /// Nothing but the journey, and which process it was.
    Pid,
    /// Bytes that a sleeping task costs. In a process of its own, where no memory is left over from before.
    Task,
    /// The same of a thread.
    Thread,
}

impl Task for Errand {
    /// The number, if it is known.
    type Output = Result<Option<f64>, String>;

    fn run(self) -> Self::Output {
        match self {
            Errand::Pid => Ok(Some(f64::from(std::process::id()))),
            Errand::Task => memory::task().map_err(|error| error.to_string()),
            Errand::Thread => memory::thread().map_err(|error| error.to_string()),
        }
    }
}

/// A pool of one process, which ends after so many jobs.
///
/// # Errors
/// As [`ProcessPoolBuilder::build`](crate::executor::ProcessPoolBuilder::build).
pub fn pool(jobs: usize) -> io::Result<ProcessPool<Errand>> {
    ProcessPool::builder()
        .workers(1)
        .max_tasks_per_child(jobs)
        .worker_command(reexec("costs"))
        .build()
}

/// Each of them.
///
/// # Errors
/// When there is no process to be had.
///
/// # Panics
/// When a worker dies.
pub fn costs() -> Result<Vec<Cost>> {
    let create = || {
        let nothing = Command::new("true")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status();
        assert!(
            nothing.is_ok_and(|status| status.success()),
            "`true` can be started, and succeeds"
        );
    };
    let fresh = || {
        let job = pool(1)
            .expect("a pool can be had")
            .submit(Errand::Pid)
            .expect("it takes jobs");
        let _ = job.result().expect("the worker lives");
    };
    let pool = pool(usize::MAX)?;
    let there_and_back = || {
        drop(
            pool.submit(Errand::Pid)
                .expect("it takes jobs")
                .result()
                .expect("the worker lives"),
        );
    };
    Ok(vec![
        Cost::time("pipe message to another thread, there and back", &pipe()?),
        Cost::time("process pool, there and back", &each(there_and_back)),
        Cost::time("process: create `true` and wait", &each(create)),
        Cost::time("process pool of one: start, one job, end", &each(fresh)),
    ])
}

/// A byte through one pipe and back through another.
fn pipe() -> Result<Vec<f64>> {
    let ((mut there, mut to), (mut back, mut from)) = (io::pipe()?, io::pipe()?);
    let echo = thread::spawn(move || {
        let mut byte = [0];
        // Ends when the other side closes its end.
        while there
            .read_exact(&mut byte)
            .and_then(|()| from.write_all(&byte))
            .is_ok()
        {}
    });
    let mut byte = [1];
    let samples = each(|| {
        to.write_all(&byte)
            .and_then(|()| back.read_exact(&mut byte))
            .expect("the echo lives");
    });
    drop(to);
    let _ = echo.join();
    Ok(samples)
}
