//! Exercises, solutions, wrong answers and checks mirror each other.

use std::path::PathBuf;

use crate::tree::{chapter_text, chapters, entries, read, root};

/// What has a number in a folder of a lesson, without `.rs`; the rest is what checks share, or what `reset` has kept.
fn names(chapter: &str, folder: &str) -> Vec<String> {
    let paths = entries(&root().join(format!("lesson-{chapter}/{folder}")));
    let names = paths
        .iter()
        .filter(|path| path.is_dir() || path.extension().is_some_and(|ending| ending == "rs"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()));
    names
        .filter(|name| name.starts_with(|c: char| c.is_ascii_digit()))
        .collect()
}

// What is inside a learner's file is the learner's business: no rule here reads it.
#[test]
fn every_exercise_has_its_solution_its_check_and_two_wrong_answers() {
    for chapter in chapters() {
        let checks = names(&chapter, "checks");
        for folder in ["exercises", "solutions", "wrong"] {
            assert_eq!(
                names(&chapter, folder),
                checks,
                "lesson-{chapter}: {folder} and checks mirror each other"
            );
        }
        let lesson = root().join(format!("lesson-{chapter}"));
        let manifest = read(&lesson.join("checks/Cargo.toml"));
        let page = chapter_text(&chapter);
        let tests: String = ["tests", "checks"]
            .iter()
            .flat_map(|folder| entries(&lesson.join(folder)))
            .filter(|path| path.is_file())
            .map(|path| read(&path))
            .collect();
        let judged = |path: &str| {
            assert!(
                tests.contains(&format!("\"{path}\"")),
                "no test of lesson-{chapter} has {path} judged"
            );
        };
        for (index, name) in checks.iter().enumerate() {
            assert!(
                name.starts_with(&format!("{:02}_", index + 1)),
                "lesson-{chapter}: {name} is number {}",
                index + 1
            );
            let target = format!(
                "[[test]]\nname = \"{name}\"\npath = \"{name}.rs\"\nharness = false\ntest = false\n"
            );
            assert!(
                manifest.contains(&target),
                "lesson-{chapter}/checks/Cargo.toml lacks:\n{target}"
            );
            assert!(
                page.contains(&format!("exercises/{name}.rs)")),
                "docs/{chapter}.md has no link to exercise {name}"
            );
            judged(&format!("checks/{name}.rs"));
            judged(&format!("solutions/{name}.rs"));
            let solution = read(&lesson.join(format!("solutions/{name}.rs")));
            assert!(
                solution.starts_with("//! "),
                "solutions/{name}.rs: its first line is the exercise's title"
            );
            let hints = solution
                .lines()
                .filter(|line| line.starts_with("//? ") && !line.starts_with("//?   "));
            assert_eq!(
                hints.count(),
                3,
                "solutions/{name}.rs: three hints, each from `//? ` on"
            );
            let wrong = entries(&lesson.join(format!("wrong/{name}")));
            assert!(
                wrong.len() >= 2,
                "lesson-{chapter}: {name} has less than two wrong answers"
            );
            for path in wrong {
                let stem = path.file_stem().unwrap_or_default().to_string_lossy();
                judged(&format!("wrong/{name}/{stem}.rs"));
                let text = read(&path);
                let reason = text
                    .lines()
                    .next()
                    .and_then(|line| line.strip_prefix("//! fails: "))
                    .unwrap_or("nothing");
                let known = judge::Kind::ALL
                    .iter()
                    .any(|kind| Some(kind.name()) == reason.split(": ").next());
                assert!(
                    known,
                    "{} states '{reason}', which is no verdict",
                    path.display()
                );
            }
        }
    }
}

/// The level and the minutes that an exercise's brief says, as it is given.
fn grade(chapter: &str, name: &str) -> (u32, u32) {
    let lesson = root().join(format!("lesson-{chapter}"));
    let given = read(&lesson.join(format!("wrong/{name}/as_given.rs")));
    let solution = read(&lesson.join(format!("solutions/{name}.rs")));
    let title = solution.lines().next().unwrap_or_default();
    let brief = given.split_once(&format!("\n{title}\n"));
    let (_, brief) = brief.unwrap_or_else(|| {
        panic!("wrong/{name}/as_given.rs: its brief begins with the title of the solution")
    });
    for word in ["Study first", "Judge it"] {
        assert!(
            brief.contains(&format!("\n//! {word}: ")),
            "wrong/{name}/as_given.rs: its brief has no line '{word}'"
        );
    }

    let level = brief.split_once("//! Level: ").map_or("", |(_, line)| line);
    let mut numbers = level.lines().next().unwrap_or_default().split_whitespace();
    let number = |word: Option<&str>| word.and_then(|word| word.parse().ok());
    let grade = number(numbers.next()).zip(number(numbers.nth(3)));
    let (level, minutes) = grade.unwrap_or_else(|| {
        panic!("wrong/{name}/as_given.rs: no line 'Level: 2 of 3, about 15 minutes'")
    });
    let line = format!("//! Level:       {level} of 3, about {minutes} minutes\n");
    assert!(brief.contains(&line), "wrong/{name}/as_given.rs: {line}");
    (level, minutes)
}

/// The brief says how hard an exercise is and how long it takes; the pages say the same, in rising order.
#[test]
fn exercises_rise_and_their_pages_say_so() {
    for chapter in chapters() {
        let mut graded: Vec<_> = names(&chapter, "checks")
            .into_iter()
            .map(|name| (grade(&chapter, &name), name))
            .collect();
        graded.sort();
        for level in 1..=3 {
            let has_one = graded.iter().any(|((of, _), _)| *of == level);
            assert!(has_one, "lesson-{chapter} has no exercise of level {level}");
        }

        let in_one_line = |page: &PathBuf| {
            let text = read(page);
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let folder = root().join(format!("docs/{chapter}"));
        let page = read(&folder.join("exercises.md"));
        let rows: Vec<&str> = page
            .lines()
            .filter(|line| line.starts_with("| ["))
            .collect();
        assert_eq!(rows.len(), graded.len(), "docs/{chapter}/exercises.md");
        for (row, ((level, minutes), name)) in rows.iter().zip(&graded) {
            let is_right = row.contains(&format!("exercises/{name}.rs)"))
                && row.contains(&format!(" | {level} | {minutes} | ["));
            assert!(
                is_right,
                "docs/{chapter}/exercises.md: {name}, level {level}, {minutes} minutes, is next, not: {row}"
            );
            let link = format!("exercises/{name}.rs) (level {level}, {minutes} minutes)");
            assert!(
                entries(&folder)
                    .iter()
                    .any(|page| in_one_line(page).contains(&link)),
                "no page of docs/{chapter} says: {link}"
            );
        }

        let minutes: u32 = graded.iter().map(|((_, minutes), _)| minutes).sum();
        assert!(
            page.contains(&format!("take {minutes} minutes")),
            "docs/{chapter}/exercises.md: all of them take {minutes} minutes"
        );
    }
}
