//! fails: wrong result: where starting a worker fails
//!
//! A number that was taken is dropped when its worker cannot be started, as if it had had all of its tries.

use std::collections::VecDeque;
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

pub fn square_all(hire: Hire, workers: usize, tries: u32, numbers: &[i64]) -> Vec<Option<i64>> {
    let next: Mutex<VecDeque<(usize, i64, u32)>> = Mutex::new(
        numbers
            .iter()
            .enumerate()
            .map(|(i, n)| (i, *n, 0))
            .collect(),
    );
    let results = Mutex::new(vec![None; numbers.len()]);
    let serve = || {
        let mut worker: Option<Worker> = None;
        let mut again = None;
        loop {
            let taken = again.take().or_else(|| next.lock().unwrap().pop_front());
            let Some((at, n, tried)) = taken else { break };
            let Some(mut w) = worker.take().or_else(|| Worker::start(hire()).ok()) else {
                continue;
            };
            match w.ask(n) {
                Some(a) => {
                    results.lock().unwrap()[at] = Some(a);
                    worker = Some(w);
                }
                None => {
                    w.dismiss();
                    if tried + 1 < tries {
                        again = Some((at, n, tried + 1));
                    }
                }
            }
        }
        worker.into_iter().for_each(Worker::dismiss);
    };
    thread::scope(|s| (0..workers).for_each(|_| drop(s.spawn(serve))));
    results.into_inner().unwrap()
}
