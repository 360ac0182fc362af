//! fails: stuck
//!
//! It reads all of one output and then all of the other. A program that writes more than a pipe
//! holds to the other one waits meanwhile, and both wait for ever.

use std::io::Read;
use std::process::{Command, Stdio};

/// What the program printed; or why there is nothing.
pub fn capture(program: &str, arguments: &[&str]) -> Result<String, String> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|why| format!("{program}: {why}"))?;
    let mut printed = Vec::new();
    let mut complaint = Vec::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_end(&mut printed)
        .unwrap();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_end(&mut complaint)
        .unwrap();
    let status = child.wait().unwrap();

    if !status.success() {
        let complaint = String::from_utf8_lossy(&complaint);
        return Err(format!("{program}: {status}: {complaint}"));
    }
    let printed = String::from_utf8_lossy(&printed);
    Ok(printed.strip_suffix('\n').unwrap_or(&printed).to_owned())
}
