//! Exercises, solutions, wrong answers and checks mirror each other.

use crate::tree::{chapter_text, chapters, entries, read, root};

/// What has a number in a folder of a lesson, without `.rs`; the rest is what checks share.
fn names(chapter: &str, folder: &str) -> Vec<String> {
    let paths = entries(&root().join(format!("lesson-{chapter}/{folder}")));
    let names = paths
        .iter()
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
        let tests: String = entries(&lesson.join("tests"))
            .iter()
            .filter(|path| path.is_file())
            .map(|path| read(path))
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
                let known = common::exercises::Kind::ALL
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
