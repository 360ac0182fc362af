//! fails: wrong result
//!
//! A complaint with one byte that is no text is lost as a whole.

use std::process::Command;

/// What the program printed; or why there is nothing.
pub fn capture(program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|why| format!("{program} cannot be started: {why}"))?;
    if !output.status.success() {
        let complaint = String::from_utf8(output.stderr).unwrap_or_default();
        return Err(format!("{program}: {}: {complaint}", output.status));
    }
    let mut printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if printed.ends_with('\n') {
        printed.pop();
    }
    Ok(printed)
}
