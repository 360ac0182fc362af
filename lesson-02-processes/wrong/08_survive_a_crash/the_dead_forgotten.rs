//! fails: left a process behind
//!
//! The dead are replaced and forgotten: each stays in the list of processes.

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
        let mut answer = worker.ask(*number);
        for _again in 0..1 {
            if answer.is_none() {
                worker = Worker::start(hire());
                answer = worker.ask(*number);
            }
        }
        if answer.is_none() {
            worker = Worker::start(hire());
        }
        answers.push(answer);
    }
    worker.child.wait().unwrap();
    answers
}
