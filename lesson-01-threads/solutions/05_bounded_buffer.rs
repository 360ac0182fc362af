//! A bounded buffer: woken up is not the same as there is something.
//!
//! `while`, because between the notification and getting the lock back another thread may have been faster.
//! `notify_all`, because threads that wait for room and threads that wait for an item wait at the same `Condvar`, and
//! `notify_one` may wake the wrong one. Two of them, one for each question, would do with `notify_one`.

//? What is true when `wait` returns? Only that a thread called `notify`, some time ago. Which thread may have had
//?   the lock since?
//? A loop asks again after every wake-up. Then think about `notify_one`: which threads wait at `changed`, and does it wake
//?   the right one?
//? `while items.is_empty() { items = self.changed.wait(items)…; }`, the same in `put`, and `notify_all` in both.
//?   (Or two `Condvar`s: one to wait for room, one to wait for an item.)

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
        while items.len() == self.room {
            items = self
                .changed
                .wait(items)
                .expect("no thread panics with the lock");
        }
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
