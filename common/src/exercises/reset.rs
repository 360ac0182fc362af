//! `reset`: exercises as they were given, and beside them what the learner wrote.

use std::fs::{self, File};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::folder::{Exercise, Folder};
use super::progress::Progress;
use crate::output::{complain, line};

const FAILED: u8 = 1;
const USAGE: u8 = 2;

/// Resets those of the exercises that were changed, and asks first unless told. Returns the exit code.
pub fn reset(folder: &Folder, exercises: &[Exercise], is_told: bool) -> u8 {
    let mut changed = Vec::new();

    for exercise in exercises {
        match is_untouched(folder, exercise) {
            Ok(true) => {}
            Ok(false) => changed.push(exercise),
            Err(why) => {
                complain(&why);
                return FAILED;
            }
        }
    }

    if changed.is_empty() {
        match exercises {
            [exercise] => line(&format!("{} is as it was given", exercise.file)),
            all => line(&format!(
                "all {} exercises are as they were given",
                all.len()
            )),
        }
        return 0;
    }

    for exercise in &changed {
        line(&format!("changed: {}", shown(folder, exercise)));
    }

    if !is_told && !io::stdin().is_terminal() {
        complain(&format!(
            "{}: reset asks first, and here is no terminal to ask at: add --yes",
            folder.package
        ));
        return USAGE;
    }
    if !is_told && !asked() {
        line("nothing was reset");
        return 0;
    }

    let codes = changed.iter().map(|exercise| reset_one(folder, exercise));
    codes.max().unwrap_or(0)
}

/// Resets one exercise, and says under which name the old file is kept. Returns the exit code.
pub fn reset_one(folder: &Folder, exercise: &Exercise) -> u8 {
    match write_as_given(folder, exercise) {
        Ok(kept) => {
            let name = kept.as_deref().and_then(|file| file.file_name()?.to_str());
            let old = name.map_or_else(String::new, |name| format!("; the old one is {name}"));
            line(&format!(
                "{} is as it was given{old}",
                shown(folder, exercise)
            ));
            0
        }
        Err(why) => {
            complain(&why);
            FAILED
        }
    }
}

/// Asks at the terminal. Returns whether the answer is yes.
fn asked() -> bool {
    let mut out = anstream::stderr();
    let question = "reset? What you wrote is kept beside it [y/N] ";
    let _ = write!(out, "{question}").and_then(|()| out.flush());

    let mut said = String::new();
    let read = io::stdin().read_line(&mut said);
    read.is_ok() && ["y", "yes"].contains(&said.trim().to_lowercase().as_str())
}

fn shown(folder: &Folder, exercise: &Exercise) -> String {
    format!("{}/exercises/{}.rs", folder.package, exercise.file)
}

fn given(folder: &Folder, exercise: &Exercise) -> Result<String, String> {
    folder.given(exercise).ok_or_else(|| {
        let (package, file) = (folder.package, &exercise.file);
        format!("{package}/wrong/{file}/as_given.rs does not say how {file} was given")
    })
}

/// The file is, byte for byte, what was given.
fn is_untouched(folder: &Folder, exercise: &Exercise) -> Result<bool, String> {
    let given = given(folder, exercise)?;
    let now = fs::read(folder.file("exercises", exercise));
    Ok(now.is_ok_and(|now| now == given.as_bytes()))
}

/// Writes an exercise as it was given. Returns the file in which another content that it had is kept.
fn write_as_given(folder: &Folder, exercise: &Exercise) -> Result<Option<PathBuf>, String> {
    let given = given(folder, exercise)?;
    let file = folder.file("exercises", exercise);
    let told = |why: io::Error| format!("{}: {why}", shown(folder, exercise));

    let old = match fs::read(&file) {
        Ok(old) if old == given.as_bytes() => return Ok(None),
        Ok(old) => Some(old),
        Err(why) if why.kind() == ErrorKind::NotFound => None,
        Err(why) => return Err(told(why)),
    };

    // Where there is no room, nothing has changed yet.
    let new = file.with_extension("rs.before-reset.new");
    let kept = fs::write(&new, given).and_then(|()| {
        let kept = old.map(|old| keep(&file, &old)).transpose()?;
        fs::rename(&new, &file)?;
        Ok(kept)
    });
    if kept.is_err() {
        let _ = fs::remove_file(&new);
    }

    let kept = kept.map_err(told)?;
    Progress::read(folder).forget(exercise).map_err(told)?;
    Ok(kept)
}

/// Writes a file's old content beside it, under a name that is free.
fn keep(file: &Path, old: &[u8]) -> io::Result<PathBuf> {
    let mut number = 1;

    loop {
        let ending = match number {
            1 => "rs.before-reset".to_owned(),
            _ => format!("rs.before-reset-{number}"),
        };
        let beside = file.with_extension(ending);

        match File::create_new(&beside) {
            Ok(mut kept) => {
                kept.write_all(old)?;
                return Ok(beside);
            }
            Err(why) if why.kind() == ErrorKind::AlreadyExists => number += 1,
            Err(why) => return Err(why),
        }
    }
}
