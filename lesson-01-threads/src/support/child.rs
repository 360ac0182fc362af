//! This program, run once more as a child process.

use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};

use common::process::spawn;

/// Runs this program as the worker `name` in `role`; returns what it printed and how it ended.
pub fn run(name: &str, role: &str, env: &[(&str, String)]) -> io::Result<(String, ExitStatus)> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["worker", name, role])
        .envs(env.iter().map(|(key, value)| (key, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());

    let mut child = spawn(&mut command, name)?;
    let mut stdout = child.stdout.take().expect("its output is a pipe");
    let mut printed = String::new();
    stdout.read_to_string(&mut printed)?;
    let status = child.wait()?;

    Ok((printed, status))
}

/// Returns the number that the parent gave its child in the environment.
pub fn told(key: &str) -> io::Result<u64> {
    let value = std::env::var(key).map_err(io::Error::other)?;
    value.parse().map_err(io::Error::other)
}
