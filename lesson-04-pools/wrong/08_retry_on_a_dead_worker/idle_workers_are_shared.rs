//! fails: wrong result
//!
//! Idle workers lie in a list for all threads: the number is asked again of one that has answered others.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Mutex;
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
    let next = Mutex::new(numbers.iter().enumerate());
    let results = Mutex::new(vec![None; numbers.len()]);
    // Workers that live and have nothing to do.
    let idle: Mutex<Vec<Worker>> = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let Some((at, &number)) = next.lock().unwrap().next() else {
                        return;
                    };
                    for _ in 0..tries {
                        let kept = idle.lock().unwrap().pop();
                        let Some(mut worker) = kept.or_else(|| Worker::start(hire()).ok()) else {
                            continue;
                        };
                        if let Some(square) = worker.ask(number) {
                            results.lock().unwrap()[at] = Some(square);
                            idle.lock().unwrap().push(worker);
                            break;
                        }
                        worker.dismiss();
                    }
                }
            });
        }
    });
    for worker in idle.into_inner().unwrap() {
        worker.dismiss();
    }
    results.into_inner().unwrap()
}
