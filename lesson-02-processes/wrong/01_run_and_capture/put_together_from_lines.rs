//! fails: wrong result
//!
//! `lines` takes a carriage return off the end of a line, too.

use std::process::Command;
pub fn capture(program: &str, arguments: &[&str]) -> Result<String, String> {
    let o = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|e| format!("{program}: {e}"))?;
    if !o.status.success() {
        return Err(format!(
            "{}: {}",
            o.status,
            String::from_utf8_lossy(&o.stderr)
        ));
    }
    let s = String::from_utf8_lossy(&o.stdout).into_owned();
    Ok(s.lines().collect::<Vec<_>>().join("\n"))
}
