//! `reset`, after every change of an exercise that the tree knows.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::TempDir;

use crate::run::{Ran, run_command};

/// A lesson's exercises and answers, in a repository of their own.
struct Copy {
    temp: TempDir,
    program: String,
    lesson: String,
}

impl Copy {
    fn of(program: &str, lesson: &Path) -> Copy {
        let temp = TempDir::new("reset-test").expect("there is room for temporary files");
        let name = lesson.file_name().expect("a lesson has a name");
        let copy = Copy {
            program: program.to_owned(),
            lesson: name.to_string_lossy().into_owned(),
            temp,
        };
        let root = lesson.parent().expect("a lesson lies in the workspace");

        for folder in ["checks", "exercises", "solutions", "wrong"] {
            copy_folder(&lesson.join(folder), &copy.path().join(folder));
        }
        for file in [
            ".gitignore".to_owned(),
            format!("{}/Cargo.toml", copy.lesson),
        ] {
            fs::copy(root.join(&file), copy.temp.path().join(&file)).expect("it can be copied");
        }
        copy
    }

    fn path(&self) -> PathBuf {
        self.temp.path().join(&self.lesson)
    }

    fn exercises(&self) -> Vec<PathBuf> {
        files(&self.path().join("checks"))
            .iter()
            .filter_map(|check| check.file_name())
            .filter(|name| {
                name.to_string_lossy()
                    .starts_with(|c: char| c.is_ascii_digit())
            })
            .map(|name| self.path().join("exercises").join(name))
            .collect()
    }

    /// Everything that a learner may have written into the file of an exercise; `None` is that it is gone.
    fn changes(&self, exercise: &Path) -> Vec<Option<Vec<u8>>> {
        let given = fs::read(exercise).expect("it is there");
        let name = exercise.file_name().expect("it has a name");
        let wrong = self
            .path()
            .join("wrong")
            .join(exercise.file_stem().expect("a name"));
        let answers = files(&wrong)
            .into_iter()
            .chain([self.path().join("solutions").join(name)]);
        let answers = answers.map(|file| fs::read(file).ok());

        let half = given[..given.len() / 2].to_vec();
        let longer = [&given[..], b"\n// mine\n"].concat();
        let with_returns = String::from_utf8_lossy(&given).replace('\n', "\r\n");
        let made_up = [
            None,
            Some(Vec::new()),
            Some(half),
            Some(longer),
            Some(with_returns.into_bytes()),
            Some(b"\xff\xfe\0".to_vec()),
        ];
        answers.chain(made_up).collect()
    }

    fn reset(&self, args: &[&str]) -> Ran {
        let mut command = Command::new(&self.program);
        let all = ["reset"].iter().chain(args);
        run_command(command.args(all).current_dir(self.temp.path()))
    }

    /// Runs git; `None` where there is none.
    fn git(&self, args: &[&str]) -> Option<String> {
        let mut git = Command::new("git");
        let me = [
            "-c",
            "user.name=learner",
            "-c",
            "user.email=learner@localhost",
        ];
        let ran = git
            .current_dir(self.temp.path())
            .args(me)
            .args(args)
            .output()
            .ok()?;
        assert!(ran.status.success(), "git {args:?}: {ran:?}");
        Some(String::from_utf8_lossy(&ran.stdout).into_owned())
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a temporary folder can be written to");
    for entry in files(from) {
        let name = entry.file_name().expect("it has a name");
        if entry.is_dir() {
            copy_folder(&entry, &to.join(name));
        } else {
            fs::copy(&entry, to.join(name)).expect("it can be copied");
        }
    }
}

/// Has the lesson in this folder reset its exercises after each change: git sees none then, and what was written is kept.
///
/// # Panics
/// Panics if that is not so.
pub fn assert_reset(program: &str, lesson: &str) {
    let copy = Copy::of(program, Path::new(lesson));
    let exercises = copy.exercises();
    // The reader may have changed them already.
    assert_eq!(copy.reset(&["--yes"]).code, Some(0));
    for file in files(&copy.path().join("exercises")) {
        if file.extension().is_none_or(|extension| extension != "rs") {
            fs::remove_file(file).expect("it is there");
        }
    }
    let given: Vec<Vec<u8>> = exercises.iter().flat_map(fs::read).collect();
    let changes: Vec<_> = exercises.iter().map(|file| copy.changes(file)).collect();
    let rounds = changes.iter().map(Vec::len).max().unwrap_or(0);
    copy.git(&["init", "--quiet"]);
    copy.git(&["add", "."]);
    copy.git(&["commit", "--quiet", "--message", "As given"]);

    for round in 0..rounds {
        for (file, changes) in exercises.iter().zip(&changes) {
            match &changes[round % changes.len()] {
                Some(bytes) => fs::write(file, bytes).expect("it can be written"),
                None => fs::remove_file(file).expect("it is there"),
            }
        }
        let now: Vec<Option<Vec<u8>>> = exercises.iter().map(|file| fs::read(file).ok()).collect();

        let refused = copy.reset(&[]);
        assert_eq!((refused.code, refused.stderr.lines().count()), (Some(2), 1));
        assert!(refused.stderr.contains("--yes"), "{}", refused.stderr);
        let listed = refused
            .stdout
            .lines()
            .filter(|line| line.starts_with("changed: "));
        assert_eq!(listed.count(), exercises.len(), "{}", refused.stdout);
        assert!(
            exercises
                .iter()
                .map(|file| fs::read(file).ok())
                .eq(now.clone())
        );

        let done = copy.reset(&["--yes"]);
        assert_eq!(done.code, Some(0), "{}", done.stderr);
        for (file, given) in exercises.iter().zip(&given) {
            assert_eq!(
                fs::read(file).ok().as_ref(),
                Some(given),
                "{}",
                file.display()
            );
        }
        if let Some(status) = copy.git(&["status", "--porcelain"]) {
            assert_eq!(status, "");
        }

        let kept: Vec<Vec<u8>> = files(&copy.path().join("exercises"))
            .iter()
            .flat_map(fs::read)
            .collect();
        for old in now.into_iter().flatten() {
            assert!(kept.contains(&old), "what was written is kept");
        }
    }

    // A commit of the learner's does not make an answer what was given.
    let solution = copy
        .path()
        .join("solutions")
        .join(exercises[0].file_name().expect("a name"));
    fs::copy(solution, &exercises[0]).expect("it can be copied");
    copy.git(&["commit", "--quiet", "--all", "--message", "Solved"]);
    let name = exercises[0].file_stem().expect("a name").to_string_lossy();
    assert_eq!(copy.reset(&[&name, "--yes"]).code, Some(0));
    assert_eq!(fs::read(&exercises[0]).ok().as_ref(), Some(&given[0]));
    assert!(
        copy.reset(&[&name])
            .stdout
            .ends_with(" is as it was given\n")
    );
}
