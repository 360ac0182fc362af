//! What the chapters show is what the program prints.

use std::path::Path;

use testing::check_chapter;

use crate::PROGRAM;

const PACKAGE: &str = env!("CARGO_PKG_NAME");

#[test]
fn the_chapter_shows_what_is_printed() {
    check_chapter(&testing::chapter("04-pools"), PACKAGE, PROGRAM);
}

#[test]
fn the_answers_are_what_is_printed() {
    testing::check_answers(&testing::chapter("04-pools"), "04", PACKAGE, PROGRAM);
}

/// Returns the files of a folder of tests, one behind the other.
fn sources(folder: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder);
    let files = std::fs::read_dir(folder).expect("it is there");
    let paths = files.map(|file| file.expect("it is listed").path());
    paths
        .map(|path| std::fs::read_to_string(path).expect("it can be read"))
        .collect()
}

/// Each row of the table of Python's tests names tests of ours that are there, or says why there is none.
#[test]
fn the_tests_named_after_pythons_are_there() {
    let of_threads = sources("concurrent_futures");
    let of_processes = sources("process_futures");
    let is_there = |source: &str, name: &str| source.contains(&format!("fn {name}("));
    // A test of the second folder runs if it is in the list of its file as well.
    let is_run = |name: &str| of_processes.split_whitespace().any(|word| word == name);
    let chapter = &testing::chapter("04-pools");
    let (_, after) = chapter
        .split_once("# What Python's executors promise")
        .expect("there is such a section");
    let section = after.split("\n# ").next().unwrap_or_default();
    let (mut rows, mut same_name) = (0, 0);
    for row in section.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row
            .trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().trim_matches('`'))
            .collect();
        let [python, threads, processes, why] = cells[..] else {
            panic!("{row}")
        };
        let named = |cell| if cell == "yes" { python } else { cell };
        assert!(
            threads.is_empty() || is_there(&of_threads, named(threads)),
            "{row}"
        );
        let name = named(processes);
        assert!(
            processes.is_empty() || is_there(&of_processes, name) && is_run(name),
            "{row}"
        );
        assert!(
            !why.is_empty() || !threads.is_empty() || !processes.is_empty(),
            "{row}"
        );
        rows += 1;
        same_name += usize::from(threads == "yes") + usize::from(processes == "yes");
    }
    assert!(
        rows >= 100 && same_name >= 60,
        "{rows} rows, {same_name} tests of the same name"
    );
}
