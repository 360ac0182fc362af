//! `callbacks`: a function that is called when a job is done, whatever becomes of it.

use std::sync::mpsc::{Sender, channel};
use std::thread;

use common::Failure;

use crate::executor::{Error, JobHandle, Outcome, ReturnWhen, ThreadPool, wait};

/// The thread that called a callback, and the outcome of the job.
pub type Note = (String, Outcome<u32>);

/// Makes a callback that notes its call.
fn note(to: &Sender<Note>) -> impl FnOnce(&Outcome<u32>) + Send + 'static {
    let to = to.clone();
    move |outcome| {
        let thread = thread::current().name().unwrap_or_default().to_owned();
        // It can only fail if the notes are no longer wanted.
        let _ = to.send((thread, outcome.clone()));
    }
}

/// Starts a job that goes on until the sender is dropped. When this returns, it has begun.
fn held(pool: &ThreadPool) -> Result<(JobHandle<u32>, Sender<()>), Error> {
    let (release, gate) = channel::<()>();
    let (tell, started) = channel();
    let job = pool.submit(move || {
        let _ = tell.send(());
        // Ends with an error when the sender is dropped. Nothing is ever sent.
        let _ = gate.recv();
        7
    })?;
    let _ = started.recv();

    Ok((job, release))
}

/// Returns what a callback noted that was given to a job in each state.
///
/// Every note is there as soon as the job is done: callbacks are called before the result is given
/// out.
pub fn in_each_state(pool: &ThreadPool) -> Result<Vec<(&'static str, Note)>, Failure> {
    let (notes, inbox) = channel();
    let mut seen = Vec::new();

    let (mut running, release) = held(pool)?;
    running.on_done(note(&notes));
    let mut waiting = pool.submit(|| 8)?;
    waiting.on_done(note(&notes));
    let mut cancelled = pool.submit(|| 9)?;
    cancelled.on_done(note(&notes));
    cancelled.cancel();
    seen.push(("cancelled", inbox.try_recv()?));

    drop(release);
    let _ = running.result();
    seen.push(("running", inbox.try_recv()?));

    let (mut done, _) = wait([waiting], ReturnWhen::AllCompleted, None);
    seen.push(("waiting", inbox.try_recv()?));
    // It is done already: called here and now.
    done[0].on_done(note(&notes));
    seen.push(("done", inbox.try_recv()?));
    Ok(seen)
}

/// Returns what a callback noted that came after one that panics.
pub fn after_a_bad_one(pool: &ThreadPool) -> Result<Note, Failure> {
    let (notes, inbox) = channel();
    let (mut job, release) = held(pool)?;
    job.on_done(|_| panic!("a callback on purpose"));
    job.on_done(note(&notes));

    drop(release);
    let _ = job.result();
    Ok(inbox.try_recv()?)
}

/// Returns what a callback noted of a job that panicked.
pub fn of_a_panic(pool: &ThreadPool) -> Result<Note, Failure> {
    let (notes, inbox) = channel();
    let mut job = pool.submit(|| panic!("a job on purpose"))?;
    job.on_done(note(&notes));

    let _ = job.result();
    Ok(inbox.try_recv()?)
}
