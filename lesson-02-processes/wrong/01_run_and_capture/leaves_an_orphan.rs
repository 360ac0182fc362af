//! fails: left a process behind
//!
//! A shell that has ended leaves a process behind, in a group of its own: it belongs to this
//! program all the same.

use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

/// What the program printed; or why there is nothing.
pub fn capture(program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|why| format!("{program}: {why}"))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{program}: {}: {complaint}", output.status));
    }
    let _ = Command::new("sh")
        .args(["-c", "sleep 38 &"])
        .stdout(Stdio::null())
        .process_group(0)
        .status();
    let printed = String::from_utf8_lossy(&output.stdout);
    Ok(printed.strip_suffix('\n').unwrap_or(&printed).to_owned())
}
