//! Having Cargo build the program of a check: a short progress line, and of its messages only what the learner's own
//! file caused.

use std::env;
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::folder::Folder;
use crate::cleanup::alive;
use crate::output::progress;

/// A learner's file is found from the check's folder; nobody wants to read that.
pub(super) const THERE_AND_BACK: &str = "checks/../";

/// Why there is no program.
pub(super) enum NotBuilt {
    /// The compiler's own messages about this target.
    DoesNotCompile(String),
    /// Cargo could not do it, for another reason.
    Impossible(String),
}

/// Builds the test of this name; where the program is.
pub(super) fn build(folder: &Folder, test: &str) -> Result<PathBuf, NotBuilt> {
    let impossible = |why: std::io::Error| NotBuilt::Impossible(format!("cannot run cargo: {why}"));
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&folder.root).args([
        "test",
        "--offline",
        "--no-run",
        "-p",
        folder.package,
        "--test",
        test,
    ]);
    command.arg("--message-format=json-diagnostic-rendered-ansi");
    // What Cargo has set for this program is not meant for the one that is built now.
    for (name, _) in env::vars_os() {
        let known = name
            .to_str()
            .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_BIN_"));
        if known || name == "CARGO_MANIFEST_DIR" || name == "CARGO_CRATE_NAME" {
            command.env_remove(&name);
        }
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut list = alive();
    let mut child = command.spawn().map_err(impossible)?;
    list.children.push(child.id());
    drop(list);
    let stderr = child.stderr.take().expect("it is piped");
    let said = std::thread::spawn(move || follow(stderr));
    let mut messages = String::new();
    let mut stdout = child.stdout.take().expect("it is piped");
    let read = stdout.read_to_string(&mut messages);
    let status = {
        let status = child.wait().map_err(impossible);
        alive().children.retain(|pid| *pid != child.id());
        status?
    };
    let said = said.join().unwrap_or_default();
    read.map_err(impossible)?;
    let messages: Vec<Value> = messages.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let ours = || messages.iter().filter(|message| message["target"]["name"] == test);
    if status.success() {
        let program = ours().find_map(|message| message["executable"].as_str());
        return program
            .map(PathBuf::from)
            .ok_or_else(|| NotBuilt::Impossible("cargo names no program".into()));
    }
    // Of what it depends on, if that is what does not compile.
    let of = |own: bool| -> Vec<&str> {
        messages
            .iter()
            .filter(|message| (message["target"]["name"] == test) == own)
            .map(|message| &message["message"])
            .filter(|message| message["level"] == "error")
            .filter(|message| message["spans"].as_array().is_some_and(|spans| !spans.is_empty()))
            .filter_map(|message| message["rendered"].as_str())
            .collect()
    };
    let errors = [of(true), of(false)].concat();
    if errors.is_empty() {
        return Err(NotBuilt::Impossible(said));
    }
    Err(NotBuilt::DoesNotCompile(errors.join("\n").replace(THERE_AND_BACK, "").trim_end().to_owned()))
}

/// Shows what is being compiled while it is; what Cargo complained about.
fn follow(stderr: impl Read) -> String {
    let terminal = std::io::stderr().is_terminal();
    let mut complaint = Vec::new();
    for line in BufReader::new(stderr).lines().map_while(Result::ok) {
        if let Some(what) = line.trim_start().strip_prefix("Compiling ") {
            if terminal {
                progress(&format!("building: {what}"));
            }
        } else if line.starts_with("error") || !complaint.is_empty() {
            complaint.push(line);
        }
    }
    if terminal {
        progress("");
    }
    complaint.join("\n")
}
