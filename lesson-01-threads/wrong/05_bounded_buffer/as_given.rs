//! fails: panicked
//!
//! After `if`, a thread that was woken goes on, although another one may have taken the item.
//!
//! A bounded buffer: woken up is not the same as there is something.
//!
//! A buffer stands between threads that make something and threads that use it. It has room for a few items. A thread
//! that puts one in waits while it is full, one that takes waits while it is empty. A thread that waits sleeps: it does not
//! ask again and again. This buffer mostly works, and has two faults: one in how it waits, one in which threads it wakes.
//! Have it judged, and read what happens between being woken and going on.
//!
//! Study first: `cargo run -p lesson-01-threads -- condvar`, src/condvar.rs
//! Judge it:    `cargo run -p lesson-01-threads -- check 05_bounded_buffer`
//! Level:       2 of 3, about 15 minutes

// std's locks under another name: the check puts in its own there, whose threads take their steps in every order.
use crate::sync::{Condvar, Mutex};
use std::collections::VecDeque;

/// A queue with room for a few items only: `put` waits for room, `take` waits for an item.
pub struct Buffer {
    items: Mutex<VecDeque<u32>>,
    room: usize,
    changed: Condvar,
}

impl Buffer {
    /// An empty one with room for so many items.
    pub fn new(room: usize) -> Buffer {
        Buffer {
            items: Mutex::new(VecDeque::new()),
            room,
            changed: Condvar::new(),
        }
    }

    /// Puts an item in, as soon as there is room; how many are in it then.
    pub fn put(&self, item: u32) -> usize {
        let mut items = self.items.lock().expect("no thread panics with the lock");
        if items.len() == self.room {
            items = self
                .changed
                .wait(items)
                .expect("no thread panics with the lock");
        }
        items.push_back(item);
        self.changed.notify_one();
        items.len()
    }

    /// Takes the oldest item, as soon as there is one.
    pub fn take(&self) -> u32 {
        let mut items = self.items.lock().expect("no thread panics with the lock");
        if items.is_empty() {
            items = self
                .changed
                .wait(items)
                .expect("no thread panics with the lock");
        }
        self.changed.notify_one();
        items.pop_front().expect("there is one: it was waited for")
    }
}
