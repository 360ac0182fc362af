//! fails: wrong result
//!
//! A `BufReader` takes what the pipe has, and is dropped with what belongs to the next message.

use std::io::{self, BufReader, Read, Write};

/// The longest message, in bytes.
pub const LIMIT: u32 = 1 << 20;

/// Sends one message.
pub fn send(to: &mut impl Write, message: &[u8]) -> io::Result<()> {
    let length = u32::try_from(message.len()).map_err(io::Error::other)?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(message)
}

/// Receives one message; `None` where there are no more.
pub fn receive(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut from = BufReader::new(from);
    let mut length = [0; 4];
    loop {
        match from.read(&mut length[..1]) {
            Ok(0) => return Ok(None),
            Ok(_) => break,
            Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
            Err(why) => return Err(why),
        }
    }
    from.read_exact(&mut length[1..])?;
    let length = u32::from_le_bytes(length);

    if length > LIMIT {
        return Err(io::Error::other("the message is too long"));
    }
    let mut message = vec![0; length as usize];
    from.read_exact(&mut message)?;
    Ok(Some(message))
}
