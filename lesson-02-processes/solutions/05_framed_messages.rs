//! Framed messages: a pipe knows only bytes, so say where a message ends.
//!
//! `read_exact` asks again until all bytes are there. Only at the very first byte is an end a good end, so that one is
//! read by itself.

//? `write_all` and `read_exact` do the asking again. Which end of the pipe does `read_exact` not tell apart?
//? It reports the same error for an end before the first byte and for one after the second. Read the first byte of the
//?   length with `read`, which gives 0 at an end; then the other three with `read_exact`.
//? `loop { match from.read(&mut length[..1]) { Ok(0) => return Ok(None), Ok(_) => break, Err(why) if why.kind() ==
//?   io::ErrorKind::Interrupted => {} Err(why) => return Err(why) } }`, then `from.read_exact(&mut length[1..])?`, then look
//?   at the limit, then `read_exact` into a `vec![0; length]`.

use std::io::{self, Read, Write};

/// The longest message, in bytes.
pub const LIMIT: u32 = 1 << 20;

/// Sends one message.
pub fn send(to: &mut impl Write, message: &[u8]) -> io::Result<()> {
    let length = u32::try_from(message.len())
        .ok()
        .filter(|length| *length <= LIMIT);
    let Some(length) = length else {
        return Err(io::Error::other("the message is too long"));
    };
    to.write_all(&length.to_le_bytes())?;
    to.write_all(message)?;
    to.flush()
}

/// Receives one message; `None` where there are no more.
pub fn receive(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
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
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("a message of {length} bytes"),
        ));
    }
    let mut message = vec![0; length as usize];
    from.read_exact(&mut message)?;
    Ok(Some(message))
}
