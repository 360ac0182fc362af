//! fails: wrong result
//!
//! A shell takes the arguments apart, and puts others in their place.

use std::process::Command;

pub fn capture(program: &str, arguments: &[&str]) -> Result<String, String> {
    let line = format!("{program} {}", arguments.join(" "));
    let output = Command::new("sh")
        .args(["-c", &line])
        .output()
        .map_err(|why| format!("{program}: {why}"))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{program}: {}: {complaint}", output.status));
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    Ok(printed.strip_suffix('\n').unwrap_or(&printed).to_owned())
}
