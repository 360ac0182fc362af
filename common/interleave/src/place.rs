//! Where in an answer a step is, and what the objects are called there.

use std::backtrace::Backtrace;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

use judge::gets_on;
use judge::judging::is_answer;

use super::run::{At, Object, State};

/// A line of the exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: u32,
    pub(super) text: String,
}

/// The sources that have been read.
#[derive(Default)]
pub(super) struct Sources(HashMap<String, Option<String>>);

impl Sources {
    fn text(&mut self, file: &str) -> Option<&str> {
        let text = self.0.entry(file.to_owned()).or_insert_with(|| {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?;
            fs::read_to_string(file)
                .or_else(|_| fs::read_to_string(root.join(file)))
                .ok()
        });
        text.as_deref()
    }

    fn place(&mut self, file: &str, line: u32) -> Option<Place> {
        let number = usize::try_from(line).ok()?.checked_sub(1)?;
        let lines: Vec<&str> = self
            .text(file)?
            .lines()
            .take(number + 1)
            .map(str::trim)
            .collect();
        // A call further down a chain is told with what it is called on.
        let first = lines.iter().rposition(|line| !line.starts_with('.'))?;
        let text = lines[first..].concat();

        Some(Place { line, text })
    }

    /// The innermost line of the exercise.
    pub(super) fn of(&mut self, at: &At) -> Option<Place> {
        match at {
            At::Line(caller) if is_answer(caller.file()) => {
                self.place(caller.file(), caller.line())
            }
            At::Line(_) => None,
            At::Stack(stack) => {
                let (file, line) = innermost(stack)?;
                self.place(&file, line)
            }
        }
    }

    /// Returns the object's name at its first use: `cents` of `self.cents.lock()`.
    pub(super) fn word(&mut self, at: &At) -> Option<String> {
        let At::Line(caller) = at else { return None };

        let text = self.text(caller.file())?;
        let start: usize = text
            .split_inclusive('\n')
            .take(usize::try_from(caller.line()).ok()?.checked_sub(1)?)
            .map(str::len)
            .sum();
        let column = usize::try_from(caller.column()).ok()?.checked_sub(1)?;
        let line = &text[start..];
        let before = line.char_indices().nth(column).map_or(0, |(at, _)| at);

        receiver(&text[..start + before])
    }

    /// A name for each object; several that were made in the same place are numbered as they lie.
    pub(super) fn names(&mut self, objects: &[Object]) -> Vec<String> {
        let mut names: Vec<Option<String>> = Vec::new();
        for object in objects {
            let name = match object.state {
                State::Queue { .. } => Some("the channel".to_owned()),
                _ => object.used.as_ref().and_then(|at| self.word(at)),
            };
            names.push(name);
        }

        let kinds = |object: &Object| match object.state {
            State::Atomic => "the atomic",
            State::Lock { .. } => "the lock",
            State::Bell { .. } => "the condvar",
            State::Queue { .. } => "the channel",
            State::Gate { .. } => "the barrier",
            State::Once { .. } => "the cell",
        };

        // Twins of which one has a name are called like it.
        for index in 0..objects.len() {
            if names[index].is_none() {
                let is_twin = |other: &&Object| {
                    other.made == objects[index].made && kinds(other) == kinds(&objects[index])
                };
                let mut known = objects
                    .iter()
                    .zip(&names)
                    .filter(|(other, _)| is_twin(other));
                names[index] = known.find_map(|(_, name)| name.clone());
            }
        }

        let mut all = Vec::new();
        for (index, object) in objects.iter().enumerate() {
            let mut twins: Vec<usize> = objects
                .iter()
                .zip(&names)
                .filter(|(other, name)| {
                    (other.made, kinds(other), *name) == (object.made, kinds(object), &names[index])
                })
                .map(|(other, _)| other.address)
                .collect();
            twins.sort_unstable();
            twins.dedup();
            let name = names[index]
                .clone()
                .unwrap_or_else(|| kinds(object).to_owned());
            let place = twins.iter().position(|address| *address == object.address);
            all.push(match place {
                Some(place) if twins.len() > 1 => format!("{name}[{place}]"),
                _ => name,
            });
        }

        all
    }
}

/// The place is one in the check, which the answer has called.
pub(super) fn is_of_check(at: &At) -> bool {
    let At::Stack(stack) = at else { return false };

    gets_on();
    let stack = stack.to_string();
    let mut files = stack
        .lines()
        .filter_map(|line| line.trim().strip_prefix("at "));
    files.find_map(|file| {
        let path = file.split(':').next().unwrap_or(file);
        if is_answer(path) {
            Some(false)
        } else {
            path.contains("checks/").then_some(true)
        }
    }) == Some(true)
}

/// The innermost line of an answer on a call stack.
fn innermost(stack: &Backtrace) -> Option<(String, u32)> {
    // Thousands of stacks take seconds to look up.
    gets_on();
    let stack = stack.to_string();
    stack.lines().find_map(|line| {
        let mut parts = line.trim().strip_prefix("at ")?.rsplitn(3, ':');
        let (_, line, file) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?);
        is_answer(file).then(|| (file.to_owned(), line))
    })
}

/// The last word of what a method is called on; `text` ends before the method's name.
fn receiver(text: &str) -> Option<String> {
    let text = text.trim_end().strip_suffix('.')?.trim_end();
    let text = match text.chars().last()? {
        ']' => before_group(text, '[', ']')?.trim_end(),
        ')' => return None,
        _ => text,
    };
    let is_of_word = |c: char| c.is_alphanumeric() || c == '_';
    let start = text.rfind(|c| !is_of_word(c)).map_or(0, |at| at + 1);
    let word = &text[start..];

    // A field without a name.
    if !word.is_empty() && word.chars().all(|c| c.is_ascii_digit()) {
        let owner = receiver(&text[..start])?;
        let name = if owner == "self" {
            format!("field {word}")
        } else {
            format!("{owner}.{word}")
        };
        return Some(name);
    }

    (!word.is_empty() && word != "self")
        .then(|| word.to_owned())
        .or_else(|| (word == "self").then(|| word.to_owned()))
}

fn before_group(text: &str, open: char, close: char) -> Option<&str> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices().rev() {
        if c == close {
            depth += 1;
        } else if c == open {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(&text[..at]);
            }
        }
    }

    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_called_as_in_the_answer() {
        for (text, name) in [
            ("*self.cents.", Some("cents")),
            ("let mut items = self\n    .items\n    .", Some("items")),
            ("self.forks[seat.min(self.forks[0])].", Some("forks")),
            ("self.0.changed.", Some("changed")),
            ("shared.0.", Some("shared.0")),
            ("queue.", Some("queue")),
            ("(*queue).", None),
            ("lock(", None),
        ] {
            assert_eq!(receiver(text).as_deref(), name, "{text}");
        }
    }
}
