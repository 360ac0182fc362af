//! fails: deadlock: main waits in line 36 to be unparked, which nobody is left to do
//!
//! The flag is set, and the thread that sleeps is not woken.

// std's atomics and threads under another name: the check puts in its own there, which may do all that the language
// allows.
use crate::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use crate::sync::thread::{self, Thread};

/// A gate that is opened once, by one thread, for one other thread that waits for it; with a number to hand over.
pub struct Latch {
    number: AtomicU32,
    open: AtomicBool,
    waiter: Thread,
}

impl Latch {
    /// A closed one; `waiter` is the thread that is going to call `wait`.
    pub fn new(waiter: Thread) -> Latch {
        Latch {
            number: AtomicU32::new(0),
            open: AtomicBool::new(false),
            waiter,
        }
    }

    /// Opens it, and hands the number over.
    pub fn open(&self, number: u32) {
        self.number.store(number, Ordering::Relaxed);
        self.open.store(true, Ordering::Release);
    }

    /// Waits, asleep, until it is open; the number.
    pub fn wait(&self) -> u32 {
        while !self.open.load(Ordering::Acquire) {
            thread::park();
        }
        self.number.load(Ordering::Relaxed)
    }
}
