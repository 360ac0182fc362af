//! fails: wrong result
//!
//! Standard error was not captured: the reason was shown where no code could do something about it.

use std::process::{Command, Stdio};

pub fn capture(program: &str, arguments: &[&str]) -> Result<String, String> {
    let child = Command::new(program)
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn();
    let output = child
        .and_then(|child| child.wait_with_output())
        .map_err(|why| format!("{program}: {why}"))?;
    if !output.status.success() {
        return Err(format!(
            "{program}: {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    Ok(printed.strip_suffix('\n').unwrap_or(&printed).to_owned())
}
