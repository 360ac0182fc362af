//! The rules of the house, as an ordinary test. Each failure says what the rule is and what to do.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("common lies in the workspace")
        .to_owned()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("it is listed").path())
        .collect();
    paths.sort();
    paths
}

/// `01-threads`, …: what lessons and chapters are called.
fn chapters() -> Vec<String> {
    let lessons = entries(&root()).into_iter().filter_map(|path| {
        Some(
            path.file_name()?
                .to_str()?
                .strip_prefix("lesson-")?
                .to_owned(),
        )
    });
    lessons.collect()
}

fn pages() -> Vec<PathBuf> {
    let docs = entries(&root().join("docs"))
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "md"));
    docs.chain([root().join("README.md")]).collect()
}

#[test]
fn the_top_level_holds_what_was_agreed() {
    let agreed = [
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "common",
        "docs",
        "lesson-01-threads",
        "lesson-02-processes",
        "lesson-03-async",
        "lesson-04-pools",
        "target",
    ];
    for path in entries(&root()) {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        assert!(
            name.starts_with('.') || agreed.contains(&name.as_str()),
            "`{name}` does not belong at the top level"
        );
    }
}

#[test]
fn no_lesson_depends_on_another_and_common_pays_for_no_lesson() {
    for chapter in chapters() {
        let manifest = read(&root().join(format!("lesson-{chapter}/Cargo.toml")));
        let others = manifest.lines().filter(|line| line.starts_with("lesson-"));
        assert_eq!(
            others.count(),
            0,
            "lesson-{chapter} depends on another lesson; a chapter builds alone"
        );
        assert!(
            !manifest.contains("criterion = { workspace = true }"),
            "criterion is only for the feature `bench`"
        );
    }
    let common = read(&root().join("common/Cargo.toml"));
    for heavy in ["tokio", "rayon"] {
        assert!(
            !common.contains(heavy),
            "common must not depend on {heavy}: lesson 01 would pay for it"
        );
    }
}

#[test]
fn lessons_say_what_unsafe_is_for_or_have_none() {
    for folder in ["common/src", "lesson-01-threads/src", "lesson-03-async/src"] {
        for file in rust_files(&root().join(folder)) {
            let uses = read(&file)
                .lines()
                .any(|line| line.contains("unsafe {") || line.contains("unsafe fn"));
            assert!(
                !uses,
                "{} uses unsafe; here it is not allowed",
                file.display()
            );
        }
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in entries(folder) {
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// Each fenced block of a page: the info string, the text inside, and the paragraph before it.
fn blocks(page: &str) -> Vec<(String, String, String)> {
    let mut blocks = Vec::new();
    let mut paragraph = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.trim_start().strip_prefix("```") {
            let inside: Vec<&str> = lines
                .by_ref()
                .take_while(|line| !line.trim_start().starts_with("```"))
                .collect();
            blocks.push((
                info.to_owned(),
                inside.join("\n"),
                std::mem::take(&mut paragraph),
            ));
        } else if !line.trim().is_empty() {
            if paragraph.ends_with("\n\n") {
                paragraph.clear();
            }
            paragraph.push_str(line);
            paragraph.push('\n');
        } else if !paragraph.is_empty() && !paragraph.ends_with("\n\n") {
            paragraph.push('\n');
        }
    }
    blocks
}

/// Where a Markdown link leads, for every `](target)` in the text that is not inside a code block.
fn links(page: &str) -> Vec<String> {
    let mut inside = false;
    let prose = page.lines().filter(|line| {
        inside ^= line.trim_start().starts_with("```");
        !inside
    });
    let prose: Vec<&str> = prose.collect();
    let prose = prose.join("\n");
    let targets = prose
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    targets.map(str::to_owned).collect()
}

/// A text without the indentation that all of its lines share.
fn dedented(text: &str) -> String {
    let filled = || text.lines().filter(|line| !line.trim().is_empty());
    let shared = filled()
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let lines: Vec<&str> = text
        .lines()
        .map(|line| line.get(shared..).unwrap_or(""))
        .collect();
    lines.join("\n")
}

#[test]
fn quoted_code_is_what_the_source_says() {
    let mut quoted = 0;
    for page in pages() {
        for (info, code, before) in blocks(&read(&page)) {
            if !info.starts_with("rust,ignore") {
                continue;
            }
            quoted += 1;
            let source = links(&before)
                .into_iter()
                .rfind(|target| target.contains(".rs"));
            let source = source.unwrap_or_else(|| {
                panic!(
                    "{}: quoted code needs a link to its file in the paragraph above:\n{code}",
                    page.display()
                )
            });
            let file = page.parent().expect("a file lies somewhere").join(source);
            let text = read(&file);
            let lines: Vec<&str> = text.lines().collect();
            let length = code.lines().count();
            let found = lines
                .windows(length)
                .any(|window| dedented(&window.join("\n")) == dedented(&code));
            assert!(
                found,
                "{}: not to be found in {}:\n{code}",
                page.display(),
                file.display()
            );
        }
    }
    assert!(quoted > 0, "the chapters quote no code at all");
}

#[test]
fn links_lead_somewhere() {
    for page in pages() {
        for target in links(&read(&page)) {
            if target.starts_with("http") {
                continue;
            }
            let (path, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let file = if path.is_empty() {
                page.clone()
            } else {
                page.parent().expect("a folder").join(path)
            };
            assert!(
                file.exists(),
                "{}: the link to {target} leads nowhere",
                page.display()
            );
            if !anchor.is_empty() && file.extension().is_some_and(|extension| extension == "md") {
                let found = read(&file)
                    .lines()
                    .filter(|line| line.starts_with('#'))
                    .any(|line| slug(line) == anchor);
                assert!(
                    found,
                    "{}: {} has no heading #{anchor}",
                    page.display(),
                    file.display()
                );
            }
        }
    }
}

/// The anchor that code hosts give a heading.
fn slug(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn every_demo_is_in_its_chapter_and_the_other_way_round() {
    for chapter in chapters() {
        let source = source_of(&chapter);
        let mut page = read(&root().join(format!("docs/{chapter}.md")));
        if chapter == "04-pools" {
            // Its tools compare all chapters, and have one of their own.
            page += &read(&root().join("docs/05-choosing.md"));
        }
        let demos: Vec<&str> = quoted_after(&source, "Demo::new(").collect();
        assert!(!demos.is_empty(), "lesson-{chapter} has no demos");
        let shown = commands(&page, &format!("lesson-{chapter}"));
        for demo in &demos {
            let command = format!("cargo run -p lesson-{chapter} -- {demo}");
            assert!(
                shown.contains(&(*demo).to_owned()),
                "docs/{chapter}.md does not show `{command}`"
            );
        }
        for name in shown {
            let known = demos.contains(&name.as_str())
                || ["list", "all", "check", "hint"].contains(&name.as_str());
            assert!(
                known,
                "docs/{chapter}.md shows the demo `{name}`, which lesson-{chapter} does not have"
            );
        }
    }
}

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
        let manifest = read(&lesson.join("Cargo.toml"));
        let page = read(&root().join(format!("docs/{chapter}.md")));
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
                "[[test]]\nname = \"{name}\"\npath = \"checks/{name}.rs\"\nharness = false\ntest = false\n"
            );
            assert!(
                manifest.contains(&target),
                "lesson-{chapter}/Cargo.toml lacks:\n{target}"
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

#[test]
fn every_demo_that_any_page_names_is_there() {
    for chapter in chapters() {
        let source = source_of(&chapter);
        let demos: Vec<&str> = quoted_after(&source, "Demo::new(").collect();
        for page in pages() {
            for name in commands(&read(&page), &format!("lesson-{chapter}")) {
                let known = demos.contains(&name.as_str())
                    || ["list", "all", "check", "hint"].contains(&name.as_str());
                assert!(
                    known,
                    "{} shows `{name}`, which lesson-{chapter} does not have",
                    page.display()
                );
            }
        }
    }
}

/// All of a lesson's source: each demo is made where it is shown.
fn source_of(chapter: &str) -> String {
    let files = rust_files(&root().join(format!("lesson-{chapter}/src")));
    files.iter().map(|file| read(file)).collect()
}

/// The string literals that follow directly after `start`.
fn quoted_after<'a>(text: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(start)
        .skip(1)
        .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
}

/// The demos that a page's commands name: the first word after `--` that is no option.
fn commands(page: &str, package: &str) -> Vec<String> {
    let start = format!("-p {package} ");
    let named = page.split(&start).skip(1).filter_map(|rest| {
        let features = rest
            .strip_prefix("--features ")
            .and_then(|rest| rest.split_once(' '));
        let rest = features
            .map_or(rest, |(_, rest)| rest)
            .strip_prefix("-- ")?;
        let first = rest
            .split(|c: char| c.is_whitespace() || c == '`' || c == '|')
            .next()?;
        (!first.starts_with('-') && first.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
            .then_some(first)
    });
    named.map(str::to_owned).collect()
}

#[test]
fn the_prose_keeps_its_tone() {
    for page in pages() {
        let text = read(&page);
        let mut inside = false;
        for (number, line) in text.lines().enumerate() {
            inside ^= line.trim_start().starts_with("```");
            // After a digit it is a factorial, before a bracket a picture; `println!` stands in backticks.
            let exclaims = line.split('`').step_by(2).any(|prose| {
                prose
                    .char_indices()
                    .any(|(at, c)| c == '!' && prose[..at].ends_with(char::is_alphabetic))
            });
            let shouting = !inside && exclaims;
            assert!(
                !shouting,
                "{}:{}: no exclamation marks in prose: {line}",
                page.display(),
                number + 1
            );
        }
    }
}
