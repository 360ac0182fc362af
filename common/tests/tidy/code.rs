//! How code and comments read: the length of concepts, blank lines, openers of comments, predicates.

use std::path::{Path, PathBuf};

use crate::tree::{chapters, read, root, rust_files};

/// A concept of more code lines than this asks to be split, unless a reason stands in the file.
const LONGEST_CONCEPT: usize = 60;

/// The words that open a comment about something else than what the item is or does.
const OPENERS: [&str; 9] = [
    "What", "Who", "Whoever", "How", "Where", "So", "As", "Of", "Said",
];

/// Actors that are not named.
const UNNAMED: [&str; 3] = ["nobody", "somebody", "whoever"];

/// Returns the text without the tests at its foot.
pub fn without_tests(text: &str) -> &str {
    let tests = ["#[cfg(test)]\nmod ", "#[cfg(all(test", "#[cfg(test)]\n#["];
    let foot = tests.iter().filter_map(|mark| text.find(mark)).min();
    &text[..foot.unwrap_or(text.len())]
}

fn code_lines(text: &str) -> usize {
    let lines = without_tests(text).lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .count()
}

/// Returns the files that a chapter quotes and a learner changes.
fn concepts() -> Vec<PathBuf> {
    let mut concepts = Vec::new();
    for chapter in chapters() {
        let src = root().join(format!("lesson-{chapter}/src"));
        for file in rust_files(&src) {
            let below = file.strip_prefix(&src).expect("it lies there");
            let room = below.iter().next().unwrap_or_default().to_string_lossy();
            let name = file.file_name().unwrap_or_default();
            let library = ["show", "support", "executor", "tools", "beyond"].contains(&&*room);
            if !library
                && !["main.rs", "lib.rs", "mod.rs"]
                    .iter()
                    .any(|front| name == *front)
            {
                concepts.push(file);
            }
        }
    }
    concepts
}

fn all_sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["common"].into_iter().map(str::to_owned).chain(
        chapters()
            .into_iter()
            .map(|chapter| format!("lesson-{chapter}")),
    ) {
        let inside = |file: &PathBuf| {
            let path = file.to_string_lossy();
            let is_test = path.contains("/tests/") || path.ends_with("/tests.rs");
            path.contains("/src/") && !path.contains("/target/") && !is_test
        };
        files.extend(rust_files(&root().join(folder)).into_iter().filter(inside));
    }
    files
}

/// Returns the lines inside function bodies, and the blank ones among them.
fn body_lines(text: &str) -> (usize, usize) {
    let mut inside: Option<String> = None;
    let mut opened = false;
    let mut lines = 0;
    let mut blank = 0;
    for line in without_tests(text).lines() {
        let trimmed = line.trim_start();
        let indent = &line[..line.len() - trimmed.len()];
        match &inside {
            None => {
                let words: Vec<&str> = trimmed.split_whitespace().take(5).collect();
                let starts = words.contains(&"fn") && !trimmed.starts_with("//");
                if starts && !line.trim_end().ends_with(['}', ';']) {
                    inside = Some(indent.to_owned());
                    opened = line.trim_end().ends_with('{');
                }
            }
            Some(outer) if line.trim_end() == format!("{outer}}}") => inside = None,
            Some(_) if !opened => opened = line.trim_end().ends_with('{'),
            Some(_) => {
                lines += 1;
                blank += usize::from(trimmed.is_empty());
            }
        }
    }
    (lines, blank)
}

/// Returns the first words of the documentation comments.
fn openers(text: &str) -> Vec<String> {
    let mut openers = Vec::new();
    let mut before = false;
    for line in without_tests(text).lines() {
        let doc = line.trim_start().strip_prefix("///");
        if let Some(doc) = doc.filter(|_| !before) {
            let word = doc.trim().split(|c: char| !c.is_alphanumeric()).next();
            openers.push(word.unwrap_or_default().to_owned());
        }
        before = doc.is_some();
    }
    openers
}

fn comments(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(str::trim_start)
        .filter(|line| line.starts_with("//"))
}

#[test]
fn a_concept_is_read_in_one_sitting() {
    let mut lengths = Vec::new();
    for file in concepts() {
        let text = read(&file);
        let lines = code_lines(&text);
        lengths.push(lines);
        assert!(
            lines <= LONGEST_CONCEPT || text.contains("// Long because "),
            "{} has {lines} lines of code: one concept a file, split it, or say `// Long because …`",
            file.display()
        );
    }
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    assert!(
        median <= 45,
        "the median concept has {median} lines of code, 45 are the goal"
    );
}

#[test]
fn predicates_change_nothing() {
    for file in all_sources() {
        for line in read(&file).lines() {
            let predicate = line.contains("fn is_") || line.contains("fn has_");
            assert!(
                !(predicate && line.contains("&mut self")),
                "{}: a predicate takes `&self`: {line}",
                file.display()
            );
        }
    }
}

/// The figures of the house, each with its goal.
struct Figures {
    builders: usize,
    blank_percent: f64,
    openers_percent: f64,
    unnamed: usize,
    lines: usize,
    pairs: usize,
}

fn measured() -> Figures {
    let mut figures = Figures {
        builders: 0,
        blank_percent: 0.0,
        openers_percent: 0.0,
        unnamed: 0,
        lines: 0,
        pairs: 0,
    };
    let mut bodies = (0, 0);
    let mut docs = (0, 0);
    for file in all_sources() {
        let text = read(&file);
        let lesson = file.to_string_lossy().contains("/lesson-0");
        let joined: String = without_tests(&text).split_whitespace().collect();
        if lesson && !file.to_string_lossy().contains("/executor/") {
            figures.builders += joined.matches("Builder::new().name(").count();
        }
        let (lines, blank) = body_lines(&text);
        bodies = (bodies.0 + lines, bodies.1 + blank);
        let openers = openers(&text);
        let unlike = openers
            .iter()
            .filter(|word| OPENERS.contains(&word.as_str()))
            .count();
        docs = (docs.0 + openers.len(), docs.1 + unlike);
        for comment in comments(&text) {
            let comment = comment.to_lowercase();
            figures.unnamed += UNNAMED
                .iter()
                .map(|word| comment.matches(word).count())
                .sum::<usize>();
        }
        figures.lines += without_tests(&text).lines().count();
        figures.pairs += joined.matches(")=(").count();
    }
    figures.blank_percent = 100.0 * bodies.1 as f64 / bodies.0 as f64;
    figures.openers_percent = 100.0 * docs.1 as f64 / docs.0 as f64;
    figures
}

#[test]
fn figures_of_the_house() {
    let mut lengths: Vec<(usize, PathBuf)> = concepts()
        .into_iter()
        .map(|file| (code_lines(&read(&file)), file))
        .collect();
    lengths.sort();
    let figures = measured();
    println!("concept files             {:>6}", lengths.len());
    println!(
        "  median code lines       {:>6}   (45 at most)",
        lengths[lengths.len() / 2].0
    );
    for (lines, file) in lengths
        .iter()
        .rev()
        .take_while(|(lines, _)| *lines > LONGEST_CONCEPT)
    {
        let below = file.strip_prefix(root()).unwrap_or(Path::new(""));
        println!("  over 60                 {lines:>6}   {}", below.display());
    }
    println!(
        "named thread builders     {:>6}   (5 at most, executor/ apart)",
        figures.builders
    );
    println!(
        "blank lines in functions  {:>5.1}%   (5 % at least)",
        figures.blank_percent
    );
    println!(
        "comments with wrong start {:>5.1}%   (3 % at most)",
        figures.openers_percent
    );
    println!(
        "unnamed actors            {:>6}   (10 at most)",
        figures.unnamed
    );
    println!("pairs in one let          {:>6}", figures.pairs);
    println!("source lines without tests{:>6}", figures.lines);
    assert!(
        figures.builders <= 5,
        "threads are started as std's documentation starts them"
    );
    assert!(
        figures.blank_percent >= 5.0,
        "a blank line between setting up, acting and what comes of it"
    );
    assert!(
        figures.openers_percent <= 3.0,
        "a comment on a function opens with a verb, on a type with a noun"
    );
    assert!(
        figures.unnamed <= 10,
        "the actor is named by its type: the worker, the caller, the dispatcher"
    );
}
