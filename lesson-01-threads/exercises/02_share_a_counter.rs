//! Share a counter: many threads count on one number.
//!
//! A shop has several doors, and wants to know how many visitors came. Each door is a function that is to run on a
//! thread of its own; all doors count on the same `Counter`. Write the three bodies. The counter's field is an atomic
//! number, which many threads may change through a shared reference.
//!
//! Study first: `cargo run -p lesson-01-threads -- atomics`, src/atomics.rs
//! Judge it:    `cargo run -p lesson-01-threads -- check 02_share_a_counter`
//! Level:       2 of 3, about 15 minutes

// std's threads and locks under another name: the check puts in its own there, which take their steps in every order.
use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::{Arc, thread};

/// What happens at a door: it calls `add_one` for every visitor that comes in.
pub type Door = Box<dyn FnOnce(&Counter) + Send>;

/// Counts visitors; many threads may use it.
#[derive(Default)]
pub struct Counter {
    visitors: AtomicU64,
}

impl Counter {
    /// One visitor more.
    pub fn add_one(&self) {
        todo!("which method of `AtomicU64` adds without losing anything?")
    }

    /// How many there were so far.
    pub fn total(&self) -> u64 {
        todo!()
    }
}

/// Opens all doors at the same time, a thread each, and waits until all are closed; how many visitors came.
pub fn open(doors: Vec<Door>) -> u64 {
    todo!("one counter in an `Arc`, a clone of the `Arc` for each thread")
}
