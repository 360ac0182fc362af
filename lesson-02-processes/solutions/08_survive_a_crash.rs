//! Survive a crash: a worker dies, and the work goes on.
//!
//! The worker and its reader live in one value, and `ask` is the one place that finds out about a death: by a write that
//! fails, or by an end of file instead of an answer.

//? What do you read from a worker that has died? Not an error: `read_line` gives 0, the end of the file. Or the start of a
//?   line, without the line feed: `line.strip_suffix('\n')` is `None` then.
//? Keep `Option<Worker>`. For each number, twice at most: start a worker if there is none, ask it, and if there is no
//?   answer, wait for the dead one and forget it.
//? A type `Worker { child, from }` with `fn ask(&mut self, number) -> Option<i64>` that writes a line and reads one, and a
//?   `fn dismiss(self)` that drops the standard input and waits. At the end, dismiss the last worker too.

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

    /// Its answer; `None` if it has died: without a line feed it is only the start of one.
    fn ask(&mut self, number: i64) -> Option<i64> {
        let to = self.child.stdin.as_mut().expect("it was asked to be piped");
        writeln!(to, "{number}").ok()?;
        let mut line = String::new();
        self.from.read_line(&mut line).ok()?;
        line.strip_suffix('\n')?.parse().ok()
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
            asked.dismiss();
        }
        answers.push(answer);
    }
    worker.into_iter().for_each(Worker::dismiss);
    answers
}
