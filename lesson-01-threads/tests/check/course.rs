//! A copy of the course, whose exercises may be changed.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use testing::{Ran, run_command};

/// A copy of what lesson 01 needs. It stays in the target folder: what has been compiled once is not compiled again.
pub struct Course {
    pub root: PathBuf,
}

impl Course {
    pub fn copy() -> Course {
        let original = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("the lesson lies in the workspace");
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("course");
        for folder in ["common", "lesson-01-threads"] {
            mirror(&original.join(folder), &root.join(folder));
        }
        let manifest =
            fs::read_to_string(original.join("Cargo.toml")).expect("the workspace has a manifest");
        let manifest: String = manifest
            .lines()
            .filter(|line| !is_of_another_lesson(line))
            .flat_map(|line| [line, "\n"])
            .collect();
        // Both share a target folder, in which Cargo tells packages apart by name and version, not by where they lie.
        let version = "version = \"0.1.0\"";
        assert_eq!(
            manifest.matches(version).count(),
            1,
            "the version of all packages"
        );
        write(
            &root.join("Cargo.toml"),
            &manifest.replace(version, "version = \"0.1.0-copy\""),
        );
        write(
            &root.join("Cargo.lock"),
            &fs::read_to_string(original.join("Cargo.lock"))
                .expect("the workspace has a lock file"),
        );
        let _ = fs::remove_file(root.join(".progress-lesson-01-threads"));
        Course { root }
    }

    pub fn file(&self, folder: &str, name: &str) -> PathBuf {
        self.root.join("lesson-01-threads").join(folder).join(name)
    }

    /// Puts `answer` where the learner's file is.
    pub fn hand_in(&self, exercise: &str, answer: &str) {
        write(&self.file("exercises", &format!("{exercise}.rs")), answer);
    }

    pub fn answer(&self, folder: &str, name: &str) -> String {
        fs::read_to_string(self.file(folder, name)).expect("this answer is there")
    }

    /// Decides at each step as `keys` say.
    pub fn drive(&self, name: &str, keys: &str) -> String {
        let mut driven = self
            .command(env!("CARGO_BIN_EXE_lesson-01-threads"), "")
            .args(["check", name, "--drive"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it can be started");
        let mut stdin = driven.stdin.take().expect("it is piped");
        stdin.write_all(keys.as_bytes()).expect("it listens");
        drop(stdin);
        let said = driven.wait_with_output().expect("it ends");
        String::from_utf8_lossy(&said.stdout).into_owned()
    }

    /// The lesson, started somewhere inside the copy.
    pub fn run(&self, folder: &str, args: &[&str]) -> Ran {
        let mut command = self.command(env!("CARGO_BIN_EXE_lesson-01-threads"), folder);
        run_command(command.args(args))
    }

    /// A program, to be started somewhere inside the copy. What it has built lies beside what these tests have built.
    pub fn command(&self, program: &str, folder: &str) -> Command {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .parent()
            .expect("it lies in the target folder");
        let mut command = Command::new(program);
        command
            .current_dir(self.root.join(folder))
            .env("CARGO_TARGET_DIR", target);
        command
    }
}

/// A member of the workspace that is not copied.
fn is_of_another_lesson(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("\"lesson-") && !line.starts_with("\"lesson-01-threads")
}

/// Makes `to` what `from` is; a file that is the same already keeps its date.
fn mirror(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the target folder can be written to");
    for entry in fs::read_dir(to).expect("it is a folder").flatten() {
        // A file that was moved since the last copy would be found at both places.
        if !from.join(entry.file_name()).exists() {
            let path = entry.path();
            let removed = if path.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
            removed.expect("the target folder can be written to");
        }
    }

    for entry in fs::read_dir(from).expect("it is a folder").flatten() {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            mirror(&entry.path(), &to);
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            // The program of the copy must not take the place of this one's.
            let bin = "[[bin]]\nname = \"lesson-01-";
            write(
                &to,
                &text.replace(&format!("{bin}threads\""), &format!("{bin}copy\"")),
            );
        }
    }
}

fn write(file: &Path, text: &str) {
    if fs::read_to_string(file).ok().as_deref() != Some(text) {
        fs::write(file, text).expect("the target folder can be written to");
    }
}
