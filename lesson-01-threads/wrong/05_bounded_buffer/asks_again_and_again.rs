//! fails: stuck
//!
//! It never sleeps: it takes the lock, looks, gives it back, and looks again, as long as it takes.

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
        loop {
            let mut items = self.items.lock().unwrap();
            if items.len() < self.room {
                items.push_back(item);
                return items.len();
            }
            drop(items);
            crate::sync::thread::sleep(std::time::Duration::from_millis(1));
        }
    }

    /// Takes the oldest item, as soon as there is one.
    pub fn take(&self) -> u32 {
        loop {
            if let Some(item) = self.items.lock().unwrap().pop_front() {
                return item;
            }
            crate::sync::thread::sleep(std::time::Duration::from_millis(1));
        }
    }
}
