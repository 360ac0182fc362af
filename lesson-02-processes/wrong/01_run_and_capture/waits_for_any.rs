//! fails: wrong result: a program that closes its outputs, and ends later with exit code 9: it has waited for a child
//!
//! It waits for whichever child ends first, and that may be one that the caller has started.

use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;

use nix::sys::wait::{WaitStatus, wait};

pub fn capture(program: &str, arguments: &[&str]) -> Result<String, String> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|why| format!("{program}: {why}"))?;

    let mut complaint = child.stderr.take().unwrap();
    let reader = thread::spawn(move || {
        let mut text = Vec::new();
        let _ = complaint.read_to_end(&mut text);
        text
    });
    let mut printed = Vec::new();
    let _ = child.stdout.take().unwrap().read_to_end(&mut printed);
    let complaint = reader.join().unwrap();

    let status = wait().map_err(|why| why.to_string())?;
    if !matches!(status, WaitStatus::Exited(_, 0)) {
        let complaint = String::from_utf8_lossy(&complaint);
        return Err(format!("{program}: {status:?}: {complaint}"));
    }
    let printed = String::from_utf8_lossy(&printed);
    Ok(printed.strip_suffix('\n').unwrap_or(&printed).to_owned())
}
