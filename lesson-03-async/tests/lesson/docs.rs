//! Compares what the pages show with what the program prints.

use testing::check_chapter;

use crate::PROGRAM;

const PACKAGE: &str = env!("CARGO_PKG_NAME");

#[test]
fn the_chapter_shows_what_is_printed() {
    check_chapter(&testing::chapter("03-async"), PACKAGE, PROGRAM);
}

#[test]
fn the_answers_are_what_is_printed() {
    testing::check_answers(&testing::chapter("03-async"), "03", PACKAGE, PROGRAM);
}

#[test]
fn the_readme_shows_what_is_printed() {
    check_chapter(include_str!("../../../README.md"), PACKAGE, PROGRAM);
}
