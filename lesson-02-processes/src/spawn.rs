//! `spawn`: run other programs with `std::process::Command`.
//!
//! You say what the program gets: arguments, environment, working directory, and where its output goes. You learn how
//! it ended: by itself with an exit code, or by a signal. A program that is not there is an error of `spawn` itself.

use std::io;
use std::path::Path;
use std::process::{Command, Output};

use common::process::Exit;

use crate::support::output::output;

/// Runs a shell that prints its argument, a variable of its environment and its working directory.
pub fn given(folder: &Path) -> io::Result<Output> {
    let script = "echo \"$1\"; echo \"$GREETING\"; pwd; echo to standard error >&2";

    let mut command = Command::new("/bin/sh");
    // `sh -c` takes the argument after the script for its own name. No shell reads the next one: it arrives whole.
    command
        .args(["-c", script, "sh", "two words; 'and quotes'"])
        .env_clear()
        .env("GREETING", "hello")
        .current_dir(folder);
    output(&mut command, "given")
}

/// Runs a script and returns how it ended.
pub fn how_it_ends(name: &str, script: &str) -> io::Result<Exit> {
    let mut command = Command::new("/bin/sh");
    let output = output(command.args(["-c", script]), name)?;
    Ok(Exit::from(output.status))
}

/// Asks for a program that is not there. A child was made, and `exec` failed in it; std has waited for it already.
pub fn missing() -> io::Result<Output> {
    output(&mut Command::new("no-such-program"), "missing")
}
