//! `too-many`: ten thousand threads, and what the system says to that.
//!
//! Every thread has a stack of its own, 2 MiB of address space unless told otherwise. At some number of threads there
//! is no room for another one: `Builder::spawn` returns an error. `thread::spawn` would panic there.

use std::io;
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle};

/// Starts threads until `wanted` are there or the system refuses one; returns them, and its error.
///
/// All stay until the gate can be locked, so that all are there at once.
pub fn start(wanted: usize, gate: &Arc<Mutex<()>>) -> (Vec<JoinHandle<()>>, Option<io::Error>) {
    // The list must not have to grow when no room is left.
    let mut threads = Vec::with_capacity(wanted);
    while threads.len() < wanted {
        let gate = Arc::clone(gate);
        match Builder::new().spawn(move || drop(gate.lock())) {
            Ok(thread) => threads.push(thread),
            Err(error) => return (threads, Some(error)),
        }
    }
    (threads, None)
}
