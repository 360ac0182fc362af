//! The look of a drawing: its width and its characters.

use std::io::IsTerminal;

/// The look of a drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns that it may use; less than 40 counts as 40.
    pub width: usize,
    /// The characters of cells and bars.
    pub glyphs: Glyphs,
    /// Whether log lines stand beside it, on the right.
    pub log: bool,
}

/// The characters of a drawing. Both sets differ by density and shape, not by colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyphs {
    /// `█`, `▄`, `▒` and `░`.
    Unicode,
    /// `#`, `=`, `~` and `.`.
    Ascii,
}

impl Glyphs {
    /// Chooses Unicode at a terminal whose locale speaks UTF-8, otherwise ASCII.
    pub fn wanted() -> Glyphs {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let locale = set("LC_ALL")
            .or_else(|| set("LC_CTYPE"))
            .or_else(|| set("LANG"))
            .unwrap_or_default();
        let locale = locale.to_ascii_lowercase();
        let utf8 = locale.contains("utf-8") || locale.contains("utf8");

        if utf8 && std::io::stdout().is_terminal() {
            Glyphs::Unicode
        } else {
            Glyphs::Ascii
        }
    }

    /// Returns `text` without the few characters of ours that ASCII lacks.
    pub fn plain(self, text: &str) -> String {
        match self {
            Glyphs::Unicode => text.to_owned(),
            Glyphs::Ascii => text
                .replace(" · ", "; ")
                .replace('µ', "u")
                .replace('×', "x")
                .replace('→', "->")
                .replace('…', "..."),
        }
    }

    /// Returns the character of a core at work: of lanes that compute, and of bars.
    pub fn computing(self) -> char {
        if self == Glyphs::Unicode { '█' } else { '#' }
    }

    /// Returns the character of a lane that could go on, but has no core.
    pub(crate) fn in_line(self) -> char {
        if self == Glyphs::Unicode { '▄' } else { '=' }
    }

    pub(crate) fn blocked(self) -> char {
        if self == Glyphs::Unicode { '▒' } else { '~' }
    }

    pub(crate) fn waiting(self) -> char {
        if self == Glyphs::Unicode { '░' } else { '.' }
    }
}

/// Returns the terminal's columns and rows; 80 and 24 without one.
pub fn size() -> (usize, usize) {
    system::terminal_size().unwrap_or((80, 24))
}

/// Returns the terminal's width in columns; 80 without one. `COLUMNS` has the last word.
pub fn width() -> usize {
    let told = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    let asked = || system::terminal_size().map(|(columns, _)| columns);
    told.or_else(asked).unwrap_or(80).clamp(40, 400)
}
