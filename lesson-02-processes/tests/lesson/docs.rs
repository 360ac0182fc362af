//! What the chapter shows is what the program prints.

use crate::PROGRAM;

const PACKAGE: &str = env!("CARGO_PKG_NAME");

#[test]
fn the_chapter_shows_what_is_printed() {
    testing::check_chapter(&testing::chapter("02-processes"), PACKAGE, PROGRAM);
}

#[test]
fn the_answers_are_what_is_printed() {
    testing::check_answers(&testing::chapter("02-processes"), "02", PACKAGE, PROGRAM);
}
