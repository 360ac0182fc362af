//! Handing a `check` over to the judge. It is a program of its own: a first run of a lesson does not wait for its compiler.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use super::asked::Asked;
use super::cargo::build;
use crate::output::complain;

const FAILED: u8 = 1;

/// The name of the package, and of its program.
const JUDGE: &str = "judge";

/// Becomes the judge, which reads the same command line once more. Returns the exit code when it cannot.
pub(crate) fn hand_over(asked: &Asked) -> u8 {
    let package = asked.folder.package;
    let mut judge = ready(&asked.folder.root);

    loop {
        let (program, is_new) = match judge {
            Some(program) => (program, false),
            None => match built(asked) {
                Ok(program) => (program, true),
                Err(why) => {
                    complain(&format!("{package}: the judge is not built: {why}"));
                    return FAILED;
                }
            },
        };
        let why = Command::new(program)
            .arg(package)
            .args(env::args_os().skip(1))
            .exec();

        // Another build may put a new one in its place at this moment.
        if is_new || why.kind() != ErrorKind::NotFound {
            complain(&format!("{package}: the judge does not start: {why}"));
            return FAILED;
        }
        judge = None;
    }
}

/// Builds the judge, and the check that it needs first: in one go, so that no core is idle.
fn built(asked: &Asked) -> Result<PathBuf, String> {
    let first = asked.exercises.first();
    let target = first.and_then(|exercise| {
        if asked.is_solution {
            asked.folder.test_of_answers(exercise)
        } else {
            Some(asked.folder.check(exercise))
        }
    });

    // An answer that does not compile is the judge's business. The profile is that of the tests that it builds.
    let args = [
        "build",
        "--profile=test",
        "--keep-going",
        "-p",
        JUDGE,
        "--bin",
        JUDGE,
    ];
    let built = build(&asked.folder, &args, target.as_ref());
    let built = built.map_err(|why| format!("cannot run cargo: {why}"))?;
    built.program(JUDGE).ok_or(built.said)
}

/// Returns the judge beside this program, if it is there and none of its sources is newer.
fn ready(root: &Path) -> Option<PathBuf> {
    let here = env::current_exe().ok()?;
    let program = here.parent()?.parent()?.join("debug").join(JUDGE);
    let since = fs::metadata(&program).ok()?.modified().ok()?;

    let common = root.join("common");
    let crates = fs::read_dir(&common).ok()?.flatten();
    let mut sources: Vec<PathBuf> = crates.map(|folder| folder.path().join("src")).collect();
    sources.push(common.join("src"));
    let is_newer = sources.iter().any(|folder| is_newer(folder, since));
    (!is_newer).then_some(program)
}

/// Returns whether a file in the folder was changed since then.
fn is_newer(folder: &Path, since: SystemTime) -> bool {
    fs::read_dir(folder).is_ok_and(|entries| {
        entries.flatten().any(|entry| match entry.metadata() {
            Ok(about) if about.is_dir() => is_newer(&entry.path(), since),
            Ok(about) => about.modified().is_ok_and(|changed| changed > since),
            Err(_) => true,
        })
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use recording::TempDir;

    use super::*;

    #[test]
    fn a_file_is_newer_wherever_it_lies() {
        let folder = TempDir::new("judge-test").unwrap();
        let inside = folder.path().join("front");
        fs::create_dir(&inside).unwrap();
        fs::write(inside.join("session.rs"), "").unwrap();
        let now = SystemTime::now();
        let moment = Duration::from_mins(1);

        assert!(is_newer(folder.path(), now - moment));
        assert!(!is_newer(folder.path(), now + moment));
        assert!(!is_newer(&folder.path().join("none"), now - moment));
    }
}
