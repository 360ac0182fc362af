//! A process pool: a fixed crew of worker processes and one queue of tasks.
//!
//! Processes share no memory. A task has to be written as bytes, sent through a pipe, and read again; so does the
//! answer. For each worker, one thread of ours does that. It is called a feeder here: it takes the next task from
//! the queue, sends it, waits for the answer, and comes back for another.

use std::fmt::Display;
use std::io;
use std::num::NonZero;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, scope};

use common::process::{self, Child, How};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::wire::{Lost, ask};

struct Worker {
    name: String,
    child: Child,
}

impl Worker {
    fn failed(&self, what: impl Display) -> io::Error {
        io::Error::other(format!("{} (process {}) {what}", self.name, self.child.id()))
    }
}

/// What a feeder tells: the index of its worker, the task, and the answer.
type Told<'t, T, A> = (usize, &'t T, Result<A, Lost>);

/// Has `tasks` done by at most `workers` processes, each started with the command that `start` gives for its name.
/// Calls `done` with a task and its answer as soon as that is there.
///
/// # Errors
/// When a worker cannot be started, ends too early or answers nonsense. All others are killed then.
///
/// # Panics
/// When `done` does.
pub fn run<T: Serialize + Sync, A: DeserializeOwned + Send>(
    start: impl Fn(&str) -> Command,
    workers: NonZero<usize>,
    tasks: &[T],
    mut done: impl FnMut(&T, A),
) -> io::Result<()> {
    let queue = Mutex::new(tasks.iter());
    let (sender, answers) = mpsc::channel();
    scope(|scope| {
        // This list owns the processes. However this function is left, the list is dropped, which kills and reaps
        // those that still run. Their pipes are closed then, which ends the feeders that `scope` waits for.
        let mut crew: Vec<Worker> = Vec::new();
        for index in 0..workers.get().min(tasks.len()) {
            let name = format!("worker-{}", index + 1);
            let mut command = start(&name);
            let mut child = process::spawn(command.stdin(Stdio::piped()).stdout(Stdio::piped()), &name)?;
            let pipes = child.stdin.take().zip(child.stdout.take()).expect("both were asked to be piped");
            crew.push(Worker { name, child });
            let (queue, sender) = (&queue, sender.clone());
            let feeder = Builder::new().name(format!("feeder-{}", index + 1));
            feeder.spawn_scoped(scope, move || feed(index, queue, pipes, &sender))?;
        }
        // The loop below ends when every sender is gone: those of the feeders, and this one.
        drop(sender);
        for (index, task, answer) in answers {
            let worker = &mut crew[index];
            match answer {
                Ok(answer) => done(task, answer),
                Err(Lost::Gone) => {
                    let how = How::from(worker.child.wait()?);
                    return Err(worker.failed(how));
                }
                Err(Lost::Nonsense(why)) => return Err(worker.failed(format!("sent nonsense: {why}"))),
            }
        }
        // No more tasks: the feeders have closed the pipes, and each worker ends by itself.
        for worker in &mut crew {
            let how = How::from(worker.child.wait()?);
            if how != How::Exited(0) {
                return Err(worker.failed(how));
            }
        }
        Ok(())
    })
}

/// What a feeder does, until the queue is empty or its worker is lost.
fn feed<'t, T: Serialize, A: DeserializeOwned>(
    index: usize,
    queue: &Mutex<std::slice::Iter<'t, T>>,
    (mut stdin, mut stdout): (ChildStdin, ChildStdout),
    sender: &Sender<Told<'t, T, A>>,
) {
    // The lock is held for the length of this closure, and not while the worker works.
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    while let Some(task) = next() {
        let answer = ask(task, &mut stdin, &mut stdout);
        let lost = answer.is_err();
        if sender.send((index, task, answer)).is_err() || lost {
            return;
        }
    }
}
