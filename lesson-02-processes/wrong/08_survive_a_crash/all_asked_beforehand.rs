//! fails: wrong result
//!
//! All numbers are written before the first answer is read. A worker that dies has more of them
//! than one, and they get one more chance together.

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
    let mut to = worker.child.stdin.take().unwrap();
    for number in numbers {
        let _ = writeln!(to, "{number}");
    }
    drop(to);
    let lines = worker.from.lines().map_while(Result::ok);
    let mut answers: Vec<Option<i64>> = lines.map(|line| line.parse().ok()).collect();
    worker.child.wait().unwrap();
    answers.resize(numbers.len(), None);
    for (number, answer) in numbers.iter().zip(&mut answers) {
        if answer.is_none() {
            let mut worker = Worker::start(hire());
            *answer = worker.ask(*number);
            worker.child.wait().unwrap();
        }
    }
    answers
}
