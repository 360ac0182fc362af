//! Which questions were answered, and how: a small text file that git ignores.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;

/// The answers of one lesson's learner.
pub(super) struct Score {
    file: PathBuf,
    /// The last answer to each question was right.
    answers: BTreeMap<String, bool>,
}

impl Score {
    /// Reads the file; a missing one is empty, and lines that make no sense are left out.
    pub(super) fn read(file: PathBuf) -> Score {
        let text = fs::read_to_string(&file).unwrap_or_default();
        let answer = |line: &str| {
            let (how, name) = line.split_once(' ')?;
            let right = match how {
                "right" => true,
                "wrong" => false,
                _ => return None,
            };
            Some((name.to_owned(), right))
        };

        let answers = text.lines().filter_map(answer).collect();

        Score { file, answers }
    }

    /// Returns whether the last answer was right; `None` if the question was never answered.
    pub(super) fn of(&self, name: &str) -> Option<bool> {
        self.answers.get(name).copied()
    }

    /// Keeps an answer.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn keep(&mut self, name: &str, right: bool) -> io::Result<()> {
        self.answers.insert(name.to_owned(), right);
        let line = |(name, right): (&String, &bool)| {
            format!("{} {name}\n", if *right { "right" } else { "wrong" })
        };
        let text: String = self.answers.iter().map(line).collect();

        fs::write(&self.file, text)
    }
}
