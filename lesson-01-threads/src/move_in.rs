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

use std::sync::Arc;
use std::thread;

use common::Pace;
use tracing::info_span;

/// Sorts the words and drops repeated ones, on a thread that owns them meanwhile.
pub fn sort_elsewhere(mut words: Vec<String>, pace: Pace) -> Vec<String> {
    let sorter = thread::spawn(move || {
        let _span = info_span!("sorter").entered();
        thread::sleep(pace.seconds(0.2));
        words.sort();
        words.dedup();
        words
    });
    sorter.join().expect("sorting does not panic")
}

/// Counts two letters on two threads that own the same text; returns the counts, and how many owners are left.
pub fn count_letters(words: Vec<String>, pace: Pace) -> (Vec<usize>, usize) {
    let words = Arc::new(words);
    let mut counting = Vec::new();
    for letter in ['o', 'e'] {
        let words = Arc::clone(&words); // a second owner, not a second text
        counting.push(thread::spawn(move || {
            let _span = info_span!("count", %letter).entered();
            thread::sleep(pace.seconds(0.2));
            words.iter().map(|word| word.matches(letter).count()).sum()
        }));
    }

    let mut counts = Vec::new();
    for thread in counting {
        counts.push(thread.join().expect("counting does not panic"));
    }
    (counts, Arc::strong_count(&words))
}
