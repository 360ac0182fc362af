//! The tools are a program of their own, in `tools/`: a learner who never calls one never compiles
//! them.

use std::env;
use std::io::{self, BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use common::process::spawn;
use common::{Failure, Outcome, Run};

const PACKAGE: &str = "lesson-04-pools-tools";

/// Becomes the tools' program, called as this one was, after Cargo has built it the way in which
/// this one was built. Returns only if that fails.
pub fn hand_over(_: &Run<'_>) -> Result<Outcome, Failure> {
    let failed = |why: io::Error| Failure::Failed(format!("its program cannot be had: {why}"));
    let program = env::current_exe().map_err(failed)?;
    let folder = program.parent().unwrap_or(Path::new("."));
    if !build(folder).map_err(failed)? {
        return Err(Failure::Failed("its program cannot be built".to_owned()));
    }

    let mut tools = Command::new(folder.join(PACKAGE));
    Err(failed(tools.args(env::args_os().skip(1)).exec()))
}

/// Has Cargo build the tools into this folder: `release` of a target folder, or `debug`. Returns
/// whether it did.
fn build(folder: &Path) -> io::Result<bool> {
    let profile = folder.file_name().filter(|name| *name != "debug");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["build", "--package", PACKAGE, "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tools/Cargo.toml"))
        .arg("--target-dir")
        .arg(folder.parent().unwrap_or(folder))
        .arg("--profile")
        .arg(profile.unwrap_or("dev".as_ref()));
    if cfg!(feature = "scenarios") {
        cargo.args(["--features", "scenarios"]);
    }

    // A group of its own, which is ended whole: cargo alone would leave its compilers behind.
    let cargo = cargo.stdin(Stdio::null()).stdout(Stdio::null());
    let mut child = spawn(cargo.stderr(Stdio::piped()).process_group(0), "cargo")?;
    if let Some(said) = child.stderr.take() {
        pass_on(BufReader::new(said));
    }
    Ok(child.wait()?.success())
}

/// Passes on what Cargo says, unless that is only that there was nothing to do.
fn pass_on(said: impl BufRead) {
    let mut told = false;
    for line in said.lines().map_while(Result::ok) {
        let words = line.trim_start();
        if words.starts_with("Compiling ") && !told {
            eprintln!("building the tools ...");
            told = true;
        }
        if !words.starts_with("Finished ") {
            eprintln!("{line}");
        }
    }
}
