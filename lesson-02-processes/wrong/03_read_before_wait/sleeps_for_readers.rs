//! fails: wrong result: a program that leaves its standard
//!
//! The readers are not joined; a sleep is to give them the time to read the rest.

use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

fn read_in_background(mut from: impl Read + Send + 'static) -> Arc<Mutex<Vec<u8>>> {
    let all = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&all);
    thread::spawn(move || {
        let mut some = [0; 8192];
        while let Ok(count @ 1..) = from.read(&mut some) {
            into.lock().unwrap().extend_from_slice(&some[..count]);
        }
    });
    all
}

/// All that the program writes to standard output and to standard error, and how it ended.
pub fn both_outputs(command: &mut Command) -> io::Result<(Vec<u8>, Vec<u8>, ExitStatus)> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let output = read_in_background(child.stdout.take().expect("it was asked to be piped"));
    let complaint = read_in_background(child.stderr.take().expect("it was asked to be piped"));
    let status = child.wait()?;
    // Let the readers take what is still in the pipes.
    thread::sleep(Duration::from_millis(100));
    let output = std::mem::take(&mut *output.lock().unwrap());
    let complaint = std::mem::take(&mut *complaint.lock().unwrap());
    Ok((output, complaint, status))
}
