//! The files of answers, as the compiler and a panic name them.

use std::fs;
use std::path::Path;

/// A source file's path is that of an answer: the learner's, a solution, or a wrong one.
pub fn is_answer(path: &str) -> bool {
    let inside = |folder: &str| {
        path.rsplit_once(folder)
            .is_some_and(|(_, rest)| !rest.contains(".."))
    };
    ["/exercises/", "/solutions/", "/wrong/"]
        .into_iter()
        .any(inside)
        && !path.contains("common/src/exercises/")
}

/// A line of a source file, which is named as the compiler names it.
pub(crate) fn line_of(file: &str, line: u32) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?;
    let text = fs::read_to_string(file)
        .or_else(|_| fs::read_to_string(root.join(file)))
        .ok()?;
    text.lines()
        .nth(usize::try_from(line).ok()?.checked_sub(1)?)
        .map(str::to_owned)
}
