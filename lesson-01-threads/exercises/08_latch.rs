//! A latch: one thread sleeps until another one opens the gate.
//!
//! `wait` puts its thread to sleep with `thread::park()`; `open` wakes it with `unpark()`. Three things make that
//! right, and each is easy to forget. `park` may return for no reason. `unpark` may come before `park`; then `park`
//! returns at once, and the latch may be open already. And the number that is handed over must be seen by the
//! thread that sees that the latch is open; any number may be handed over, 0 as well.
//!
//! Study first: `cargo run -p lesson-01-threads -- condvar`, src/condvar.rs, and exercise 06
//! Judge it:    `cargo run -p lesson-01-threads -- check 08_latch`
//! Level:       3 of 3, about 20 minutes

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
        todo!("write the number, open, wake: in which order, and with which `Ordering`?")
    }

    /// Waits, asleep, until it is open; the number.
    pub fn wait(&self) -> u32 {
        todo!("sleep until it is open")
    }
}
