//! What the chapter shows is what the program prints.

use testing::{check_answers, check_chapter};

use crate::PROGRAM;

const LESSON: &str = "lesson-04-pools";

#[test]
fn the_chapter_shows_what_is_printed() {
    check_chapter(&testing::chapter("05-choosing"), LESSON, PROGRAM);
}

#[test]
fn the_answers_are_what_is_printed() {
    check_answers(&testing::chapter("05-choosing"), "05", LESSON, PROGRAM);
}
