//! fails: wrong result
//!
//! A number that ends two workers has had its chance: it is not asked a third time.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

struct Worker {
    child: Child,
    from: BufReader<ChildStdout>,
}

impl Worker {
    fn start(mut command: Command) -> Worker {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let from = BufReader::new(child.stdout.take().unwrap());
        Worker { child, from }
    }

    fn ask(&mut self, number: i64) -> Option<i64> {
        writeln!(self.child.stdin.as_mut().unwrap(), "{number}").ok()?;
        let mut line = String::new();
        self.from.read_line(&mut line).ok()?;
        line.trim().parse().ok()
    }
}

pub fn ask_all(hire: &dyn Fn() -> Command, numbers: &[i64]) -> Vec<Option<i64>> {
    let mut worker = Worker::start(hire());
    let mut answers = Vec::new();
    for number in numbers {
        let mut answer = None;
        for _try in 1..=3 {
            answer = worker.ask(*number);
            if answer.is_some() {
                break;
            }
            worker.child.wait().unwrap();
            worker = Worker::start(hire());
        }
        answers.push(answer);
    }
    worker.child.wait().unwrap();
    answers
}
