//! fails: wrong result
//!
//! Each number gets a worker of its own: safe, and as many processes as there are numbers.

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
    let ask = |number: &i64| {
        let mut worker = Worker::start(hire());
        let answer = worker.ask(*number);
        worker.child.wait().unwrap();
        answer
    };
    numbers
        .iter()
        .map(|number| ask(number).or_else(|| ask(number)))
        .collect()
}
