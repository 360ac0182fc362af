//! fails: wrong result
//!
//! The thread that reads standard error is not waited for. What it has not read by then is lost.

use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

/// All that the program writes to standard output and to standard error, and how it ended.
pub fn both_outputs(command: &mut Command) -> io::Result<(Vec<u8>, Vec<u8>, ExitStatus)> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let complaint = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&complaint);
    let mut stderr = child.stderr.take().unwrap();
    thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = stderr.read(&mut bytes) {
            kept.lock().unwrap().extend_from_slice(&bytes[..count]);
        }
    });
    let mut output = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut output)?;
    let status = child.wait()?;
    let complaint = complaint.lock().unwrap().clone();
    Ok((output, complaint, status))
}
