//! Figures: what pages quote from `docs/figures.md` stands there, line by line.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::docs::{blocks, links};
use crate::tree::{pages, read, root};

/// Pages that speak of measured figures. Each links the record.
const CITING: [&str; 20] = [
    "README.md",
    "docs/01-threads/cores.md",
    "docs/01-threads/false-sharing.md",
    "docs/02-processes/cores.md",
    "docs/02-processes/serialise.md",
    "docs/03-async/costs.md",
    "docs/03-async/many.md",
    "docs/03-async/server.md",
    "docs/04-pools/batching.md",
    "docs/04-pools/beyond.md",
    "docs/04-pools/checked.md",
    "docs/04-pools/oversubscription.md",
    "docs/04-pools/rayon.md",
    "docs/04-pools/stealing.md",
    "docs/04-pools/tiny-jobs.md",
    "docs/05-choosing/costs.md",
    "docs/05-choosing/five-programs.md",
    "docs/05-choosing/laws.md",
    "docs/05-choosing/scenarios.md",
    "docs/05-choosing/size.md",
];

fn others() -> impl Iterator<Item = PathBuf> {
    let pages = pages().into_iter();
    pages.filter(|page| !page.ends_with("figures.md"))
}

fn cites(text: &str) -> bool {
    links(text)
        .iter()
        .any(|target| target.contains("figures.md"))
}

/// Reduces a line to what is compared: tables of pages have backticks, tables of programs have none.
fn plain(line: &str) -> String {
    line.replace('`', "").trim_end().to_owned()
}

#[test]
fn pages_that_speak_of_figures_cite_the_record() {
    for page in CITING {
        assert!(
            cites(&read(&root().join(page))),
            "{page} does not link docs/figures.md"
        );
    }
}

#[test]
fn figures_that_pages_quote_are_those_of_the_record() {
    let record = read(&root().join("docs/figures.md"));
    let recorded: BTreeSet<String> = record.lines().map(plain).collect();
    let mut quoted = 0;

    for page in others() {
        let text = read(&page);
        for (info, block, before) in blocks(&text) {
            if !matches!(info.as_str(), "text" | "console") {
                continue;
            }
            // A block of a recorded command, or one that is said to be from the record.
            let command = block.lines().find(|line| line.starts_with("$ "));
            let is_recorded = command.is_some_and(|command| recorded.contains(command));
            let is_claimed = command.is_none() && cites(&before);
            if !is_recorded && !is_claimed {
                continue;
            }
            for line in block.lines().map(plain) {
                let is_figure = line.contains(|c: char| c.is_ascii_digit());
                let is_said = ["$ ", "next: ", "lesson-"]
                    .iter()
                    .any(|start| line.starts_with(start));
                if !is_figure || is_said {
                    continue;
                }
                quoted += 1;
                assert!(
                    recorded.contains(&line),
                    "{}: not in docs/figures.md: {line}",
                    page.display()
                );
            }
        }
        for row in tables_that_cite(&text) {
            quoted += 1;
            assert!(
                recorded.contains(&plain(&row)),
                "{}: not in docs/figures.md: {row}",
                page.display()
            );
        }
    }
    assert!(quoted > 150, "{quoted} lines are quoted");
}

/// Returns the rows of the tables whose introduction cites the record.
fn tables_that_cite(page: &str) -> Vec<String> {
    let mut rows = Vec::new();
    let mut is_cited = false;
    let mut fence = false;
    for paragraph in page.split("\n\n") {
        let is_table = paragraph.starts_with('|');
        if is_table && is_cited && !fence {
            rows.extend(paragraph.lines().skip(2).map(str::to_owned));
        }
        if !is_table {
            is_cited = cites(paragraph) || (is_cited && paragraph.starts_with("**"));
        }
        fence ^= paragraph.matches("```").count() % 2 == 1;
    }
    rows
}
