//! What the chapter shows of `beyond` is what the program prints. (The check of all other chapters runs programs that
//! are built without the feature.)

use lesson_04_pools::beyond::model::{self, Costs};
use testing::run;

use super::nats::{PROGRAM, possible};

const CHAPTER: &str = include_str!("../../../docs/04-pools/beyond.md");

/// The blocks of the chapter that begin with this command, each as the rest of the command and the lines below it. What
/// stands below an edit, in the same point of a list, is printed after that only: `.ci/change-it` looks for it.
fn blocks(command: &str) -> Vec<(&'static str, Vec<&'static str>)> {
    let blocks = CHAPTER
        .match_indices("```text\n")
        .filter(|(at, _)| {
            let before = &CHAPTER[..*at];
            let point = before.rfind("\n- ").unwrap_or(0);
            !before[point..].contains("```diff")
        })
        .filter_map(|(at, fence)| CHAPTER[at + fence.len()..].split("```").next());
    let ours = blocks.filter_map(|block| {
        let mut lines = block.lines().map(str::trim).filter(|line| !line.is_empty());
        let args = lines.next()?.strip_prefix("$ ")?.strip_prefix(command)?;
        Some((args, lines.filter(|line| *line != "…").collect()))
    });
    ours.collect()
}

/// A line without what differs from run to run: times, process ids, which worker it was, and how a lane was drawn.
fn shape(line: &str) -> String {
    let word = |word: &str| {
        if word.chars().count() > 1 && word.chars().all(|c| "█░▒▄#.~=".contains(c)) {
            return String::new();
        }
        let worker = if word.starts_with("worker-") {
            "worker"
        } else {
            word
        };
        if worker.contains('.') || worker.len() > 3 {
            worker.replace(|c: char| c.is_ascii_digit(), "")
        } else {
            worker.to_owned()
        }
    };
    let words: Vec<String> = line
        .split_whitespace()
        .map(word)
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ").replace(['█', '░', '▄', '#', '=', '.'], "")
}

#[test]
fn the_chapter_shows_what_is_printed() {
    if !possible() {
        return;
    }
    let shown = blocks("cargo run -p lesson-04-pools --features nats -- ");
    assert!(shown.len() >= 3, "{shown:?}");
    for (args, lines) in shown {
        let args: Vec<&str> = args.split_whitespace().chain(["--pace", "0.3"]).collect();
        let ran = run(PROGRAM, &args);
        let printed: Vec<String> = ran
            .stdout
            .lines()
            .chain(ran.stderr.lines())
            .map(shape)
            .collect();
        for line in lines {
            // The axis has other ticks when the run is shorter.
            if !line.starts_with("0s") {
                assert!(
                    printed.contains(&shape(line)),
                    "{args:?} does not print {line:?}:\n{}",
                    printed.join("\n")
                );
            }
        }
    }
}

#[test]
fn the_table_on_paper_follows_from_the_figures_above_it() {
    let shown = blocks("cargo run --release -p lesson-04-pools --features nats -- beyond cost");
    let [(_, lines)] = &shown[..] else {
        panic!("shown once: {shown:?}")
    };
    let figure = |before: &str| -> f64 {
        let line = lines
            .iter()
            .find_map(|line| line.split_once(before))
            .expect(before);
        line.1
            .split_whitespace()
            .next()
            .expect("a number follows")
            .parse()
            .expect("a number")
    };
    let costs = Costs {
        local_s: figure("A job costs ") / 1e6,
        trip_s: figure("one worker needs ") / 1e6,
        rate: figure("together carry "),
    };
    let pays = costs.pays_from(2, 2).expect("two are more than one") * 1e3;
    assert!(
        (pays - figure("a second machine pays from ")).abs() < 0.01,
        "{pays}"
    );
    for line in model::table(&costs, 2, 30.0).lines() {
        assert!(lines.contains(&line.trim()), "{line:?} is not in {lines:?}");
    }
}
