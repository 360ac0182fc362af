//! Standard output and standard error of a lesson.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::ColorChoice;

use super::screen;
use crate::process::cleanup::quit;

/// Whether text for people is left out of stdout, as with `--json`.
static QUIET: AtomicBool = AtomicBool::new(false);

pub(crate) fn set_quiet() {
    QUIET.store(true, Ordering::Relaxed);
}

pub(crate) fn set_color(choice: ColorChoice) {
    choice.write_global();
}

/// Prints one or more lines for people.
pub(crate) fn say(text: &str) {
    if !QUIET.load(Ordering::Relaxed) {
        line(text);
    }
}

/// Prints one line on stdout, whatever the mode. A reader that went away (`| head -1`) ends the
/// program quietly.
pub(crate) fn line(text: &str) {
    let written = screen::above(text).unwrap_or_else(|| {
        let mut out = anstream::stdout().lock();
        writeln!(out, "{text}").and_then(|()| out.flush())
    });

    // Not under the lock of stdout: ending the program flushes it once more.
    match written {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => quit(0),
        Err(error) => {
            complain(&format!("cannot write to standard output: {error}"));
            quit(1)
        }
    }
}

/// Breaks lines between words so that they fit the terminal, or 100 columns where there is none.
pub(crate) fn wrapped(text: &str) -> String {
    let width = system::terminal_size().map_or(100, |(columns, _)| columns);
    let lines: Vec<String> = paragraphs(text)
        .iter()
        .map(|line| broken(line, width.max(20)))
        .collect();

    lines.join("\n")
}

/// Joins lines that belong together: a paragraph is one line.
fn paragraphs(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut inside = false;

    for line in text.lines() {
        let starts = line.is_empty() || line.starts_with([' ', '-', '|']);
        match lines.last_mut().filter(|_| inside && !starts) {
            Some(last) => {
                last.push(' ');
                last.push_str(line);
            }
            None => lines.push(line.to_owned()),
        }
        inside = !line.is_empty();
    }

    lines
}

/// Breaks one line; what follows is as far to the right as it began.
fn broken(line: &str, width: usize) -> String {
    let indent = " ".repeat(line.len() - line.trim_start().len());
    let mut lines = vec![indent.clone()];

    for word in line.split_whitespace() {
        let last = lines.last_mut().expect("there is one from the start");
        let is_empty = last.trim().is_empty();
        if !is_empty && last.chars().count() + 1 + word.chars().count() > width {
            lines.push(format!("{indent}{word}"));
        } else {
            if !is_empty {
                last.push(' ');
            }
            last.push_str(word);
        }
    }

    lines.join("\n")
}

/// Prints one line on stderr.
pub(crate) fn complain(text: &str) {
    screen::aside(|| drop(writeln!(anstream::stderr(), "{text}")));
}

/// Prints one line on stderr that the next one overwrites; an empty one wipes it out. For terminals.
pub(crate) fn progress(text: &str) {
    let short: String = text.chars().take(70).collect();
    let mut out = anstream::stderr();
    let _ = write!(out, "\r\x1b[K{short}").and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        assert_eq!(broken("  one two three", 9), "  one two\n  three");
        assert_eq!(broken("averylongword and", 5), "averylongword\nand");
        assert_eq!(
            paragraphs("one\ntwo\n\nthree\n- four"),
            ["one two", "", "three", "- four"]
        );
    }
}
