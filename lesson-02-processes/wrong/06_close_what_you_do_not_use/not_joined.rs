//! fails: wrong result
//!
//! A thread reads what the second program prints, and nothing waits for the thread: what it has not
//! read by then is lost.

use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

/// What the second program prints when it reads what the first one prints.
pub fn pipeline(mut first: Command, mut second: Command) -> io::Result<Vec<u8>> {
    let (reader, writer) = io::pipe()?;
    let mut writing = first.stdout(writer).spawn()?;
    let mut reading = second.stdin(reader).stdout(Stdio::piped()).spawn()?;
    drop((first, second));

    let output = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&output);
    let mut stdout = reading.stdout.take().unwrap();
    thread::spawn(move || {
        let mut bytes = [0; 512];
        while let Ok(count @ 1..) = stdout.read(&mut bytes) {
            kept.lock().unwrap().extend_from_slice(&bytes[..count]);
        }
    });
    reading.wait()?;
    writing.wait()?;
    let output = output.lock().unwrap().clone();
    Ok(output)
}
