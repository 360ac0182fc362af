//! fails: wrong result
//!
//! A program that failed looks like one that had little to say.

use std::process::Command;

pub fn capture(program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|why| format!("{program}: {why}"))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    Ok(printed.strip_suffix('\n').unwrap_or(&printed).to_owned())
}
