//! The program prints all that the chapter shows.

use crate::PROGRAM;

const PACKAGE: &str = env!("CARGO_PKG_NAME");

#[test]
fn the_chapter_shows_what_is_printed() {
    testing::check_chapter(&testing::chapter("01-threads"), PACKAGE, PROGRAM);
}

#[test]
fn the_answers_are_what_is_printed() {
    testing::check_answers(&testing::chapter("01-threads"), "01", PACKAGE, PROGRAM);
}
