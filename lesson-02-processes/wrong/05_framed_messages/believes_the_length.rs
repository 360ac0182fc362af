//! fails: wrong result
//!
//! What another program announces is believed.

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
    if from.read(&mut length[..1])? == 0 {
        return Ok(None);
    }
    from.read_exact(&mut length[1..])?;
    let mut message = Vec::new();
    from.take(u32::from_le_bytes(length).into())
        .read_to_end(&mut message)?;
    Ok(Some(message))
}
