//! The notebook that the course grew out of: every claim of it has a verdict, and every quote is in it.

use crate::tree::{pages, read, root, source_of};

const VERDICTS: [&str; 4] = ["kept", "qualified", "corrected", "Python only"];

/// Reduces text to what is compared: no marks of Markdown, no list numbers, single spaces.
fn plain(text: &str) -> String {
    let bare: String = text
        .chars()
        .filter(|c| !['*', '`', '#', '✅', '❌', '🛠', '\u{fe0f}'].contains(c))
        .collect();
    let words = bare.split(|c: char| c.is_whitespace() || ['|', '/'].contains(&c));
    let kept = words.filter(|word| {
        let number = word
            .strip_suffix('.')
            .is_some_and(|word| word.parse::<u32>().is_ok());
        !word.is_empty() && *word != "-" && !number
    });
    kept.collect::<Vec<_>>().join(" ")
}

/// Returns the cells of each row in a page's tables, heads and rulers left out.
fn rows(page: &str) -> Vec<Vec<String>> {
    let lines = page.lines().filter(|line| line.starts_with('|'));
    lines
        .map(|line| {
            line.trim_matches('|')
                .split(" | ")
                .map(|cell| cell.trim().to_owned())
                .collect()
        })
        .filter(|cells: &Vec<String>| {
            !cells[0].starts_with("---") && cells[0] != "the notebook says"
        })
        .collect()
}

/// Returns the notebook's prose, sentence by sentence: no program, no output, no heading, no contents.
fn claims(notebook: &str) -> Vec<String> {
    let mut claims = Vec::new();
    let mut cell = false;
    let mut fence = false;
    let mut contents = false;
    for line in notebook.lines() {
        fence ^= line.starts_with("```");
        contents =
            (contents || line.starts_with("## Table of Contents")) && !line.starts_with("## 1.");
        let ends = line.starts_with("## ") || line.starts_with("**When to use");
        cell = (cell || line.starts_with("In [")) && !ends;
        let ruler = line.starts_with("|--")
            || line.starts_with("| Approach")
            || line.starts_with("| Scenario");
        let title =
            line.starts_with('#') || line.trim_end().trim_end_matches("**").ends_with([':', '?']);
        if cell || fence || contents || ruler || title {
            continue;
        }
        claims.extend(
            plain(line)
                .split_inclusive(['.', '!', '?'])
                .map(|claim| claim.trim().to_owned()),
        );
    }
    claims.retain(|claim| claim.split(' ').count() >= 3);
    claims
}

#[test]
fn every_sentence_of_the_notebook_has_a_verdict() {
    let quotes: String = rows(&read(&root().join("docs/notebook.md")))
        .iter()
        .map(|cells| plain(&cells[0]) + "\n")
        .collect();
    let claims = claims(&read(&root().join("docs/notebook.txt")));
    assert!(claims.len() > 60, "{claims:?}");
    for claim in claims {
        assert!(
            quotes.contains(&claim),
            "docs/notebook.md has no verdict on `{claim}`"
        );
    }
}

#[test]
fn every_quote_is_in_the_notebook() {
    let notebook = plain(&read(&root().join("docs/notebook.txt")));
    let rows = rows(&read(&root().join("docs/notebook.md")));
    let demos: String = crate::tree::chapters()
        .iter()
        .map(|chapter| source_of(chapter))
        .collect();
    for cells in &rows {
        assert_eq!(cells.len(), 3, "a quote, a verdict and a demo: {cells:?}");
        assert!(
            notebook.contains(&plain(&cells[0])),
            "the notebook does not say `{}`",
            cells[0]
        );
        let verdict = cells[1].trim_start_matches("**");
        assert!(
            VERDICTS.iter().any(|known| verdict.starts_with(known)),
            "no verdict: {}",
            cells[1]
        );
        for name in cells[2].split('`').skip(1).step_by(2) {
            assert!(
                demos.contains(&format!("\"{name}\"")),
                "no demo is called {name}: {cells:?}"
            );
        }
    }
}

#[test]
fn the_chapters_say_of_the_notebook_what_its_page_says() {
    let own = rows(&read(&root().join("docs/notebook.md")));
    let verdict = |cell: &str| {
        VERDICTS
            .into_iter()
            .find(|known| cell.contains(&format!("**{known}**")))
    };
    let mut tables = 0;
    for page in pages()
        .into_iter()
        .filter(|page| !page.ends_with("notebook.md"))
    {
        let text = read(&page);
        for table in text.split("| the notebook says |").skip(1) {
            tables += 1;
            let table = table.split("\n\n").next().unwrap_or_default();
            for cells in rows(table).iter().filter(|cells| cells.len() > 2) {
                let same = own.iter().find(|row| row[0] == cells[0]);
                let same = same.unwrap_or_else(|| {
                    panic!(
                        "{}: no such row in docs/notebook.md: {}",
                        page.display(),
                        cells[0]
                    )
                });
                assert_eq!(
                    verdict(&cells[1]),
                    verdict(&same[1]),
                    "{}: {}",
                    page.display(),
                    cells[0]
                );
            }
        }
    }
    assert!(
        tables >= 4,
        "each chapter has a table of what the notebook said"
    );
}
