//! fails: wrong result: it ran 2 times
//!
//! It runs the program for its status, and once more for its output: what the program does is done
//! twice.

use std::process::Command;

/// What the program printed; or why there is nothing.
pub fn capture(program: &str, arguments: &[&str]) -> Result<String, String> {
    let status = Command::new(program)
        .args(arguments)
        .status()
        .map_err(|why| format!("{program}: {why}"))?;
    let output = Command::new(program).args(arguments).output().unwrap();
    if !status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{program}: {status}: {complaint}"));
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    Ok(printed.strip_suffix('\n').unwrap_or(&printed).to_owned())
}
