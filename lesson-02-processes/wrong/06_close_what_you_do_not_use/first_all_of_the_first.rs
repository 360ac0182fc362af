//! fails: never overlapped
//!
//! No pipeline: the second program begins when the first has ended, and a first one that goes on and on never has.

use std::io::{self, Write};
use std::process::{Command, Stdio};

pub fn pipeline(mut first: Command, mut second: Command) -> io::Result<Vec<u8>> {
    let written = first.output()?.stdout;
    let mut reading = second
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut to = reading.stdin.take().expect("it was asked to be piped");
    std::thread::scope(|scope| {
        scope.spawn(move || to.write_all(&written));
        Ok(reading.wait_with_output()?.stdout)
    })
}
