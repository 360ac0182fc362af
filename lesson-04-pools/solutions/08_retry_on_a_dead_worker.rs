//! Retry on a dead worker: a process pool that gets all of its results.
//!
//! Each thread has at most one worker, and is the only one that knows it. So the death of a worker is the business of one
//! thread, and no other code has to be told.

//? A thread for each worker, as in the exercise about results in order: a lock around what is taken, and one around what
//?   is put down. What does a thread do when `ask` gives `None`?
//? It waits for the dead one (`dismiss`), starts another, and asks again, at most `tries` times in all. Keep the worker in
//?   an `Option`: `take` it, and put it back if it has answered.
//? `for _try in 0..tries { let mut asked = …the worker, or a new one…; match asked.ask(*number) { Some(answer) => { …put it
//?   down…; worker = Some(asked); break } None => asked.dismiss() } }`, and at the end of the thread dismiss the worker.

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
    let serve = || {
        let mut worker: Option<Worker> = None;
        loop {
            let taken = next.lock().expect("no thread panics with the lock").next();
            let Some((at, number)) = taken else { break };
            for _try in 0..tries {
                let Some(mut asked) = worker.take().or_else(|| Worker::start(hire()).ok()) else {
                    continue;
                };
                let answer = asked.ask(*number);
                if answer.is_some() {
                    results.lock().expect("no thread panics with the lock")[at] = answer;
                    worker = Some(asked);
                    break;
                }
                asked.dismiss();
            }
        }
        worker.into_iter().for_each(Worker::dismiss);
    };
    thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(serve))));
    results
        .into_inner()
        .expect("no thread panics with the lock")
}
