//! The timeline as text.

use anstyle::{AnsiColor, Style as Ansi};

use super::cells::{Cell, row};
use super::{Style, words};
use crate::trace::{Lane, LogLine, Mark, Span, Trace};

/// Rows that are drawn at most; of more, the last ones are only counted.
const MOST_ROWS: usize = 40;
/// With more lanes than this, those that differ only by a number share a row.
const FOLD_FROM: usize = 16;
/// Names are cut to this many columns.
const LONGEST_NAME: usize = 16;
const MARGIN: usize = 2;
/// Columns kept free on the right, for the time at the end of the axis.
const LAST_TICK: usize = 5;

/// The run as a drawing: time runs to the right, a row for each lane, then a legend and the same in words.
pub fn draw(trace: &Trace, style: Style) -> String {
    let whole = style.width.max(40);
    // Beside a drawing of 40 columns a log line needs 30 to be worth reading.
    let log = style.log && whole >= 72;
    let width = if log { (whole * 3 / 5).max(40) } else { whole };
    let rows = folded(&trace.lanes);
    let shown = &rows[..rows.len().min(MOST_ROWS)];
    let longest = shown
        .iter()
        .map(|row| row.label.chars().count())
        .max()
        .unwrap_or(0);
    let names = longest.min(LONGEST_NAME.min(width / 3));
    let columns = width - MARGIN - names - 2 - LAST_TICK;

    let mut lines = vec![indent(names, &axis(trace.seconds(trace.end_ns), columns))];
    for shown in shown {
        let cells: Vec<Vec<Cell>> = shown
            .lanes
            .iter()
            .map(|lane| row(trace, lane, columns))
            .collect();
        let cells: String = together(&cells)
            .into_iter()
            .map(|cell| match cell {
                Cell::Empty => ' ',
                Cell::Waiting => style.glyphs.waiting(),
                Cell::Blocked => style.glyphs.blocked(),
                Cell::Computing => style.glyphs.computing(),
            })
            .collect();
        let name = cut(&shown.label, names);
        let padding = names - name.chars().count();
        lines.push(
            format!("{:MARGIN$}{name}{:padding$}  {cells}", "", "")
                .trim_end()
                .to_owned(),
        );
    }
    if rows.len() > shown.len() {
        let left: usize = rows[shown.len()..].iter().map(|row| row.lanes.len()).sum();
        lines.push(indent(names, &format!("and {left} more lanes")));
    }
    let (computing, waiting) = (style.glyphs.computing(), style.glyphs.waiting());
    let mut legend = format!("{computing} computing  {waiting} waiting");
    let blocked = |span: &Span| matches!(span.mark.as_deref(), Some(Mark::WaitsFor(_)));
    if trace.lanes.iter().flat_map(|lane| &lane.spans).any(blocked) {
        legend.extend([' ', ' ', style.glyphs.blocked()]);
        legend.push_str(" waiting for another lane");
    }
    lines.push(indent(names, &legend));
    if log {
        lines = beside(&lines, &log_lines(trace, whole - width - 2), width);
    }
    lines.push(words::describe(trace, whole));
    style.glyphs.plain(&lines.join("\n"))
}

/// The log, each line cut to `columns`.
fn log_lines(trace: &Trace, columns: usize) -> Vec<String> {
    let line = |line: &LogLine| {
        let lane = trace.lanes.get(line.lane).map(label).unwrap_or_default();
        cut(
            &visible(&format!(
                "{:.3} s {lane}: {}",
                trace.seconds(line.t_ns),
                line.message
            )),
            columns,
        )
    };
    trace.log.iter().map(line).collect()
}

/// Two texts side by side, the first one `width` columns wide.
fn beside(left: &[String], right: &[String], width: usize) -> Vec<String> {
    let none = String::new();
    let row = |row: usize| {
        let (left, right) = (
            left.get(row).unwrap_or(&none),
            right.get(row).unwrap_or(&none),
        );
        let padding = width.saturating_sub(left.chars().count());
        format!("{left}{:padding$}  {right}", "")
            .trim_end()
            .to_owned()
    };
    (0..left.len().max(right.len())).map(row).collect()
}

/// A drawing in Unicode with colour: computing stands out, waiting steps back.
pub fn paint(drawing: &str) -> String {
    let computing = Ansi::new().fg_color(Some(AnsiColor::Blue.into())).bold();
    let blocked = Ansi::new().fg_color(Some(AnsiColor::Yellow.into()));
    let waiting = Ansi::new().dimmed();
    let mut painted = String::new();
    let mut before = ' ';
    for c in drawing.chars() {
        if c != before {
            let end = match before {
                '█' | '▒' => computing.render_reset().to_string(),
                '░' => waiting.render_reset().to_string(),
                _ => String::new(),
            };
            let begin = match c {
                '█' => computing.render().to_string(),
                '▒' => blocked.render().to_string(),
                '░' => waiting.render().to_string(),
                _ => String::new(),
            };
            painted += &(end + &begin);
        }
        painted.push(c);
        before = c;
    }
    painted
}

fn indent(names: usize, text: &str) -> String {
    format!("{:1$}{text}", "", MARGIN + names + 2)
}

/// A row of the drawing.
struct Row<'a> {
    label: String,
    lanes: Vec<&'a Lane>,
}

/// A row for each lane; where there are many, one for all that are called the same but for a number at the end.
fn folded(lanes: &[Lane]) -> Vec<Row<'_>> {
    let mut rows: Vec<(String, Row)> = Vec::new();
    for lane in lanes {
        let name = label(lane);
        let stem = name
            .trim_end_matches(|c: char| c.is_ascii_digit())
            .to_owned();
        match rows.iter_mut().find(|(of, row)| {
            lanes.len() > FOLD_FROM && *of == stem && row.lanes[0].kind == lane.kind
        }) {
            Some((_, row)) => row.lanes.push(lane),
            None => rows.push((
                stem,
                Row {
                    label: name,
                    lanes: vec![lane],
                },
            )),
        }
    }
    let named = rows.into_iter().map(|(stem, mut row)| {
        let number = |lane: &&Lane| label(lane)[stem.len()..].parse::<u64>().ok();
        let numbers = || row.lanes.iter().filter_map(number);
        match (row.lanes.len(), numbers().min(), numbers().max()) {
            (1, ..) => {}
            (count, Some(first), Some(last)) if first < last && last - first < count as u64 => {
                row.label = format!("{stem}{first}..{last}");
            }
            (count, ..) => row.label = format!("{stem} x{count}"),
        }
        row
    });
    named.collect()
}

/// Several lanes in one row: computing where at least half of those that are there compute.
fn together(rows: &[Vec<Cell>]) -> Vec<Cell> {
    let columns = rows.first().map_or(0, Vec::len);
    let cell = |column: usize| {
        let count = |cell: Cell| rows.iter().filter(|row| row[column] == cell).count();
        match (
            count(Cell::Computing),
            count(Cell::Blocked),
            count(Cell::Waiting),
        ) {
            (0, 0, 0) => Cell::Empty,
            (computing, blocked, waiting) if computing >= blocked + waiting => Cell::Computing,
            (_, blocked, waiting) if blocked > waiting => Cell::Blocked,
            _ => Cell::Waiting,
        }
    };
    (0..columns).map(cell).collect()
}

/// The lane's name as it is drawn: one line, nothing that moves the cursor.
pub(super) fn label(lane: &Lane) -> String {
    visible(&lane.name)
}

/// A text as it may be printed.
fn visible(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .map(|c| if hidden(c) { '?' } else { c })
        .collect()
}

fn cut(name: &str, columns: usize) -> String {
    if name.chars().count() <= columns {
        return name.to_owned();
    }
    name.chars().take(columns - 1).chain(['~']).collect()
}

/// Round times above the columns where they are, at least a few columns apart.
fn axis(total_s: f64, columns: usize) -> String {
    let step = step(total_s, columns / 7);
    let mut axis = String::new();
    // There are fewer ticks than columns; the loop ends where the next one has no room.
    for tick in 0..=u32::try_from(columns).unwrap_or(u32::MAX) {
        let at = f64::from(tick) * step;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a column: not negative, small"
        )]
        let column = if tick == 0 {
            0
        } else {
            (at / total_s * columns as f64).round() as usize
        };
        let text = tick_text(at);
        if at > total_s * 1.000_001 || column + text.len() > columns + LAST_TICK {
            break;
        }
        // Rounding must not push two into one another.
        let used = axis.chars().count();
        if column > used || tick == 0 {
            axis.extend(std::iter::repeat_n(' ', column - used));
            axis.push_str(&text);
        }
    }
    axis
}

/// The smallest of 1, 2 and 5 times a power of ten that gives at most `most` steps.
fn step(total_s: f64, most: usize) -> f64 {
    if total_s <= 0.0 || most == 0 {
        return 1.0;
    }
    let exact = total_s / most as f64;
    let power = 10_f64.powf(exact.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= exact * 0.999)
        .unwrap_or(power)
}

/// `0s`, `0.5s`, `20ms`, `300us`.
fn tick_text(seconds: f64) -> String {
    let short = |value: f64| {
        let text = format!("{value:.3}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    match seconds {
        0.0 => "0s".to_owned(),
        0.1.. => format!("{}s", short(seconds)),
        0.0001.. => format!("{}ms", short(seconds * 1e3)),
        _ => format!("{}us", short(seconds * 1e6)),
    }
}
