//! fails: never overlapped: of [200, 1, 2, 3, 4], some waited behind 200
//!
//! The numbers are dealt out before the work begins: some wait behind one that takes long, though a worker is free.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
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
    let mut squares = vec![None; numbers.len()];
    let share = numbers.len().div_ceil(workers).max(1);
    thread::scope(|scope| {
        for (numbers, squares) in numbers.chunks(share).zip(squares.chunks_mut(share)) {
            scope.spawn(move || {
                let mut kept: Option<Worker> = None;
                for (&number, square) in numbers.iter().zip(squares) {
                    for _ in 0..tries {
                        let Some(mut worker) = kept.take().or_else(|| Worker::start(hire()).ok())
                        else {
                            continue;
                        };
                        *square = worker.ask(number);
                        if square.is_some() {
                            kept = Some(worker);
                            break;
                        }
                        worker.dismiss();
                    }
                }
                if let Some(worker) = kept {
                    worker.dismiss();
                }
            });
        }
    });
    squares
}
