//! fails: wrong result
//!
//! As much is read as the length says, up to 4 GiB, and only then it is looked whether that was too much.

use std::io::{self, Read, Write};

/// The longest message, in bytes.
pub const LIMIT: u32 = 1 << 20;

/// Sends one message.
pub fn send(to: &mut impl Write, message: &[u8]) -> io::Result<()> {
    let length = u32::try_from(message.len()).map_err(io::Error::other)?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(message)?;
    to.flush()
}

/// Receives one message; `None` where there are no more.
pub fn receive(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut header = Vec::new();
    from.by_ref().take(4).read_to_end(&mut header)?;
    if header.is_empty() {
        return Ok(None);
    }
    let header: [u8; 4] = header
        .try_into()
        .map_err(|_| io::Error::from(io::ErrorKind::UnexpectedEof))?;
    let length = u32::from_le_bytes(header);
    // `take` does not reserve the memory: it grows only with what really comes.
    let mut message = Vec::new();
    from.by_ref()
        .take(length.into())
        .read_to_end(&mut message)?;
    if message.len() > LIMIT as usize {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "too long"));
    }
    if message.len() < length as usize {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(message))
}
