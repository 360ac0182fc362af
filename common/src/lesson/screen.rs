//! A drawing that stays below all that is printed, at a terminal.
//!
//! The cursor stands on the line below it. Each change goes out in one piece: the cursor moves up,
//! and the lines are written over those that are there. Nothing about the terminal is switched, so
//! it is whole at every moment, however the program ends.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;

use anstream::{AutoStream, ColorChoice};

use recording::lock::lock;

/// The lines of the drawing as they stand; none while there is no drawing.
static SCREEN: Mutex<Option<Vec<String>>> = Mutex::new(None);

/// Returns whether standard output is a terminal whose cursor can be moved.
pub(super) fn is_possible() -> bool {
    let kind = std::env::var("TERM").unwrap_or_default();
    io::stdout().is_terminal() && !["", "dumb"].contains(&kind.as_str())
}

/// Makes room for a drawing, which is empty at first.
pub(super) fn open() {
    *lock(&SCREEN) = Some(Vec::new());
}

/// Draws these lines over the last drawing.
pub(super) fn show(lines: Vec<String>) -> io::Result<()> {
    let mut screen = lock(&SCREEN);
    let Some(drawn) = screen.as_mut() else {
        return Ok(());
    };
    let before = std::mem::replace(drawn, lines);
    write(&over(before.len(), None, drawn))
}

/// Prints a text above the drawing; `None` if there is none.
pub(super) fn above(text: &str) -> Option<io::Result<()>> {
    let screen = lock(&SCREEN);
    let drawn = screen.as_ref()?;
    Some(write(&over(drawn.len(), Some(&coloured(text)), drawn)))
}

/// Runs a function that prints by itself, with the drawing out of its way.
pub(super) fn aside(print: impl FnOnce()) {
    let screen = lock(&SCREEN);
    let Some(drawn) = screen.as_ref() else {
        drop(screen);
        return print();
    };

    let _ = write(&over(drawn.len(), None, &[]));
    print();
    let _ = write(&over(0, None, drawn));
}

/// Ends it. The drawing is wiped out, or stays as it is.
pub(super) fn close(is_kept: bool) -> io::Result<()> {
    let drawn = lock(&SCREEN).take().unwrap_or_default();
    if is_kept {
        return Ok(());
    }
    write(&over(drawn.len(), None, &[]))
}

/// Returns what overwrites a drawing of `before` lines with a text, if there is one, and with these
/// lines.
fn over(before: usize, text: Option<&str>, lines: &[String]) -> String {
    let mut all = match before {
        0 => "\r".to_owned(),
        _ => format!("\r\x1b[{before}A"),
    };

    if let Some(text) = text {
        // It may be longer than a line of the terminal: there is nothing in its way.
        all.push_str("\x1b[J");
        all.push_str(text);
        all.push('\n');
    }
    for line in lines {
        all.push_str(line);
        all.push_str("\x1b[K\n");
    }
    if lines.len() < before {
        all.push_str("\x1b[J");
    }

    all
}

fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Returns a text as it may be shown here: without its colours, if none are wanted.
pub(super) fn coloured(text: &str) -> String {
    match AutoStream::choice(&io::stdout()) {
        ColorChoice::Never => anstream::adapter::strip_str(text).to_string(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[&str]) -> Vec<String> {
        text.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn a_drawing_is_written_over_the_last_one() {
        assert_eq!(over(0, None, &lines(&["a", "b"])), "\ra\x1b[K\nb\x1b[K\n");
        let same = over(2, None, &lines(&["a", "c"]));
        assert_eq!(same, "\r\x1b[2Aa\x1b[K\nc\x1b[K\n");
        let shorter = over(2, None, &lines(&["d"]));
        assert_eq!(shorter, "\r\x1b[2Ad\x1b[K\n\x1b[J");
    }

    #[test]
    fn a_text_is_written_above_it() {
        let above = over(1, Some("text"), &lines(&["a"]));
        assert_eq!(above, "\r\x1b[1A\x1b[Jtext\na\x1b[K\n");
        assert_eq!(over(1, None, &[]), "\r\x1b[1A\x1b[J");
        assert_eq!(over(0, None, &[]), "\r");
    }
}
