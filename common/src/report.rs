//! A tool's report: paragraphs and tables, for a terminal and as a page.

/// Headings, paragraphs, tables and drawings in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report(Vec<Part>);

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Heading(String),
    Text(String),
    Table(Vec<Vec<String>>),
    Drawing(String),
}

impl Report {
    /// Makes an empty one.
    pub fn new() -> Report {
        Report::default()
    }

    /// Adds a heading.
    #[must_use]
    pub fn heading(self, text: impl Into<String>) -> Report {
        self.with(Part::Heading(text.into()))
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Report {
        self.with(Part::Text(text.into()))
    }

    /// Adds a table. A column of figures is aligned on the right.
    #[must_use]
    pub fn table(self, head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Report {
        let head = head.iter().map(ToString::to_string).collect();
        self.with(Part::Table(std::iter::once(head).chain(rows).collect()))
    }

    /// Adds lines in which every character has its place.
    #[must_use]
    pub fn drawing(self, text: impl Into<String>) -> Report {
        self.with(Part::Drawing(text.into()))
    }

    /// Adds all parts of another report.
    #[must_use]
    pub fn then(mut self, other: Report) -> Report {
        self.0.extend(other.0);
        self
    }

    fn with(mut self, part: Part) -> Report {
        self.0.push(part);
        self
    }

    /// Returns it as plain text. A paragraph is one line.
    pub fn to_text(&self) -> String {
        let part = |part: &Part| match part {
            Part::Heading(text) | Part::Text(text) => text.clone(),
            Part::Drawing(text) => text.trim_end().to_owned(),
            Part::Table(rows) => aligned(rows),
        };
        self.0.iter().map(part).collect::<Vec<_>>().join("\n\n")
    }

    /// Returns it as a page that needs nothing else; `command` is the one that made it.
    pub fn to_page(&self, title: &str, command: &str) -> String {
        let part = |part: &Part| match part {
            Part::Heading(text) => format!("<h2>{}</h2>\n", escaped(text)),
            Part::Text(text) => format!("<p>{}</p>\n", escaped(text)),
            Part::Drawing(text) => format!("<pre>{}</pre>\n", escaped(text)),
            Part::Table(rows) => html_table(rows),
        };
        let head = format!(
            "<h1>{}</h1>\n<p><code>{}</code></p>\n",
            escaped(title),
            escaped(command)
        );
        let body: String = std::iter::once(head)
            .chain(self.0.iter().map(part))
            .collect();

        PAGE.replace("TITLE", &escaped(title))
            .replace("BODY", &body)
    }
}

impl<T: Into<String>> From<T> for Report {
    fn from(text: T) -> Report {
        Report::new().drawing(text)
    }
}

const PAGE: &str = "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<link rel=\"icon\" href=\"data:,\">
<title>TITLE</title>
<style>
:root { color-scheme: light dark; }
body { margin: 0 auto; padding: 1rem; max-width: 1100px; font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; }
th, td { padding: .2rem .7rem; border-bottom: 1px solid #8886; text-align: left; white-space: nowrap; }
.figure { text-align: right; font-variant-numeric: tabular-nums; }
</style>
</head>
<body>
BODY</body>
</html>
";

/// Returns whether a column holds figures: each of its cells below the head begins with a digit, or
/// is empty.
fn is_figures(rows: &[Vec<String>], column: usize) -> bool {
    let mut cells = rows
        .iter()
        .skip(1)
        .filter_map(|row| row.get(column))
        .filter(|cell| !cell.is_empty());
    cells.all(|cell| cell.starts_with(|c: char| c.is_ascii_digit()))
}

fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let length = |cell: &String| cell.chars().count();
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(length)
                .max()
                .unwrap_or(0)
        })
        .collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().enumerate().map(|(column, cell)| {
            let width = widths[column];
            if is_figures(rows, column) {
                format!("{cell:>width$}")
            } else {
                format!("{cell:<width$}")
            }
        });
        format!("  {}", cells.collect::<Vec<_>>().join("  "))
            .trim_end()
            .to_owned()
    };

    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn html_table(rows: &[Vec<String>]) -> String {
    let row = |(number, row): (usize, &Vec<String>)| {
        let tag = if number == 0 { "th" } else { "td" };
        let cell = |(column, cell): (usize, &String)| {
            let class = if is_figures(rows, column) {
                " class=\"figure\""
            } else {
                ""
            };
            format!("<{tag}{class}>{}</{tag}>", escaped(cell))
        };
        format!(
            "<tr>{}</tr>\n",
            row.iter().enumerate().map(cell).collect::<String>()
        )
    };
    let rows: String = rows.iter().enumerate().map(row).collect();

    format!("<div class=\"wide\"><table>\n{rows}</table></div>\n")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let rows = [
            vec!["a <b>".to_owned(), "12 ms".to_owned()],
            vec!["b".to_owned(), "3 ms".to_owned()],
        ];
        Report::new()
            .heading("Times")
            .text("What it took.")
            .table(&["what", "time"], rows)
            .drawing("#\n##\n")
    }

    #[test]
    fn a_table_s_figures_stand_on_the_right() {
        assert_eq!(
            report().to_text(),
            "Times\n\nWhat it took.\n\n  what    time\n  a <b>  12 ms\n  b       3 ms\n\n#\n##"
        );
    }

    #[test]
    fn a_page_shows_text_as_text() {
        let page = report().to_page("times", "program <x>");
        assert!(
            page.contains("<td>a &lt;b&gt;</td><td class=\"figure\">12 ms</td>"),
            "{page}"
        );
        assert!(
            page.contains("program &lt;x&gt;") && page.contains("<pre>#\n##\n</pre>"),
            "{page}"
        );
    }
}
