//! `lock-convoy`: a critical section that covers the slow part. All threads queue up behind one lock.
//!
//! The answer is right, the threads are there, and nothing overlaps: the program is as fast as with one thread.

use std::sync::{Mutex, MutexGuard};
use std::thread;

use common::Pace;
use tracing::info_span;

/// Seconds that a server takes to answer.
pub const SLOW: f64 = 0.1;

/// Waits for the server's answer.
fn ask(number: u32, pace: Pace) -> u32 {
    let _span = info_span!("ask").entered();
    thread::sleep(pace.seconds(SLOW));
    10 * number
}

/// Locks the answers. The span is for the timeline: here a thread may have to wait.
fn lock(answers: &Mutex<Vec<u32>>) -> MutexGuard<'_, Vec<u32>> {
    info_span!("lock", waits_for = "answers").in_scope(|| answers.lock().expect("no thread panics"))
}

/// Broken: the list of answers is locked while the server is asked.
pub fn ask_inside(answers: &Mutex<Vec<u32>>, number: u32, pace: Pace) {
    let mut answers = lock(answers);
    let _held = info_span!("locked", holds = "answers").entered();
    answers.push(ask(number, pace));
}

/// Fixed: the list is locked only to push. (`answers.lock().expect("…").push(ask(…))` would be broken again: the guard
/// is made first, and then the server is asked.)
pub fn ask_before(answers: &Mutex<Vec<u32>>, number: u32, pace: Pace) {
    let answer = ask(number, pace);
    let mut answers = lock(answers);
    let _held = info_span!("locked", holds = "answers").entered();
    answers.push(answer);
}
