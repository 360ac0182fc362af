//! `spawn`: start a thread, let it run beside the others, and wait for it with `join`.
//!
//! One thread prints numbers, the other letters, and both pause for half a second after each. A thread that pauses
//! needs no CPU, so the two pauses pass at the same time.

use std::io;
use std::thread::{self, Builder};

use common::{Failure, Outcome, Pace, Run};
use serde_json::json;
use tracing::{info, info_span};

/// Seconds that each step pauses, as if it waited for a disk or a network.
const PAUSE: f64 = 0.5;

/// Five numbers, with a pause after each.
pub fn print_numbers(pace: Pace) -> Vec<u32> {
    let mut printed = Vec::new();
    for number in 0..5 {
        info!("Number: {number}");
        printed.push(number);
        thread::sleep(pace.seconds(PAUSE));
    }
    printed
}

/// Five letters, with a pause after each.
pub fn print_letters(pace: Pace) -> Vec<char> {
    let mut printed = Vec::new();
    for letter in 'a'..='e' {
        info!("Letter: {letter}");
        printed.push(letter);
        thread::sleep(pace.seconds(PAUSE));
    }
    printed
}

/// Both at the same time, each on a thread of its own.
///
/// # Errors
/// When the system has no room for another thread.
///
/// # Panics
/// When one of the two threads panicked.
pub fn at_the_same_time(pace: Pace) -> io::Result<(Vec<u32>, Vec<char>)> {
    // Made here and entered in the threads: so the timeline knows who started them.
    let (first, second) = (info_span!("numbers"), info_span!("letters"));
    // `thread::spawn` would do; the `Builder` also gives the thread a name, which `ps -T` shows.
    let numbers = Builder::new()
        .name("numbers".into())
        .spawn(move || first.in_scope(|| print_numbers(pace)))?;
    let letters = Builder::new()
        .name("letters".into())
        .spawn(move || second.in_scope(|| print_letters(pace)))?;
    // `join` waits for the thread to end and hands over what its function returned.
    let numbers = numbers.join().expect("printing numbers does not panic");
    let letters = letters.join().expect("printing letters does not panic");
    Ok((numbers, letters))
}

/// Both on the thread that called: first all numbers, then all letters.
pub fn one_after_the_other(pace: Pace) -> (Vec<u32>, Vec<char>) {
    let numbers = info_span!("numbers").in_scope(|| print_numbers(pace));
    let letters = info_span!("letters").in_scope(|| print_letters(pace));
    (numbers, letters)
}

/// What `cargo run -p lesson-01-threads -- spawn` runs.
///
/// # Errors
/// As [`at_the_same_time`].
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (numbers, letters) = at_the_same_time(run.pace)?;
    Ok(Outcome::new(
        json!({ "numbers": numbers, "letters": letters }),
    ))
}

/// What its `--compare` measures first.
///
/// # Errors
/// None.
pub fn demo_one_after_the_other(run: &Run) -> Result<Outcome, Failure> {
    let (numbers, letters) = one_after_the_other(run.pace);
    Ok(Outcome::new(
        json!({ "numbers": numbers, "letters": letters }),
    ))
}
