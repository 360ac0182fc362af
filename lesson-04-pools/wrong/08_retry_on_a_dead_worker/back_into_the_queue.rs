//! fails: wrong result
//!
//! The number goes back into the queue, and may be asked of a worker that has answered others.

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

/// The squares, in the order of the numbers; `None` for a number over which `tries` workers have died.
pub fn square_all(hire: Hire, workers: usize, tries: u32, numbers: &[i64]) -> Vec<Option<i64>> {
    // Index, number, how often it was tried.
    let queue: Mutex<VecDeque<(usize, i64, u32)>> = Mutex::new(
        numbers
            .iter()
            .enumerate()
            .map(|(at, &number)| (at, number, 0))
            .collect(),
    );
    let results = Mutex::new(vec![None; numbers.len()]);
    thread::scope(|scope| {
        for _ in 0..workers.min(numbers.len()) {
            scope.spawn(|| {
                let mut worker: Option<Worker> = None;
                loop {
                    let next = queue.lock().unwrap().pop_front();
                    let Some((at, number, tried)) = next else {
                        break;
                    };
                    if tried == tries {
                        continue;
                    }
                    if worker.is_none() {
                        worker = Worker::start(hire()).ok();
                    }
                    match worker.as_mut().and_then(|worker| worker.ask(number)) {
                        Some(square) => results.lock().unwrap()[at] = Some(square),
                        None => {
                            if let Some(dead) = worker.take() {
                                dead.dismiss();
                            }
                            queue.lock().unwrap().push_back((at, number, tried + 1));
                        }
                    }
                }
                if let Some(worker) = worker {
                    worker.dismiss();
                }
            });
        }
    });
    results.into_inner().unwrap()
}
