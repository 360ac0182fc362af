//! fails: wrong result: a program that leaves its standard output
//!
//! Standard error is read to its end. Of standard output it takes what a thread has read a moment after the program's end.

use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// All that the program writes to standard output and to standard error, and how it ended.
pub fn both_outputs(command: &mut Command) -> io::Result<(Vec<u8>, Vec<u8>, ExitStatus)> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;

    let output = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&output);
    let mut stdout = child.stdout.take().unwrap();
    thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = stdout.read(&mut bytes) {
            kept.lock().unwrap().extend_from_slice(&bytes[..count]);
        }
    });
    let mut complaint = Vec::new();
    child.stderr.take().unwrap().read_to_end(&mut complaint)?;

    let status = child.wait()?;
    thread::sleep(Duration::from_millis(150));
    let output = output.lock().unwrap().clone();
    Ok((output, complaint, status))
}
