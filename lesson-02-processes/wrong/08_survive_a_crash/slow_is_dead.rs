//! fails: wrong result
//!
//! A worker that has not answered within 200 ms is taken for dead, and killed.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

struct Worker {
    child: Child,
    answers: Receiver<i64>,
}

impl Worker {
    fn start(hire: &dyn Fn() -> Command) -> Option<Self> {
        let mut child = hire()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let from = BufReader::new(child.stdout.take()?);
        let (answer, answers) = channel();
        thread::spawn(move || {
            for line in from.lines().map_while(Result::ok) {
                let Ok(square) = line.parse() else { break };
                if answer.send(square).is_err() {
                    break;
                }
            }
        });
        Some(Self { child, answers })
    }

    fn ask(&mut self, number: i64) -> Option<i64> {
        writeln!(self.child.stdin.as_mut()?, "{number}").ok()?;
        self.answers.recv_timeout(Duration::from_millis(200)).ok()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The squares, in the order of the numbers; `None` for a number that ends its worker each time.
pub fn ask_all(hire: &dyn Fn() -> Command, numbers: &[i64]) -> Vec<Option<i64>> {
    let mut worker = None;
    let mut squares = Vec::new();
    for &number in numbers {
        let mut square = None;
        for _ in 0..2 {
            if worker.is_none() {
                worker = Worker::start(hire);
            }
            square = worker.as_mut().and_then(|worker| worker.ask(number));
            if square.is_some() {
                break;
            }
            worker = None;
        }
        squares.push(square);
    }
    squares
}
