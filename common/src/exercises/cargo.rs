//! Having Cargo build something: a short progress line meanwhile, and its messages.

use std::env;
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::folder::{Folder, Target};
use crate::output::{complain, progress};
use recording::process::cleanup::registry;

/// The end of a build.
pub struct Built {
    /// Nothing failed.
    pub is_whole: bool,
    /// Cargo's messages, see "External tools" in its book.
    pub messages: Vec<Value>,
    /// The complaint of Cargo itself.
    pub said: String,
}

impl Built {
    /// Returns the program of the target of this name, if it was built.
    pub fn program(&self, target: &str) -> Option<PathBuf> {
        let mut ours = self
            .messages
            .iter()
            .filter(|message| message["target"]["name"] == target);
        let program = ours.find_map(|message| message["executable"].as_str());
        program.map(PathBuf::from)
    }
}

/// Runs Cargo's command `args` in the workspace, without a network, for this test and what else they name.
///
/// # Errors
/// When Cargo cannot be run.
///
/// # Panics
/// Never: its outputs are piped.
pub fn build(folder: &Folder, args: &[&str], target: Option<&Target>) -> io::Result<Built> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&folder.root).args(args);
    if let Some(target) = target {
        command.args(["-p", &target.package, "--test", &target.test]);
        let feature = |feature| format!("--features={}/{feature}", target.package);
        command.args(target.feature.map(feature));
    }
    // Not `--offline`: for a first run, Cargo has downloaded what that needs, and nothing else.
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

    // A group of its own, which is ended whole: cargo alone would leave its compilers behind.
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);

    let mut list = registry();
    let mut child = command.spawn()?;

    list.children.push(child.id());
    drop(list);

    let stderr = child.stderr.take().expect("it is piped");
    let package = target.map_or_else(String::new, |target| target.package.clone());
    let said = std::thread::spawn(move || follow(stderr, &package));
    let mut messages = String::new();
    let mut stdout = child.stdout.take().expect("it is piped");
    let read = stdout.read_to_string(&mut messages);
    let status = child.wait();
    registry().children.retain(|pid| *pid != child.id());
    let said = said.join().unwrap_or_default();
    read?;

    Ok(Built {
        is_whole: status?.success(),
        messages: messages
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect(),
        said,
    })
}

/// Shows what is being compiled while it is; returns what Cargo complained about.
fn follow(stderr: impl Read, package: &str) -> String {
    let terminal = io::stderr().is_terminal();
    let mut complaint = Vec::new();
    let mut told = Vec::new();

    for line in BufReader::new(stderr).lines().map_while(Result::ok) {
        if let Some(what) = line.trim_start().strip_prefix("Compiling ") {
            let is_answer = !package.is_empty() && what.starts_with(package);
            let stage = if is_answer {
                "compiling your answer ..."
            } else {
                "compiling what the check needs, once ..."
            };
            if terminal && is_answer {
                progress(stage);
            } else if terminal {
                progress(&format!("building: {what}"));
            } else if !told.contains(&stage) {
                told.push(stage);
                complain(stage);
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
