//! fails: wrong result
//!
//! Neither waits for ever, because the first program is killed before it has said all that it had to say.

use std::io;
use std::process::{Command, Stdio};

pub fn pipeline(mut first: Command, mut second: Command) -> io::Result<Vec<u8>> {
    let (reader, writer) = io::pipe()?;
    let mut writing = first.stdout(writer).spawn()?;
    let reading = second.stdin(reader).stdout(Stdio::piped()).spawn()?;
    drop((first, second));
    std::thread::sleep(std::time::Duration::from_millis(50));
    writing.kill()?;
    let output = reading.wait_with_output()?;
    writing.wait()?;
    Ok(output.stdout)
}
