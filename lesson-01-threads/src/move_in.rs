//! `move-in`: what a thread works on moves into it, and comes back when it is done.
//!
//! [`thread::spawn`] asks three things of a closure, and the compiler checks each. It must be `'static`: borrow nothing
//! that may be gone before the thread is, which `move` sees to. A value that has moved is gone here:
//!
//! ```compile_fail,E0382
//! let words = vec!["b", "a"];
//! let sorter = std::thread::spawn(move || { let mut words = words; words.sort(); words });
//! println!("{:?}", words);
//! # sorter.join().unwrap();
//! ```
//!
//! `join` gives it back:
//!
//! ```
//! let words = vec!["b", "a"];
//! let sorter = std::thread::spawn(move || { let mut words = words; words.sort(); words });
//! println!("{:?}", sorter.join().unwrap());
//! ```
//!
//! It must be `Send`: a value that may change its thread. An `Rc` counts its owners without any protection, so two
//! threads might miscount:
//!
//! ```compile_fail,E0277
//! use std::rc::Rc;
//! let text = Rc::new("shared");
//! let copy = Rc::clone(&text);
//! std::thread::spawn(move || println!("{copy}")).join().unwrap();
//! ```
//!
//! An `Arc` counts with an atomic, and may:
//!
//! ```
//! use std::sync::Arc;
//! let text = Arc::new("shared");
//! let copy = Arc::clone(&text);
//! std::thread::spawn(move || println!("{copy}")).join().unwrap();
//! ```
//!
//! And what is *shared* between threads must be `Sync`: safe to use through `&` by several at once. A `Cell` is not:
//!
//! ```compile_fail,E0277
//! use std::cell::Cell;
//! let hits = Cell::new(0);
//! std::thread::scope(|scope| {
//!     scope.spawn(|| hits.set(hits.get() + 1));
//! });
//! ```
//!
//! An atomic, or a `Mutex` around the value, is:
//!
//! ```
//! use std::sync::atomic::{AtomicU32, Ordering};
//! let hits = AtomicU32::new(0);
//! std::thread::scope(|scope| {
//!     scope.spawn(|| hits.fetch_add(1, Ordering::Relaxed));
//! });
//! # assert_eq!(hits.load(Ordering::Relaxed), 1);
//! ```

use std::io;
use std::sync::Arc;
use std::thread::{self, Builder};

use common::{Failure, Outcome, Pace, Run};
use serde_json::json;
use tracing::{info, info_span};

/// Words to sort.
pub const WORDS: [&str; 8] = [
    "thread", "lock", "queue", "lock", "core", "thread", "scope", "join",
];

/// Sorts the words and drops repeated ones, on a thread that owns them meanwhile.
///
/// # Errors
/// When the system has no room for another thread.
///
/// # Panics
/// When that thread panicked.
pub fn sort_elsewhere(mut words: Vec<String>, pace: Pace) -> io::Result<Vec<String>> {
    let sorter = Builder::new().name("sorter".into()).spawn(move || {
        let _span = info_span!("sort").entered();
        thread::sleep(pace.seconds(0.2));
        words.sort();
        words.dedup();
        words
    })?;
    Ok(sorter.join().expect("sorting does not panic"))
}

/// Two threads that own the same text: an `Arc` counts its owners, and the last one frees it.
///
/// # Errors
/// As [`sort_elsewhere`].
///
/// # Panics
/// When one of the threads panicked.
pub fn count_letters(words: Vec<String>, pace: Pace) -> io::Result<(Vec<usize>, usize)> {
    let words = Arc::new(words);
    let mut threads = Vec::new();
    for letter in ['o', 'e'] {
        let words = Arc::clone(&words); // a second owner, not a second text
        threads.push(
            Builder::new()
                .name(format!("count {letter}"))
                .spawn(move || {
                    let _span = info_span!("count").entered();
                    thread::sleep(pace.seconds(0.2));
                    words
                        .iter()
                        .map(|word| word.matches(letter).count())
                        .sum::<usize>()
                })?,
        );
    }
    let counts = threads
        .into_iter()
        .map(|thread| thread.join().expect("counting does not panic"))
        .collect();
    Ok((counts, Arc::strong_count(&words)))
}

/// What `cargo run -p lesson-01-threads -- move-in` runs.
///
/// # Errors
/// As [`sort_elsewhere`].
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let words: Vec<String> = WORDS.map(str::to_owned).into();
    let before = words.as_ptr();
    let words = sort_elsewhere(words, run.pace)?;
    let same_place = before == words.as_ptr();
    let (counts, owners) = count_letters(words.clone(), run.pace)?;
    info!(
        "moving {} words there and back copied {} bytes: the text stayed where it was",
        words.len(),
        2 * size_of_val(&words)
    );
    Ok(Outcome::new(json!({
        "words": words, "same_place": same_place, "letters_o_e": counts, "owners_left": owners,
    })))
}
