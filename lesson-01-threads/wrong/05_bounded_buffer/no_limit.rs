//! fails: too many at once
//!
//! No thread ever waits for room.

// std's locks under another name: the check puts in its own there, whose threads take their steps in every order.
use crate::sync::{Condvar, Mutex};
use std::collections::VecDeque;

/// A queue with room for a few items only: putting waits for room, taking waits for an item.
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
        items.push_back(item);
        self.changed.notify_all();
        items.len()
    }

    /// Takes the oldest item, as soon as there is one.
    pub fn take(&self) -> u32 {
        let mut items = self.items.lock().expect("no thread panics with the lock");
        while items.is_empty() {
            items = self
                .changed
                .wait(items)
                .expect("no thread panics with the lock");
        }
        self.changed.notify_all();
        items.pop_front().expect("there is one: it was waited for")
    }
}
