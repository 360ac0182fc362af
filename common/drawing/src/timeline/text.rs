//! Texts as they may be printed.

use recording::trace::Lane;

/// Returns a lane's name as it is drawn: one line, nothing that moves the cursor.
pub(super) fn label(lane: &Lane) -> String {
    visible(&lane.name)
}

/// Returns the text with a `?` for each character that cannot be seen.
pub(super) fn visible(text: &str) -> String {
    let is_hidden = |c: char| {
        let directs = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        c.is_control() || directs
    };
    let characters = text.chars();

    characters
        .map(|c| if is_hidden(c) { '?' } else { c })
        .collect()
}

/// Cuts a text to `columns`, with a `~` where something is missing.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if text.chars().count() <= columns {
        return text.to_owned();
    }
    text.chars().take(columns - 1).chain(['~']).collect()
}

/// Breaks a text into lines of at most `width` columns, where words allow it.
pub(super) fn wrap(text: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is always a last line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(format!("  {word}"));
        }
    }

    lines.join("\n")
}
