//! `callbacks`: have something called when a job is done, whatever becomes of it.

use std::sync::mpsc::{Sender, channel};
use std::thread;

use common::{Failure, Outcome, Run};
use serde_json::json;
use tracing::info;

use crate::executor::{self, JobHandle, ReturnWhen, ThreadPool, wait};

/// What a callback noted: the thread that called it, and the outcome of the job.
pub type Note = (String, executor::Outcome<u32>);

/// A callback that notes its call.
fn note(to: &Sender<Note>) -> impl FnOnce(&executor::Outcome<u32>) + Send + 'static {
    let to = to.clone();
    move |outcome| {
        let thread = thread::current().name().unwrap_or_default().to_owned();
        // It can only fail if nobody wants it any more.
        let _ = to.send((thread, outcome.clone()));
    }
}

/// A job that goes on until the sender is dropped, which says that it has begun.
fn held(pool: &ThreadPool) -> Result<(JobHandle<u32>, Sender<()>), executor::Error> {
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

/// What a callback noted that was given to a job in each state. Every note is there as soon as the job is done: callbacks
/// are called before anybody gets the result.
///
/// # Errors
/// When the pool cannot be had, takes no jobs, or has not called a callback.
pub fn in_each_state() -> Result<Vec<(&'static str, Note)>, Failure> {
    let pool = ThreadPool::builder()
        .workers(1)
        .name_prefix("worker")
        .build()?;
    let (notes, inbox) = channel();
    let mut seen = Vec::new();

    let (mut running, release) = held(&pool)?;
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

    let (mut harmed, release) = held(&pool)?;
    harmed.on_done(bad_callback);
    harmed.on_done(note(&notes));
    drop(release);
    let _ = harmed.result();
    seen.push(("after a callback that panics", inbox.try_recv()?));
    Ok(seen)
}

fn bad_callback(_: &executor::Outcome<u32>) {
    panic!("a callback on purpose");
}

fn bad_job() -> u32 {
    panic!("a job on purpose")
}

/// What a callback noted of a job that panicked.
///
/// # Errors
/// As [`in_each_state`].
pub fn of_a_panic() -> Result<Note, Failure> {
    let pool = ThreadPool::builder()
        .workers(1)
        .name_prefix("worker")
        .build()?;
    let (notes, inbox) = channel();
    let mut job = pool.submit(bad_job)?;
    job.on_done(note(&notes));
    let _ = job.result();
    Ok(inbox.try_recv()?)
}

/// What `cargo run -p lesson-04-pools -- callbacks` runs.
///
/// # Errors
/// As [`in_each_state`].
pub fn demo(_run: &Run) -> Result<Outcome, Failure> {
    let mut notes = in_each_state()?;
    notes.push(("panicked", of_a_panic()?));
    let mut results = Vec::new();
    for (state, (thread, outcome)) in notes {
        info!("{state}: called by {thread} with {outcome:?}");
        results.push(json!({ "state": state, "called_by": thread, "ok": outcome.is_ok() }));
    }
    Ok(Outcome::new(results))
}
