//! Run and capture: start another program, and take what it prints.
//!
//! `output` waits for the program and collects both of its outputs. It is `Err` only when the program could not be
//! started: how it ended is a question of its own.

//? `Command::new(program)` takes the arguments with `args`. One of its methods runs the program and collects all.
//? `output()` gives a `status`, a `stdout` and a `stderr`. Ask `status.success()` before you look at the bytes, and turn
//?   them into text with `String::from_utf8_lossy`.
//? `let output = Command::new(program).args(arguments).output().map_err(|why| format!("{program}: {why}"))?;`, then
//?   `if !output.status.success()` an `Err` with `output.status` and `output.stderr`, else the text.

use std::process::Command;

/// What the program printed; or why there is nothing.
pub fn capture(program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|why| format!("{program}: {why}"))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "{program}: {}: {}",
            output.status,
            complaint.trim_end()
        ));
    }
    Ok(printed.strip_suffix('\n').unwrap_or(&printed).to_owned())
}
