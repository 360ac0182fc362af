//! `locals`: a value of its own for each thread. `thread_local!` gives each thread its own copy, so no lock is needed.

use std::cell::Cell;
use std::thread;

use tracing::info_span;

thread_local! {
    /// Steps of this thread. A `Cell`, which threads could not share, is enough.
    static STEPS: Cell<u32> = const { Cell::new(0) };
}

/// Walks `steps` steps and returns how many this thread has walked in all.
pub fn walk(steps: u32) -> u32 {
    for _ in 0..steps {
        STEPS.set(STEPS.get() + 1);
    }
    STEPS.get()
}

/// Lets three threads walk 10, 20 and 30 steps; returns what each says, and last what the calling thread says.
pub fn walkers() -> Vec<u32> {
    let mut walking = Vec::new();
    for number in 1..=3 {
        walking.push(thread::spawn(move || {
            let _span = info_span!("walker", number).entered();
            walk(10 * number)
        }));
    }

    let mut walked = Vec::new();
    for walker in walking {
        walked.push(walker.join().expect("walking does not panic"));
    }
    walked.push(walk(0));
    walked
}
