//! `locals`: a value of its own for each thread, and a value that is made once for all of them.
//!
//! `thread_local!` gives each thread its own copy, so nobody needs a lock. `OnceLock` and `LazyLock` hold one value that
//! is made when it is first needed: whoever comes first makes it, whoever comes meanwhile waits.

use std::cell::Cell;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Barrier, LazyLock, OnceLock};
use std::thread::{self, Builder};

use common::{Failure, Outcome, Pace, Run};
use serde_json::json;
use tracing::{info, info_span};

thread_local! {
    /// Steps of this thread. A `Cell`, which threads could not share, is enough.
    static STEPS: Cell<u32> = const { Cell::new(0) };
}

/// The squares below 100, made by whoever looks first. A `LazyLock` knows how to make its value.
static SQUARES: LazyLock<Vec<u32>> = LazyLock::new(|| (0..10).map(|n| n * n).collect());

/// Walks `steps` steps and says how many this thread has walked in all.
pub fn walk(steps: u32) -> u32 {
    for _ in 0..steps {
        STEPS.set(STEPS.get() + 1);
    }
    STEPS.get()
}

/// Three threads walk 10, 20 and 30 steps; what each says it walked, and last what the calling thread walked.
///
/// # Errors
/// When the system has no room for another thread.
///
/// # Panics
/// When a walker panicked.
pub fn walkers() -> io::Result<Vec<u32>> {
    thread::scope(|scope| {
        let mut walking = Vec::new();
        for number in 1..=3 {
            walking.push(
                Builder::new()
                    .name(format!("walker {number}"))
                    .spawn_scoped(scope, move || {
                        let _span = info_span!("walk").entered();
                        walk(10 * number)
                    })?,
            );
        }
        let mut walked: Vec<u32> = walking
            .into_iter()
            .map(|walker| walker.join().expect("walking does not panic"))
            .collect();
        walked.push(walk(0));
        Ok(walked)
    })
}

/// Threads that all want the dictionary at the same moment; how often it was loaded, and its size as each saw it.
///
/// # Errors
/// As [`walkers`].
///
/// # Panics
/// When a reader panicked.
pub fn readers(threads: usize, pace: Pace) -> io::Result<(u32, Vec<usize>)> {
    let (dictionary, loads) = (OnceLock::new(), AtomicU32::new(0));
    let load = || {
        let _span = info_span!("load").entered();
        loads.fetch_add(1, Ordering::Relaxed);
        thread::sleep(pace.seconds(0.3));
        vec!["lock", "queue", "thread"]
    };
    let together = Barrier::new(threads);
    let sizes = thread::scope(|scope| {
        let mut reading = Vec::new();
        for number in 1..=threads {
            reading.push(
                Builder::new()
                    .name(format!("reader {number}"))
                    .spawn_scoped(scope, || {
                        together.wait();
                        let _span = info_span!("first use", waits_for = "the dictionary").entered();
                        dictionary.get_or_init(load).len()
                    })?,
            );
        }
        io::Result::Ok(
            reading
                .into_iter()
                .map(|reader| reader.join().expect("reading"))
                .collect(),
        )
    })?;
    Ok((loads.into_inner(), sizes))
}

/// What `cargo run -p lesson-01-threads -- locals` runs.
///
/// # Errors
/// As [`walkers`].
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let walked = walkers()?;
    info!(
        "the walkers counted {}, {} and {} steps; main counted {}",
        walked[0], walked[1], walked[2], walked[3]
    );
    let (loads, sizes) = readers(4, run.pace)?;
    info!(
        "{} threads wanted the dictionary at once; times it was loaded: {loads}",
        sizes.len()
    );
    Ok(Outcome::new(
        json!({ "walked": walked, "loads": loads, "sizes": sizes, "squares": *SQUARES }),
    ))
}
