//! What pages ask to change: each edit can be applied to its file, says how it is undone, and what to expect of it.
//!
//! `.ci/change-it` applies them all, builds, runs, and looks for what the page expects.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::tree::{pages, read, root};

/// A piece of a point: a line of prose, or a block with what stands behind its three backticks.
enum Piece {
    Prose(String),
    Block(String, Vec<String>),
}

/// Returns the points of a page's list "Change it".
fn points(page: &str) -> Vec<Vec<Piece>> {
    let mut points: Vec<Vec<Piece>> = Vec::new();
    let mut inside = false;
    let mut fence = false;
    for line in page.lines() {
        if !fence && (line.starts_with('#') || line == "---") {
            inside = line == "## Change it";
            continue;
        }
        if !inside {
            continue;
        }
        if !fence && line.starts_with("- ") {
            points.push(Vec::new());
        }
        let bare = line.strip_prefix("  ").unwrap_or(line);
        let Some(point) = points.last_mut() else {
            assert!(line.is_empty(), "no point of a list: {line}");
            continue;
        };
        if let Some(info) = bare.strip_prefix("```") {
            fence = !fence;
            if fence {
                point.push(Piece::Block(info.to_owned(), Vec::new()));
            }
        } else if let (true, Some(Piece::Block(_, lines))) = (fence, point.last_mut()) {
            lines.push(bare.to_owned());
        } else {
            point.push(Piece::Prose(bare.to_owned()));
        }
    }
    points
}

fn indentation(lines: &[&str]) -> usize {
    let filled = lines.iter().filter(|line| !line.trim().is_empty());
    filled
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0)
}

fn dedented(lines: &[&str]) -> Vec<String> {
    let shared = indentation(lines);
    let cut = lines
        .iter()
        .map(|line| line.get(shared..).unwrap_or("").to_owned());
    cut.collect()
}

/// Returns the text with a diff applied, or the part of the diff that is not there exactly once.
fn edited(text: &str, diff: &[String]) -> Result<String, String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for part in diff.split(|line| line == "…") {
        let marked = |marks: &'static [char]| {
            let kept = part
                .iter()
                .filter(move |line| line.is_empty() || line.starts_with(marks));
            kept.map(|line| line.get(1..).unwrap_or(""))
                .collect::<Vec<&str>>()
        };
        let old = marked(&[' ', '-']);
        let new = marked(&[' ', '+']);
        let wanted = dedented(&old);
        let all: Vec<&str> = lines.iter().map(String::as_str).collect();
        let mut places = all
            .windows(old.len())
            .enumerate()
            .filter(|(_, window)| dedented(window) == wanted);
        let (Some((place, window)), None) = (places.next(), places.next()) else {
            return Err(old.join("\n"));
        };

        let margin = " ".repeat(indentation(window).saturating_sub(indentation(&old)));
        let put = new.iter().map(|line| {
            if line.is_empty() {
                String::new()
            } else {
                format!("{margin}{line}")
            }
        });
        let put: Vec<String> = put.collect();
        lines.splice(place..place + old.len(), put);
    }
    Ok(lines.join("\n") + "\n")
}

/// Returns the source file that a line of prose links.
fn linked(line: &str, page: &Path) -> Option<PathBuf> {
    let targets = line
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let files = targets.map(|target| page.parent().unwrap_or(page).join(target));
    let file = files
        .filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
        .last()?;
    Some(file.canonicalize().unwrap_or(file))
}

/// Returns what `git restore` is given in this text.
fn restored(prose: &str) -> Option<PathBuf> {
    let (_, rest) = prose.split_once("`git restore ")?;
    Some(root().join(rest.split('`').next()?))
}

#[test]
fn what_a_page_asks_to_change_is_there_and_is_undone() {
    let mut edits = 0;
    for page in pages() {
        let name = page.display();
        for point in points(&read(&page)) {
            let mut files: BTreeMap<PathBuf, String> = BTreeMap::new();
            let mut file = None;
            let mut prose = String::new();
            let mut expects = false;
            for piece in &point {
                match piece {
                    Piece::Prose(line) => {
                        prose += line;
                        prose.push('\n');
                        file = linked(line, &page).or(file);
                    }
                    Piece::Block(info, diff) if info == "diff" => {
                        edits += 1;
                        let file = file
                            .clone()
                            .unwrap_or_else(|| panic!("{name}: which file?\n{prose}"));
                        let text = files.entry(file.clone()).or_insert_with(|| read(&file));
                        *text = edited(text, diff).unwrap_or_else(|part| {
                            panic!("{name}: not exactly once in {}:\n{part}", file.display())
                        });
                    }
                    Piece::Block(info, lines) => {
                        let runs = lines.first().is_some_and(|line| line.starts_with("$ "));
                        expects |= info == "text" && runs && lines.len() > 1;
                    }
                }
            }

            let undo = restored(&prose);
            if files.is_empty() {
                let asks = [
                    "In `", "In [", "Set `", "Replace ", "Remove ", "Write ", "Move ",
                ];
                let edits = undo.is_some() || asks.iter().any(|ask| prose[2..].starts_with(ask));
                assert!(!edits, "{name}: show this edit in a block `diff`:\n{prose}");
            } else {
                assert!(
                    expects,
                    "{name}: what is to be run, and what is to be seen?\n{prose}"
                );
                let undo = undo.unwrap_or_else(|| panic!("{name}: how is it undone?\n{prose}"));
                let undo = undo.canonicalize().unwrap_or(undo);
                assert!(
                    files.keys().all(|file| file.starts_with(&undo)),
                    "{name}: `git restore` of another file:\n{prose}"
                );
            }
        }
    }
    assert!(edits > 90, "{edits} edits");
}
