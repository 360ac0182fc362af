//! `map`: one outcome for each item, in the order of the items, whichever is done first.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use common::Pace;
use tracing::{info, info_span};

use crate::executor::{Error, Outcome, ThreadPool};

/// Squares a number. The first ones take longest: 0.6 s for 1, 0.1 s for 6.
fn square(number: u32, pace: Pace) -> u32 {
    let _span = info_span!("square", number).entered();
    thread::sleep(pace.seconds(0.1 * f64::from(7 - number)));
    info!("{number} is done");
    number * number
}

/// Returns how many jobs had begun before the first result was asked for, and the results.
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

/// Returns the thread that had each of eight numbers. The numbers of a chunk stay together.
pub fn in_chunks(pool: &ThreadPool) -> Result<Vec<String>, Error> {
    let name = |_| thread::current().name().unwrap_or_default().to_owned();
    pool.map(1..=8, name).chunks(4).collect()
}

/// Returns an outcome for each of four numbers, the third of which is no good.
pub fn with_a_failure(pool: &ThreadPool) -> Vec<Outcome<u32>> {
    let checked = |number| {
        assert!(number != 3, "{number} is no good");
        number
    };
    pool.map(1..=4, checked).collect()
}

/// Returns the outcomes of six numbers within `patience`, and how many jobs had begun in the end.
/// The third one is stuck until the time is up.
pub fn with_a_timeout(pool: &ThreadPool, patience: Duration) -> (Vec<Outcome<u32>>, usize) {
    let (open, gate) = channel::<()>();
    let gate = Mutex::new(gate);
    let begun = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&begun);
    let stuck = move |number| {
        count.fetch_add(1, Ordering::Relaxed);
        if number == 3 {
            // Ends with an error when `open` is dropped. Nothing is ever sent.
            let _ = gate.lock().expect("never poisoned").recv();
        }
        number
    };

    let outcomes = pool.map(1..=6, stuck).timeout(patience).collect();
    // The map is gone, and jobs that had not begun went with it. The stuck one goes on.
    drop(open);
    (outcomes, begun.load(Ordering::Relaxed))
}
