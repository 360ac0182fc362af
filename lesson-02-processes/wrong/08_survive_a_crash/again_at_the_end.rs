//! fails: wrong result: asking
//!
//! A number whose worker died goes to the end of the queue, and is asked of the worker that lives then.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

struct Worker {
    child: Child,
    from: BufReader<ChildStdout>,
}

impl Worker {
    fn start(hire: &dyn Fn() -> Command) -> Self {
        let mut child = hire()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a worker can be started");
        let from = BufReader::new(child.stdout.take().expect("it is piped"));
        Self { child, from }
    }

    fn ask(&mut self, number: i64) -> Option<i64> {
        writeln!(self.child.stdin.as_mut()?, "{number}").ok()?;
        let mut line = String::new();
        self.from.read_line(&mut line).ok()?;
        line.strip_suffix('\n')?.parse().ok()
    }

    fn end(mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// The squares, in the order of the numbers; `None` for a number that ends its worker each time.
pub fn ask_all(hire: &dyn Fn() -> Command, numbers: &[i64]) -> Vec<Option<i64>> {
    let mut squares = vec![None; numbers.len()];
    let mut queue: VecDeque<(usize, u32)> = (0..numbers.len()).map(|at| (at, 1)).collect();
    let mut worker: Option<Worker> = None;
    while let Some((at, attempt)) = queue.pop_front() {
        let current = worker.get_or_insert_with(|| Worker::start(hire));
        if let Some(square) = current.ask(numbers[at]) {
            squares[at] = Some(square);
            continue;
        }
        worker.take().expect("there is one").end();
        if attempt < 2 {
            queue.push_back((at, attempt + 1));
        }
    }
    if let Some(worker) = worker {
        worker.end();
    }
    squares
}
