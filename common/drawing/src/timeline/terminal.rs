//! The timeline as text.

use anstyle::{AnsiColor, Style as Ansi};

use super::axis::{LAST_TICK, axis};
use super::cells::Cell;
use super::cores::Cores;
use super::prose;
use super::rows::Row;
use super::style::{Glyphs, Style};
use super::text::{cut, label, visible};
use recording::trace::{LogLine, Mark, Source, Span, Trace};

/// Rows that lanes may take; of more lanes, the last ones are only counted, in the last row.
const MOST_ROWS: usize = 41;
/// The columns of the narrowest drawing.
const NARROWEST: usize = 40;
/// Columns that a name may take; a longer one is cut.
const LONGEST_NAME: usize = 16;
const MARGIN: usize = 2;

/// Draws the run: time goes to the right, a row for each lane, then a legend and the same in words.
pub fn draw(trace: &Trace, style: Style) -> String {
    draw_with(trace, style, &[])
}

/// Draws the run; the words say what would have shortened it, too.
pub fn draw_with(trace: &Trace, style: Style, what_if: &[String]) -> String {
    let whole = style.width.max(NARROWEST);
    // Beside a drawing of 40 columns a log line needs 30 to be worth reading.
    let log = style.log && whole >= 72;
    let width = if log {
        (whole * 3 / 5).max(NARROWEST)
    } else {
        whole
    };

    let mut lines = picture(trace, width, style.glyphs, MOST_ROWS, usize::MAX);
    if log {
        lines = beside(&lines, &log_lines(trace, whole - width - 2), width);
    }
    lines.push(prose::describe(trace, what_if, whole));
    style.glyphs.plain(&lines.join("\n"))
}

/// Returns the lines of the axis, the lanes, the legend, and the cores: lanes take `most` lines, and
/// cores none if both together took more than `room`.
pub(super) fn picture(
    trace: &Trace,
    width: usize,
    glyphs: Glyphs,
    most: usize,
    room: usize,
) -> Vec<String> {
    let width = width.max(NARROWEST);
    let rows = Row::folded(&trace.lanes);
    let count = if rows.len() <= most {
        rows.len()
    } else {
        most - 1
    };
    let shown = &rows[..count];
    let cores = Cores::of(trace);
    let core_labels = cores.labels();
    let labels = shown.iter().map(|row| &row.label).chain(&core_labels);
    let longest = labels.map(|label| label.chars().count()).max();
    let names = longest.unwrap_or(0).min(LONGEST_NAME).min(width / 3);
    let columns = width - MARGIN - names - 2 - LAST_TICK;

    let with_name = |label: &str, cells: &str| {
        let name = cut(label, names);
        let line = format!("{:MARGIN$}{name:names$}  {cells}", "");
        line.trim_end().to_owned()
    };
    let mut lines = vec![indent(names, &axis(trace.seconds(trace.end_ns), columns))];
    let mut in_line = false;
    for row in shown {
        let cells = row.cells(trace, columns);
        in_line |= cells.contains(&Cell::InLine);
        let cells = cells.into_iter();
        let cells: String = cells.map(|cell| glyph(cell, glyphs)).collect();
        lines.push(with_name(&row.label, &cells));
    }

    if rows.len() > shown.len() {
        let left: usize = rows[shown.len()..].iter().map(|row| row.lanes.len()).sum();
        lines.push(indent(names, &format!("and {left} more lanes")));
    }
    lines.push(indent(names, &legend(trace, glyphs, in_line)));

    let (core_rows, meaning) = cores.rows(columns);
    let meaning = wrap(&meaning, width - MARGIN - names - 2);
    if count + core_rows.len() + meaning.len() <= room {
        let rows = core_labels.iter().zip(&core_rows);
        lines.extend(rows.map(|(label, cells)| with_name(label, cells)));
        lines.extend(meaning.iter().map(|line| indent(names, line)));
    }

    lines
}

/// Puts texts beside each other, as many to a line as have room.
fn wrap(texts: &[String], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for text in texts {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 2 + text.chars().count() <= width => {
                line.push_str("  ");
                line.push_str(text);
            }
            _ => lines.push(text.clone()),
        }
    }

    lines
}

fn glyph(cell: Cell, glyphs: Glyphs) -> char {
    match cell {
        Cell::Empty => ' ',
        Cell::Waiting => glyphs.waiting(),
        Cell::Blocked => glyphs.blocked(),
        Cell::InLine => glyphs.in_line(),
        Cell::Computing => glyphs.computing(),
    }
}

/// Returns the meaning of the signs; of the rare ones where they occur.
fn legend(trace: &Trace, glyphs: Glyphs, in_line: bool) -> String {
    let computing = glyphs.computing();
    let waiting = glyphs.waiting();
    let mut legend = vec![
        format!("{computing} computing"),
        format!("{waiting} waiting"),
    ];
    let is_blocked = |span: &Span| matches!(span.mark.as_deref(), Some(Mark::WaitsFor(_)));
    let mut spans = trace.lanes.iter().flat_map(|lane| &lane.spans);
    if spans.any(is_blocked) {
        legend.push(format!("{} waiting for another lane", glyphs.blocked()));
    }
    if in_line {
        legend.push(format!("{} in line for a core", glyphs.in_line()));
    }
    if trace.source == Source::Sampled {
        legend.push("(seen every 5 ms)".to_owned());
    }
    legend.join("  ")
}

/// Returns the log, each line cut to `columns`.
fn log_lines(trace: &Trace, columns: usize) -> Vec<String> {
    let line = |line: &LogLine| {
        let lane = trace.lanes.get(line.lane).map(label).unwrap_or_default();
        let seconds = trace.seconds(line.t_ns);
        let text = format!("{seconds:.3} s {lane}: {}", line.message);
        cut(&visible(&text), columns)
    };
    trace.log.iter().map(line).collect()
}

/// Returns two texts side by side, the first one `width` columns wide.
fn beside(left: &[String], right: &[String], width: usize) -> Vec<String> {
    let none = String::new();
    let row = |row: usize| {
        let left = left.get(row).unwrap_or(&none);
        let right = right.get(row).unwrap_or(&none);
        let padding = width.saturating_sub(left.chars().count());
        let line = format!("{left}{:padding$}  {right}", "");
        line.trim_end().to_owned()
    };

    (0..left.len().max(right.len())).map(row).collect()
}

fn indent(names: usize, text: &str) -> String {
    format!("{:1$}{text}", "", MARGIN + names + 2)
}

/// Adds colour to a drawing in Unicode: computing stands out, waiting steps back.
pub fn paint(drawing: &str) -> String {
    let mut painted = String::new();
    let mut before = ' ';

    for c in drawing.chars() {
        if c != before {
            if let Some(ink) = ink(before) {
                painted.push_str(&ink.render_reset().to_string());
            }
            if let Some(ink) = ink(c) {
                painted.push_str(&ink.render().to_string());
            }
        }
        painted.push(c);
        before = c;
    }

    painted
}

fn ink(c: char) -> Option<Ansi> {
    match c {
        '█' => Some(Ansi::new().fg_color(Some(AnsiColor::Blue.into())).bold()),
        '▄' => Some(Ansi::new().fg_color(Some(AnsiColor::Magenta.into()))),
        '▒' => Some(Ansi::new().fg_color(Some(AnsiColor::Yellow.into()))),
        '░' => Some(Ansi::new().dimmed()),
        _ => None,
    }
}
