//! `map`: one outcome for each item, in the order of the items, whoever is done first.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use common::{Failure, Outcome, Pace, Run};
use serde_json::json;
use tracing::{info, info_span};

use crate::executor::{self, Error, ThreadPool};

/// Squares a number. The first ones take longest: 0.6 s for 1, 0.1 s for 6.
fn square(number: u32, pace: Pace) -> u32 {
    let _span = info_span!("square", number).entered();
    thread::sleep(pace.seconds(0.1 * f64::from(7 - number)));
    info!("{number} is done");
    number * number
}

/// How many jobs had begun before the first result was asked for, and the results in the order in which they came.
///
/// # Errors
/// When a job panicked.
pub fn in_order(pool: &ThreadPool, pace: Pace) -> Result<(usize, Vec<u32>), Error> {
    let begun = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&begun);
    let squares = pool.map(1..=6, move |number| {
        count.fetch_add(1, Ordering::Relaxed);
        square(number, pace)
    });
    // An iterator does nothing before it is asked for something.
    let before = begun.load(Ordering::Relaxed);
    let squares = squares.inspect(|square| info!("got {square:?}"));
    // One error would end it, and be the result.
    Ok((before, squares.collect::<Result<_, _>>()?))
}

/// The thread that squared each of eight numbers, four to a job: the numbers of a chunk stay together.
///
/// # Errors
/// As [`in_order`].
pub fn in_chunks(pool: &ThreadPool) -> Result<Vec<String>, Error> {
    let name = |_| thread::current().name().unwrap_or_default().to_owned();
    pool.map(1..=8, name).chunks(4).collect()
}

/// An outcome for each of four numbers, the third of which is no good.
pub fn with_a_failure(pool: &ThreadPool) -> Vec<executor::Outcome<u32>> {
    pool.map(1..=4, checked).collect()
}

fn checked(number: u32) -> u32 {
    assert!(number != 3, "{number} is no good");
    number
}

/// The outcomes of six numbers within `patience`, and how many jobs had begun in the end. The third one is stuck
/// until the time is up.
///
/// # Panics
/// Never: nobody panics under the lock.
pub fn with_a_timeout(
    pool: &ThreadPool,
    patience: Duration,
) -> (Vec<executor::Outcome<u32>>, usize) {
    let (open, gate) = channel::<()>();
    let (gate, begun) = (Mutex::new(gate), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&begun);
    let stuck = move |number| {
        count.fetch_add(1, Ordering::Relaxed);
        if number == 3 {
            // Ends with an error when `open` is dropped. Nothing is ever sent.
            let _ = gate.lock().expect("nobody panics under the lock").recv();
        }
        number
    };
    let outcomes = pool.map(1..=6, stuck).timeout(patience).collect();
    // The map is gone, and jobs that had not begun went with it. The stuck one goes on.
    drop(open);
    (outcomes, begun.load(Ordering::Relaxed))
}

/// What `cargo run -p lesson-04-pools -- map` runs.
///
/// # Errors
/// When a job failed that should not.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let pool = ThreadPool::builder()
        .workers(3)
        .name_prefix("mapper")
        .build()?;
    let start = Instant::now();
    let (before, squares) = in_order(&pool, run.pace)?;
    let took = start.elapsed().as_secs_f64();
    info!("in order: {squares:?} in {took:.3} s; begun before the first was asked for: {before}");
    let threads = in_chunks(&pool)?;
    let chunks: Vec<bool> = threads
        .chunks(4)
        .map(|four| four.iter().all(|name| *name == four[0]))
        .collect();
    info!("in chunks of four: each done by one thread: {chunks:?}");
    let outcomes = with_a_failure(&pool);
    info!("one panics: {outcomes:?}");

    let alone = ThreadPool::builder()
        .workers(1)
        .name_prefix("alone")
        .build()?;
    // Enough for two jobs that take no time, at any pace.
    let patience = run.pace.seconds(1.0).max(Duration::from_millis(300));
    let (in_time, begun) = with_a_timeout(&alone, patience);
    info!("one is stuck: {in_time:?}; {begun} of 6 jobs had begun, the others never will");
    let failed = outcomes.iter().filter(|outcome| outcome.is_err()).count();
    Ok(Outcome::new(
        json!({ "begun_before_asked": before, "in_order": squares, "chunks_together": chunks,
        "one_panics": { "ok": outcomes.len() - failed, "failed": failed },
        "one_is_stuck": { "outcomes": in_time.len(), "begun": begun } }),
    ))
}
