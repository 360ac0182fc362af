//! fails: left a process behind
//!
//! The dead are kept, and waited for when all is done: until then each is a zombie.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A worker, and the reader of its answers: one for all of its life, because it may have read ahead.
struct Worker {
    child: Child,
    from: BufReader<ChildStdout>,
}

impl Worker {
    fn start(mut command: Command) -> Option<Worker> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let from = BufReader::new(child.stdout.take().expect("it was asked to be piped"));
        Some(Worker { child, from })
    }

    /// Its answer; `None` if it has died.
    fn ask(&mut self, number: i64) -> Option<i64> {
        let to = self.child.stdin.as_mut().expect("it was asked to be piped");
        writeln!(to, "{number}").ok()?;
        let mut line = String::new();
        self.from.read_line(&mut line).ok()?;
        line.trim().parse().ok()
    }

    /// `wait` closes its standard input first. There is nothing to be done about how it ended.
    fn dismiss(mut self) {
        let _ = self.child.wait();
    }
}

/// The squares, in the order of the numbers; `None` for a number that ends its worker each time.
pub fn ask_all(hire: &dyn Fn() -> Command, numbers: &[i64]) -> Vec<Option<i64>> {
    let mut worker: Option<Worker> = None;
    let mut answers = Vec::new();
    let mut dead = Vec::new();
    for number in numbers {
        let mut answer = None;
        for _try in 1..=2 {
            let Some(mut asked) = worker.take().or_else(|| Worker::start(hire())) else {
                continue;
            };
            answer = asked.ask(*number);
            if answer.is_some() {
                worker = Some(asked);
                break;
            }
            dead.push(asked);
        }
        answers.push(answer);
    }
    dead.into_iter().chain(worker).for_each(Worker::dismiss);
    answers
}
