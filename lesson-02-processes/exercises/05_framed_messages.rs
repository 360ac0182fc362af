//! Framed messages: a pipe knows only bytes, so say where a message ends.
//!
//! `send` writes one message: its length as four bytes, the smallest first (`u32::to_le_bytes`), then the message itself.
//! `receive` reads one message back. Any bytes may stand in a message, also none at all, and several may wait in the pipe.
//!
//! What `receive` reads comes from another program, so look at it closely:
//! - The pipe may hand over a few bytes at a time.
//! - Where it ends between two messages, there are no more: `Ok(None)`.
//! - Where it ends in the middle of one, that is an error.
//! - A length over `LIMIT` is an error too, and no reason to take so much memory.
//!
//! Study first: `cargo run -p lesson-02-processes -- pipe`, src/pipe.rs
//! Judge it:    `cargo run -p lesson-02-processes -- check 05_framed_messages`
//! Level:       2 of 3, about 20 minutes

use std::io::{self, Read, Write};

/// The longest message, in bytes.
pub const LIMIT: u32 = 1 << 20;

/// Sends one message.
pub fn send(to: &mut impl Write, message: &[u8]) -> io::Result<()> {
    todo!("the length, then the message")
}

/// Receives one message; `None` where there are no more.
pub fn receive(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    todo!("four bytes, then as many as they say")
}
