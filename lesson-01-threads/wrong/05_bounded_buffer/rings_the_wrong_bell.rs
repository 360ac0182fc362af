//! fails: deadlock: no thread can go on
//!
//! Two condvars, and each side notifies its own kind.

use crate::sync::{Condvar, Mutex};
use std::collections::VecDeque;
pub struct Buffer {
    items: Mutex<VecDeque<u32>>,
    room: usize,
    not_full: Condvar,
    not_empty: Condvar,
}
impl Buffer {
    pub fn new(room: usize) -> Buffer {
        Buffer {
            items: Mutex::new(VecDeque::new()),
            room,
            not_full: Condvar::new(),
            not_empty: Condvar::new(),
        }
    }
    pub fn put(&self, item: u32) -> usize {
        let mut items = self.items.lock().unwrap();
        while items.len() == self.room {
            items = self.not_full.wait(items).unwrap();
        }
        items.push_back(item);
        self.not_full.notify_one();
        items.len()
    }
    pub fn take(&self) -> u32 {
        let mut items = self.items.lock().unwrap();
        while items.is_empty() {
            items = self.not_empty.wait(items).unwrap();
        }
        let item = items.pop_front().unwrap();
        self.not_empty.notify_one();
        item
    }
}
