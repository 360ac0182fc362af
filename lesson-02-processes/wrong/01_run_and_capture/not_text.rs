//! fails: panicked
//!
//! A program may print any bytes. That they are no text is no reason to panic.

use std::process::Command;

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
    let mut printed = String::from_utf8(output.stdout).expect("it is text");
    if printed.ends_with('\n') {
        printed.pop();
    }
    Ok(printed)
}
