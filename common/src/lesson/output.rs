//! Standard output and standard error of a lesson.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::ColorChoice;

use super::screen;
use drawing::timeline;
use recording::process::cleanup::quit;

/// Whether text for people is left out of stdout, as with `--json`.
static QUIET: AtomicBool = AtomicBool::new(false);

pub(crate) fn set_quiet() {
    QUIET.store(true, Ordering::Relaxed);
}

pub(crate) fn set_color(choice: ColorChoice) {
    choice.write_global();
}

/// Prints one or more lines for people. At a terminal, a line that is too long is broken between words.
pub fn say(text: &str) {
    if !QUIET.load(Ordering::Relaxed) {
        line(&fitted(text));
    }
}

/// Returns the columns of the terminal, if standard output is one.
fn columns() -> Option<usize> {
    io::stdout().is_terminal().then(timeline::width)
}

/// Returns the text with lines that fit the terminal, where there is one.
pub(crate) fn fitted(text: &str) -> String {
    let Some(width) = columns() else {
        return text.to_owned();
    };
    // Not `lines()`: a newline at the end stays.
    let lines: Vec<String> = text.split('\n').map(|line| folded(line, width)).collect();
    lines.join("\n")
}

/// Returns a text that begins in the column `before`, and goes on there where it is broken.
pub(crate) fn with_hanging(before: usize, text: &str) -> String {
    let Some(width) = columns() else {
        return text.to_owned();
    };
    // Too little room is left: it goes on further to the left.
    let indent = if before + 20 > width { 4 } else { before };
    folded_behind(before, indent, text, width)
}

/// Breaks a line that is too long; what follows stands two columns further to the right than it began.
fn folded(line: &str, width: usize) -> String {
    if visible(line) <= width {
        return line.to_owned();
    }
    let start = line.len() - line.trim_start().len();
    let (margin, text) = line.split_at(start);
    margin.to_owned() + &folded_behind(start, start + 2, text, width)
}

fn folded_behind(before: usize, indent: usize, text: &str, width: usize) -> String {
    let mut folded = String::new();
    let mut column = before;
    for word in text.split(' ') {
        let length = visible(word);
        if column > before && column + 1 + length > width {
            folded.push('\n');
            folded.push_str(&" ".repeat(indent));
            column = indent;
        } else if !folded.is_empty() {
            folded.push(' ');
            column += 1;
        }
        folded.push_str(word);
        column += length;
    }
    folded
}

/// Returns the columns that a text takes: colours take none.
fn visible(text: &str) -> usize {
    let mut columns = 0;
    let mut inside = false;
    for c in text.chars() {
        if inside {
            inside = c != 'm';
        } else if c == '\u{1b}' {
            inside = true;
        } else {
            columns += 1;
        }
    }
    columns
}

/// Prints one line on stdout, whatever the mode. A reader that went away (`| head -1`) ends the
/// program quietly.
pub fn line(text: &str) {
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
pub fn wrapped(text: &str) -> String {
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
pub fn complain(text: &str) {
    screen::aside(|| drop(writeln!(anstream::stderr(), "{text}")));
}

/// Prints one line on stderr that the next one overwrites; an empty one wipes it out. For terminals.
pub fn progress(text: &str) {
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
