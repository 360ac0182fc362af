//! fails: wrong result
//!
//! Of what the program complained, it reports the last line only.

use std::process::Command;
pub fn capture(program: &str, arguments: &[&str]) -> Result<String, String> {
    let o = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|e| format!("{program}: {e}"))?;
    if !o.status.success() {
        let e = String::from_utf8_lossy(&o.stderr);
        return Err(format!(
            "{:?}: {}",
            o.status.code(),
            e.lines().last().unwrap_or("")
        ));
    }
    let s = String::from_utf8_lossy(&o.stdout).into_owned();
    Ok(s.strip_suffix('\n').unwrap_or(&s).to_owned())
}
