//! What has been solved, and which hints have been read: a small text file that git ignores.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;

use super::folder::{Exercise, Folder, code_of};

/// The learner's progress.
pub struct Progress {
    file: PathBuf,
    entries: BTreeMap<String, Entry>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Entry {
    /// A number made of the code that was judged.
    solved: Option<u64>,
    hints: usize,
}

/// The state of an exercise in `list`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It has not been solved.
    ToDo,
    /// Its code is what was solved.
    Solved,
    /// Its code was changed after it was solved.
    ChangedSince,
}

impl Progress {
    /// Lines that make no sense are left out; a missing file is an empty one.
    pub fn read(folder: &Folder) -> Progress {
        let file = folder.root.join(format!(".progress-{}", folder.package));
        let text = fs::read_to_string(&file).unwrap_or_default();
        let mut progress = Progress {
            file,
            entries: entries(&text),
        };
        progress.follow_renames(folder);
        progress
    }

    /// Code that was solved under a name that is gone has been solved under its new name.
    fn follow_renames(&mut self, folder: &Folder) {
        let exercises = folder.exercises();
        for exercise in &exercises {
            let Some(code) = print_of(folder, exercise) else {
                continue;
            };
            if self.entries.contains_key(exercise.name()) {
                continue;
            }
            let gone = |name: &String| exercises.iter().all(|exercise| exercise.name() != name);
            let old = self
                .entries
                .iter()
                .find(|(name, entry)| gone(name) && entry.solved == Some(code));
            if let Some((_, entry)) = old {
                self.entries
                    .insert(exercise.name().to_owned(), entry.clone());
            }
        }
    }

    /// Returns how far the exercise is.
    pub fn state(&self, folder: &Folder, exercise: &Exercise) -> State {
        match self
            .entries
            .get(exercise.name())
            .and_then(|entry| entry.solved)
        {
            None => State::ToDo,
            Some(solved) if print_of(folder, exercise) == Some(solved) => State::Solved,
            Some(_) => State::ChangedSince,
        }
    }

    /// Returns how many of these are solved as they are now.
    pub fn solved_of(&self, folder: &Folder, exercises: &[Exercise]) -> usize {
        let is_solved = |exercise: &&Exercise| self.state(folder, exercise) == State::Solved;
        exercises.iter().filter(is_solved).count()
    }

    /// The number of the next hint, from 0, which has then been read; `hints` when all have been.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn next_hint(&mut self, exercise: &Exercise, hints: usize) -> io::Result<usize> {
        let entry = self.entries.entry(exercise.name().to_owned()).or_default();
        let next = entry.hints.min(hints);
        entry.hints = (next + 1).min(hints);
        self.write()?;
        Ok(next)
    }

    /// Keeps that this code, see [`print_of`], was solved.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn solved(&mut self, exercise: &Exercise, code: u64) -> io::Result<()> {
        let entry = self.entries.entry(exercise.name().to_owned()).or_default();
        if entry.solved == Some(code) {
            return Ok(());
        }
        entry.solved = Some(code);
        self.write()
    }

    /// Has the exercise begin anew, its hints too.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget(&mut self, exercise: &Exercise) -> io::Result<()> {
        match self.entries.remove(exercise.name()) {
            Some(_) => self.write(),
            None => Ok(()),
        }
    }

    fn write(&self) -> io::Result<()> {
        let lines = self.entries.iter().map(|(name, entry)| {
            let solved = entry
                .solved
                .map_or_else(|| "-".to_owned(), |code| format!("{code:016x}"));
            format!("{name} {solved} {}\n", entry.hints)
        });
        let head = "# exercise, what was solved, hints read\n".to_owned();
        fs::write(
            &self.file,
            std::iter::once(head).chain(lines).collect::<String>(),
        )
    }
}

fn entries(text: &str) -> BTreeMap<String, Entry> {
    let entry = |line: &str| {
        let mut words = line.split_whitespace();
        let name = words.next().filter(|name| !name.starts_with('#'))?;
        let solved = words
            .next()
            .and_then(|code| u64::from_str_radix(code, 16).ok());
        let hints = words
            .next()
            .and_then(|hints| hints.parse().ok())
            .unwrap_or(0);
        Some((name.to_owned(), Entry { solved, hints }))
    };
    text.lines().filter_map(entry).collect()
}

/// A number made of the exercise's code as it is now (FNV-1a); comments do not count.
pub fn print_of(folder: &Folder, exercise: &Exercise) -> Option<u64> {
    let text = fs::read_to_string(folder.file("exercises", exercise)).ok()?;
    let start = 0xcbf2_9ce4_8422_2325_u64;
    Some(code_of(&text).bytes().fold(start, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use recording::TempDir;

    fn lesson(files: &[(&str, &str)]) -> (TempDir, Folder) {
        let temp = TempDir::new("progress-test").unwrap();
        for folder in ["exercises", "checks"] {
            fs::create_dir_all(temp.path().join("lesson").join(folder)).unwrap();
        }
        for (name, text) in files {
            for folder in ["exercises", "checks"] {
                fs::write(temp.path().join("lesson").join(folder).join(name), text).unwrap();
            }
        }
        let folder = Folder {
            root: temp.path().to_owned(),
            package: "lesson",
        };
        (temp, folder)
    }

    #[test]
    fn what_was_solved_survives_new_numbers_and_new_names() {
        let (_temp, folder) = lesson(&[("01_one.rs", "fn one() {}"), ("02_two.rs", "fn two() {}")]);
        let [one, two] = folder.exercises().try_into().unwrap();
        let code = print_of(&folder, &one).unwrap();
        Progress::read(&folder).solved(&one, code).unwrap();
        let state = |exercise| Progress::read(&folder).state(&folder, exercise);
        assert_eq!((state(&one), state(&two)), (State::Solved, State::ToDo));

        // A comment is no change; code is.
        fs::write(folder.file("exercises", &one), "// mine\nfn one() {}\n").unwrap();
        assert_eq!(state(&one), State::Solved);
        fs::write(folder.file("exercises", &one), "fn one() { loop {} }").unwrap();
        assert_eq!(state(&one), State::ChangedSince);

        fs::write(folder.file("exercises", &one), "fn one() {}").unwrap();
        for (kind, to) in [("exercises", "05_first.rs"), ("checks", "05_first.rs")] {
            fs::rename(folder.file(kind, &one), folder.lesson().join(kind).join(to)).unwrap();
        }
        let renamed = folder.named("first").unwrap();
        assert_eq!(state(&renamed), State::Solved);
        assert_eq!(state(&two), State::ToDo);
    }

    #[test]
    fn hints_come_in_order_up_to_the_last() {
        let (_temp, folder) = lesson(&[("01_one.rs", "")]);
        let one = folder.named("1").unwrap();
        let next = || Progress::read(&folder).next_hint(&one, 3).unwrap();
        assert_eq!([next(), next(), next(), next()], [0, 1, 2, 3]);
    }

    #[test]
    fn a_spoilt_file_is_read_as_far_as_it_makes_sense() {
        let read = entries("# head\n\none 00000000000000ff 2\ntwo - 1\nthree\n");
        assert_eq!(
            read["one"],
            Entry {
                solved: Some(255),
                hints: 2
            }
        );
        assert_eq!(
            read["two"],
            Entry {
                solved: None,
                hints: 1
            }
        );
        assert_eq!(read["three"], Entry::default());
    }
}
