//! fails: stuck: two put and two take
//!
//! No thread notifies: one that waits wakes up every ten milliseconds, and looks again.

// std's locks under another name: the check puts in its own there, whose threads take their steps in every order.
use crate::sync::{Condvar, Mutex};
use std::collections::VecDeque;
use std::time::Duration;

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
        while items.len() == self.room {
            (items, _) = self
                .changed
                .wait_timeout(items, Duration::from_millis(10))
                .expect("no thread panics with the lock");
        }
        items.push_back(item);
        items.len()
    }

    /// Takes the oldest item, as soon as there is one.
    pub fn take(&self) -> u32 {
        let mut items = self.items.lock().expect("no thread panics with the lock");
        while items.is_empty() {
            (items, _) = self
                .changed
                .wait_timeout(items, Duration::from_millis(10))
                .expect("no thread panics with the lock");
        }
        items.pop_front().expect("there is one: it was waited for")
    }
}
