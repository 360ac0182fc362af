//! fails: wrong result
//!
//! A line feed as the border works until one stands in a message.

use std::io::{self, Read, Write};

pub const LIMIT: u32 = 1 << 20;

pub fn send(to: &mut impl Write, message: &[u8]) -> io::Result<()> {
    to.write_all(message)?;
    to.write_all(b"\n")?;
    to.flush()
}

pub fn receive(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let (mut message, mut byte) = (Vec::new(), [0]);
    loop {
        if from.read(&mut byte)? == 0 {
            return if message.is_empty() {
                Ok(None)
            } else {
                Err(io::ErrorKind::UnexpectedEof.into())
            };
        }
        if byte == *b"\n" {
            return Ok(Some(message));
        }
        message.push(byte[0]);
    }
}
