//! fails: wrong result: asking 12 (its worker writes `1` of the answer, and dies)
//!
//! What a worker had written of its answer when it died is taken for the answer.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

struct Worker {
    child: Child,
    answers: BufReader<ChildStdout>,
}

impl Worker {
    fn start(hire: &dyn Fn() -> Command) -> Option<Self> {
        let mut child = hire()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let answers = BufReader::new(child.stdout.take()?);
        Some(Self { child, answers })
    }

    fn ask(&mut self, number: i64) -> Option<i64> {
        writeln!(self.child.stdin.as_mut()?, "{number}").ok()?;
        let mut line = String::new();
        self.answers.read_line(&mut line).ok()?;
        line.trim().parse().ok()
    }

    fn bury(mut self) {
        drop(self.child.stdin.take());
        drop(self.answers);
        let _ = self.child.wait();
    }
}

/// The squares, in the order of the numbers; `None` for a number that ends its worker each time.
pub fn ask_all(hire: &dyn Fn() -> Command, numbers: &[i64]) -> Vec<Option<i64>> {
    let mut worker: Option<Worker> = None;
    let mut squares = Vec::new();
    for &number in numbers {
        let mut square = None;
        for _ in 0..2 {
            let mut asked = match worker.take() {
                Some(worker) => worker,
                None => match Worker::start(hire) {
                    Some(worker) => worker,
                    None => continue,
                },
            };
            square = asked.ask(number);
            if square.is_some() {
                worker = Some(asked);
                break;
            }
            asked.bury();
        }
        squares.push(square);
    }
    if let Some(worker) = worker {
        worker.bury();
    }
    squares
}
