//! fails: wrong result
//!
//! One `read` gives what is there, which may be less than was asked for.

use std::io::{self, Read, Write};

pub const LIMIT: u32 = 1 << 20;

pub fn send(to: &mut impl Write, message: &[u8]) -> io::Result<()> {
    let length = u32::try_from(message.len()).map_err(io::Error::other)?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(message)?;
    to.flush()
}

pub fn receive(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    if from.read(&mut length)? == 0 {
        return Ok(None);
    }
    let length = u32::from_le_bytes(length);
    if length > LIMIT {
        return Err(io::Error::other("too long"));
    }
    let mut message = vec![0; length as usize];
    let read = from.read(&mut message)?;
    message.truncate(read);
    Ok(Some(message))
}
