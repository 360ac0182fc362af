//! fails: wrong result
//!
//! A static number is shared by all counters, not by all doors of one.

use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::{Arc, thread};
pub type Door = Box<dyn FnOnce(&Counter) + Send>;
static N: AtomicU64 = AtomicU64::new(0);
#[derive(Default)]
pub struct Counter;
impl Counter {
    pub fn add_one(&self) {
        N.fetch_add(1, Ordering::Relaxed);
    }
    pub fn total(&self) -> u64 {
        N.load(Ordering::Relaxed)
    }
}
pub fn open(doors: Vec<Door>) -> u64 {
    let c = Arc::new(Counter);
    let hs: Vec<_> = doors
        .into_iter()
        .map(|d| {
            let c = c.clone();
            thread::spawn(move || d(&c))
        })
        .collect();
    for h in hs {
        h.join().unwrap();
    }
    c.total()
}
