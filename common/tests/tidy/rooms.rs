//! The rooms of the house: what may lie where, and what may depend on what.

use crate::tree::{chapters, entries, read, root, rust_files};

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
    for folder in ["common", "common/drawing", "common/recording"] {
        let manifest = read(&root().join(folder).join("Cargo.toml"));
        for later in ["tokio", "rayon", "judge"] {
            let needs_it = (manifest.lines())
                .take_while(|line| *line != "[dev-dependencies]")
                .any(|line| line.starts_with(later));
            assert!(
                !needs_it,
                "{folder} must not depend on {later}: a first run of lesson 01 would pay for it"
            );
        }
    }
}

#[test]
fn lessons_say_what_unsafe_is_for_or_have_none() {
    for folder in [
        "common/src",
        "common/drawing/src",
        "common/interleave/src",
        "common/judge/src",
        "common/recording/src",
        "lesson-01-threads/src",
        "lesson-03-async/src",
    ] {
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
