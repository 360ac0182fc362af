//! A reader that is slower than its writer: the pipe between them fills up, and then the writer waits. That is called
//! *backpressure*, and it is there without a line of code for it.

use std::io::{self, Read, Write, stdin};
use std::thread::sleep;
use std::time::Duration;

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use tracing::info_span;

/// Seconds that the reader needs for a message, as if it had to think.
pub const THINK: f64 = 0.05;
/// Bytes of a message.
pub const SIZE: usize = 16 << 10;
const MESSAGES: u32 = 16;

/// The first byte of the last message.
const LAST: u8 = 0;

/// Writes all messages, as fast as the pipe takes them.
pub fn write_fast(to: &mut impl Write, reader: &str) -> io::Result<()> {
    let mut message = vec![7; SIZE];
    for number in 1..=MESSAGES {
        let _span = info_span!("write", number, waits_for = reader).entered();
        if number == MESSAGES {
            message[0] = LAST;
        }
        to.write_all(&message)?;
    }
    Ok(())
}

/// Reads messages up to the last one and thinks about each. Returns how many there were.
pub fn read_slowly(think: Duration) -> io::Result<u32> {
    let mut message = vec![0; SIZE];
    let mut messages = 0;
    loop {
        stdin().lock().read_exact(&mut message)?;

        let _span = info_span!("think").entered();
        sleep(think);
        messages += 1;
        if message[0] == LAST {
            return Ok(messages);
        }
    }
}

/// Returns how many bytes go into a pipe from which nothing is read. Where no room is left, a writer that must not wait
/// is told so.
pub fn capacity() -> io::Result<usize> {
    let (_reader, mut writer) = io::pipe()?;
    fcntl(&writer, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;

    let mut written = 0;
    loop {
        match writer.write(&[0; 1024]) {
            Ok(bytes) => written += bytes,
            Err(full) if full.kind() == io::ErrorKind::WouldBlock => return Ok(written),
            Err(error) => return Err(error),
        }
    }
}
