//! `hint`: the next of an exercise's three hints.

use super::folder::{Exercise, Folder};
use super::progress::Progress;
use crate::output::{complain, line, wrapped};

const FAILED: u8 = 1;

/// Shows the next hint. Returns the exit code.
pub fn hint(folder: &Folder, exercise: &Exercise) -> u8 {
    let package = folder.package;
    let hints = folder.hints(exercise);
    let next = match Progress::read(folder).next_hint(exercise, hints.len()) {
        Ok(next) => next,
        Err(why) => {
            complain(&format!("which hint comes next is not kept: {why}"));
            0
        }
    };
    let again = next > 0 && next == hints.len();

    if again {
        line(&format!(
            "{}: these were all {next} hints; the last one again:",
            exercise.file
        ));
    }

    let next = next - usize::from(again);
    let Some(hint) = hints.get(next) else {
        complain(&format!("{package}: {} has no hints", exercise.file));
        return FAILED;
    };

    line(&wrapped(&format!(
        "{}, hint {} of {}: {hint}",
        exercise.file,
        next + 1,
        hints.len()
    )));
    if next + 1 == hints.len() {
        line(&format!(
            "the model answer: {package}/solutions/{}.rs",
            exercise.file
        ));
    }

    0
}
