//! `spawn`: run other programs with `std::process::Command`.
//!
//! You say what the program gets: arguments, environment, working directory, and where its output goes. You learn how
//! it ended: by itself with an exit code, or by a signal. A program that is not there is an error of `spawn` itself.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use common::process::{How, spawn};
use common::{Failure, Outcome, Run, TempDir};
use serde_json::json;
use tracing::info;

/// What a program printed, what it complained about, and how it ended.
pub struct Ran {
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// Its end.
    pub how: How,
}

/// Runs a command to its end and captures what it prints. `Command::output` does the same without a lane.
///
/// # Errors
/// When it cannot be started, or prints what is not text.
///
/// # Panics
/// Never: both pipes are asked for here.
pub fn run(command: &mut Command, name: &str) -> io::Result<Ran> {
    let mut child = spawn(
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped()),
        name,
    )?;
    let (mut out, mut err) = (String::new(), String::new());
    // One after the other is enough for programs that print little; `full-pipe` shows what may happen otherwise.
    child
        .stdout
        .take()
        .expect("it was asked to be piped")
        .read_to_string(&mut out)?;
    child
        .stderr
        .take()
        .expect("it was asked to be piped")
        .read_to_string(&mut err)?;
    let how = How::from(child.wait()?);
    Ok(Ran {
        out: out.trim_end().to_owned(),
        err: err.trim_end().to_owned(),
        how,
    })
}

/// A shell that prints its argument, a variable of its environment and its working directory.
fn shell(script: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", script]);
    command
}

/// What it is given arrives: arguments with blanks and quotes whole, an environment of its own, a folder.
fn given(folder: &Path) -> io::Result<Ran> {
    let script = "echo \"$1\"; echo \"$GREETING\"; pwd; echo to standard error >&2";
    let mut command = shell(script);
    // `sh -c` takes the next argument for its own name. Nothing here is read by a shell a second time.
    command
        .args(["sh", "two words; 'and quotes'"])
        .env_clear()
        .env("GREETING", "hello")
        .current_dir(folder);
    run(&mut command, "given")
}

/// What `cargo run -p lesson-02-processes -- spawn` runs.
///
/// # Errors
/// When there is no shell.
pub fn demo(_run: &Run) -> Result<Outcome, Failure> {
    let folder = TempDir::new("lesson-02-spawn")?;
    // The folder for temporary files may be a link; `pwd` says where it leads.
    let place = folder.path().canonicalize()?;
    let given = given(&place)?;
    let lines: Vec<&str> = given.out.lines().collect();
    let [argument, variable, directory] = lines[..] else {
        return Err(Failure::Failed(format!(
            "three lines were expected: {lines:?}"
        )));
    };
    info!("it was given the argument \"{argument}\" and the variable \"{variable}\"");
    info!(
        "it worked in its own folder: {}",
        Path::new(directory) == place
    );
    info!("on standard error it said \"{}\"", given.err);

    let ends = [
        ("success", "exit 0"),
        ("failure", "exit 3"),
        ("killed", "kill -9 $$"),
    ];
    let ends: Vec<(&str, How)> = ends
        .into_iter()
        .map(|(name, script)| Ok((name, run(&mut shell(script), name)?.how)))
        .collect::<io::Result<_>>()?;
    for (name, how) in &ends {
        info!("{name} {how}");
    }
    // This process was never made: there is nothing to wait for.
    let missing = run(&mut Command::new("no-such-program"), "missing").err();
    let missing = missing.map_or_else(
        || "it is there".to_owned(),
        |error| format!("{:?}", error.kind()),
    );
    info!("no-such-program cannot be started: {missing}");

    let ends: serde_json::Map<_, _> = ends
        .into_iter()
        .map(|(name, how)| (name.to_owned(), json!(how.to_string())))
        .collect();
    Ok(Outcome::new(json!({
        "argument": argument,
        "variable": variable,
        "in_its_folder": Path::new(directory) == place,
        "standard_error": given.err,
        "ends": ends,
        "missing": missing,
    })))
}
