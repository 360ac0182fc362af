//! fails: still to do
//!
//! Retry on a dead worker: a process pool that gets all of its results.
//!
//! `square_all` has numbers squared by `workers` processes at the same time, each with a thread that talks to it. One that is
//! free takes the next number. A worker may die over a number: then the number is asked again, of a fresh worker, until it
//! has been asked `tries` times. A worker that lives is kept for the next number. When all is done, no process is left.
//!
//! Starting a worker may fail. That counts as one of the number's tries: the next try starts another worker.
//!
//! `Worker` is there. What is missing is the pool.
//!
//! Study first: `cargo run -p lesson-04-pools -- broken`, src/broken.rs
//! Judge it:    `cargo run -p lesson-04-pools -- check 08_retry_on_a_dead_worker`
//! Level:       3 of 3, about 30 minutes

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::thread;

/// A worker process.
struct Worker {
    child: Child,
    answers: BufReader<ChildStdout>,
}

impl Worker {
    /// Starts one.
    fn start(mut command: Command) -> std::io::Result<Worker> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let answers = BufReader::new(child.stdout.take().expect("it was asked to be piped"));
        Ok(Worker { child, answers })
    }

    /// The square of a number; `None` if the worker has died over it.
    fn ask(&mut self, number: i64) -> Option<i64> {
        writeln!(
            self.child.stdin.as_mut().expect("it was asked to be piped"),
            "{number}"
        )
        .ok()?;
        let mut line = String::new();
        self.answers.read_line(&mut line).ok()?;
        line.trim().parse().ok()
    }

    /// Closes its standard input, at which it ends if it has not already, and waits for that.
    fn dismiss(mut self) {
        // How it ended is of no interest here.
        let _ = self.child.wait();
    }
}

/// What starts a worker.
pub type Hire<'a> = &'a (dyn Fn() -> Command + Sync);

/// The squares, in the order of the numbers; `None` for a number over which `tries` workers have died.
pub fn square_all(hire: Hire, workers: usize, tries: u32, numbers: &[i64]) -> Vec<Option<i64>> {
    todo!("threads that take numbers, and what each does when its worker dies")
}
