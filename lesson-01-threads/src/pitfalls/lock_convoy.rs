//! `lock-convoy`: a critical section that covers the slow part. All threads queue up behind one lock.
//!
//! The answer is right, the threads are there, and nothing overlaps: the program is as fast as with one thread.

use std::io;
use std::sync::Mutex;
use std::thread::{self, Builder};
use std::time::Instant;

use common::{Failure, Outcome, Pace, Run};
use serde_json::json;
use tracing::{info, info_span};

/// Seconds that the slow part takes, as if it asked a server.
const SLOW: f64 = 0.1;
const ROUNDS: u32 = 3;

/// Waits for a server, and knows its answer.
fn ask(number: u32, pace: Pace) -> u32 {
    let _span = info_span!("ask").entered();
    thread::sleep(pace.seconds(SLOW));
    10 * number
}

/// Broken: the list of answers is locked while the server is asked.
///
/// # Panics
/// When another thread panicked while it had the lock.
pub fn ask_inside(answers: &Mutex<Vec<u32>>, number: u32, pace: Pace) {
    let mut answers =
        info_span!("lock", waits_for = "answers").in_scope(|| answers.lock().expect("no panic"));
    let _held = info_span!("locked", holds = "answers").entered();
    answers.push(ask(number, pace));
}

/// Fixed: the list is locked only to push. (`answers.lock().expect("…").push(ask(…))` would be broken again: the guard
/// is made first, and then the server is asked.)
///
/// # Panics
/// As [`ask_inside`].
pub fn ask_before(answers: &Mutex<Vec<u32>>, number: u32, pace: Pace) {
    let answer = ask(number, pace);
    let mut answers =
        info_span!("lock", waits_for = "answers").in_scope(|| answers.lock().expect("no panic"));
    let _held = info_span!("locked", holds = "answers").entered();
    answers.push(answer);
}

/// Each thread asks three times; all answers, sorted, and how many slow parts ran at once on average.
///
/// # Errors
/// When the system has no room for another thread.
///
/// # Panics
/// When one of the threads panicked.
pub fn all(
    threads: u32,
    pace: Pace,
    ask: fn(&Mutex<Vec<u32>>, u32, Pace),
) -> io::Result<(Vec<u32>, f64)> {
    let (answers, start) = (Mutex::new(Vec::new()), Instant::now());
    thread::scope(|scope| {
        for number in 1..=threads {
            let answers = &answers;
            Builder::new()
                .name(format!("asker {number}"))
                .spawn_scoped(scope, move || {
                    let _span = info_span!("three questions").entered();
                    (0..ROUNDS).for_each(|_| ask(answers, number, pace));
                })?;
        }
        io::Result::Ok(())
    })?;
    let slow_parts = f64::from(threads * ROUNDS) * pace.seconds(SLOW).as_secs_f64();
    let overlap = slow_parts / start.elapsed().as_secs_f64();
    let mut answers = answers.into_inner().expect("nobody panics");
    answers.sort_unstable();
    Ok((answers, overlap))
}

/// What `cargo run -p lesson-01-threads -- lock-convoy` runs.
///
/// # Errors
/// As [`all`].
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let threads = u32::try_from(run.count("threads").get())?;
    let (inside, convoy) = all(threads, run.pace, ask_inside)?;
    info!(
        "asking inside the lock: {} answers, overlap {convoy:.2}",
        inside.len()
    );
    let (before, free) = all(threads, run.pace, ask_before)?;
    info!(
        "asking before the lock: {} answers, overlap {free:.2}",
        before.len()
    );
    let same = inside == before;
    info!(
        "{threads} threads did the work of {convoy:.1} inside, of {free:.1} outside; same answers: {same}"
    );
    Ok(Outcome::new(
        json!({ "threads": threads, "answers": before.len(), "same_answers": same,
        "overlap_inside": convoy, "overlap_before": free }),
    ))
}
