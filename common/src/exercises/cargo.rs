//! Having Cargo build the program of a check: a short progress line, and of its messages only what the learner's own
//! file caused.

use std::env;
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anstream::adapter::strip_str;
use serde_json::Value;

use super::folder::{Folder, Target};
use crate::output::{complain, progress};
use crate::process::cleanup::registry;

/// A learner's file is found from the check's folder, a path that only distracts.
pub(super) const THERE_AND_BACK: &str = "checks/../";

/// Why there is no program.
pub(super) enum NotBuilt {
    /// The compiler's own messages about this target.
    DoesNotCompile(String),
    /// Cargo could not do it, for another reason.
    Impossible(String),
}

/// Builds a test; where the program is.
pub(super) fn build(folder: &Folder, target: &Target) -> Result<PathBuf, NotBuilt> {
    let test = target.test.as_str();
    let impossible = |why: std::io::Error| NotBuilt::Impossible(format!("cannot run cargo: {why}"));
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&folder.root).args([
        "test",
        "--offline",
        "--no-run",
        "-p",
        &target.package,
        "--test",
        test,
    ]);
    command.args(
        target
            .feature
            .map(|feature| format!("--features={feature}")),
    );
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
    let mut child = command.spawn().map_err(impossible)?;

    list.children.push(child.id());
    drop(list);

    let stderr = child.stderr.take().expect("it is piped");
    let package = target.package.clone();
    let said = std::thread::spawn(move || follow(stderr, &package));
    let mut messages = String::new();
    let mut stdout = child.stdout.take().expect("it is piped");
    let read = stdout.read_to_string(&mut messages);
    let status = {
        let status = child.wait().map_err(impossible);
        registry().children.retain(|pid| *pid != child.id());
        status?
    };
    let said = said.join().unwrap_or_default();
    read.map_err(impossible)?;

    let messages: Vec<Value> = messages
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let ours = || {
        messages
            .iter()
            .filter(|message| message["target"]["name"] == test)
    };
    if status.success() {
        let program = ours().find_map(|message| message["executable"].as_str());
        return program
            .map(PathBuf::from)
            .ok_or_else(|| NotBuilt::Impossible("cargo names no program".into()));
    }

    // Of what it depends on, if that is what does not compile.
    let of = |own: bool| -> Vec<String> {
        messages
            .iter()
            .filter(|message| (message["target"]["name"] == test) == own)
            .map(|message| &message["message"])
            .filter(|message| message["level"] == "error")
            .filter(|message| {
                message["spans"]
                    .as_array()
                    .is_some_and(|spans| !spans.is_empty())
            })
            .filter_map(|message| message["rendered"].as_str())
            .map(in_terms_of_std)
            .collect()
    };

    let errors = [of(true), of(false)].concat();
    if errors.is_empty() {
        return Err(NotBuilt::Impossible(said));
    }

    Err(NotBuilt::DoesNotCompile(
        errors
            .join("\n")
            .replace(THERE_AND_BACK, "")
            .trim_end()
            .to_owned(),
    ))
}

/// A compiler's message without what leads out of the answer, with std's names for what stands in for std.
fn in_terms_of_std(rendered: &str) -> String {
    let mut parts: Vec<Vec<&str>> = vec![Vec::new()];
    for line in rendered.lines() {
        let plain = strip_str(line).to_string();
        // A part of its own, or a file of its own within one.
        if ["note: ", "help: "]
            .iter()
            .any(|start| plain.starts_with(start))
            || plain.trim_start().starts_with("::: ")
        {
            parts.push(Vec::new());
        }
        let about_a_file = plain
            .trim_start()
            .starts_with("= note: the full name for the type has been written")
            || plain
                .trim_start()
                .starts_with("= note: consider using `--verbose` to print the full type");
        if let Some(part) = parts.last_mut().filter(|_| !about_a_file) {
            part.push(line);
        }
    }

    let leads_out = |part: &&Vec<&str>| {
        let paths = part.iter().map(|line| strip_str(line).to_string());
        let marks = ["--> ", "::: "];
        let mut paths =
            paths.filter(|line| marks.iter().any(|mark| line.trim_start().starts_with(mark)));
        paths.any(|path| {
            [".cargo/registry", "common/src/", "common/interleave/src/"]
                .iter()
                .any(|ours| path.contains(ours))
        })
    };
    let (first, others) = parts
        .split_first()
        .map_or((&[][..], &[][..]), |(first, others)| (&first[..], others));
    let kept = others.iter().filter(|part| !leads_out(part)).flatten();
    let mut text = first
        .iter()
        .chain(kept)
        .flat_map(|line| [line, "\n"])
        .collect::<String>();

    for ours in [
        "interleave::sync::",
        "shuttle_std::sync::",
        "shuttle::sync::",
    ] {
        text = text
            .replace(&format!("{ours}thread::"), "std::thread::")
            .replace(ours, "std::sync::");
    }

    text.replace("shuttle_std::thread::", "std::thread::")
        .replace("shuttle::thread::", "std::thread::")
}

/// Shows what is being compiled while it is; what Cargo complained about.
fn follow(stderr: impl Read, package: &str) -> String {
    let terminal = std::io::stderr().is_terminal();
    let mut complaint = Vec::new();
    let mut told = Vec::new();

    for line in BufReader::new(stderr).lines().map_while(Result::ok) {
        if let Some(what) = line.trim_start().strip_prefix("Compiling ") {
            let stage = if what.starts_with(package) {
                "compiling your answer ..."
            } else {
                "compiling what the check needs, once ..."
            };
            if terminal && what.starts_with(package) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_stays_in_the_answer_and_in_the_words_of_std() {
        let rendered = "\u{1b}[1merror[E0308]\u{1b}[0m: found `interleave::sync::MutexGuard<'_, u32>`\n \
            --> lesson-01-threads/exercises/04_lock_order.rs:7:25\n  \
            |\n  \
            = note: the full name for the type has been written to '/tmp/long-type.txt'\n  \
            = note: expected `shuttle::thread::JoinHandle<()>`\n\
            \u{1b}[92mnote\u{1b}[0m: defined here\n \
            --> /root/.cargo/registry/src/index/shuttle-std-0.1.5/src/sync/mutex.rs:34:18\n  \
            |\n\
            help: provide the argument\n";
        let expected = "\u{1b}[1merror[E0308]\u{1b}[0m: found `std::sync::MutexGuard<'_, u32>`\n \
            --> lesson-01-threads/exercises/04_lock_order.rs:7:25\n  \
            |\n  \
            = note: expected `std::thread::JoinHandle<()>`\n\
            help: provide the argument\n";
        assert_eq!(in_terms_of_std(rendered), expected);
    }
}
