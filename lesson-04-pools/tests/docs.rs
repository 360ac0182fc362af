//! What the chapters show is what the program prints.

use common::testing::check_chapter;

const PACKAGE: &str = env!("CARGO_PKG_NAME");
const PROGRAM: &str = env!("CARGO_BIN_EXE_lesson-04-pools");

#[test]
fn the_chapter_shows_what_is_printed() {
    check_chapter(include_str!("../../docs/04-pools.md"), PACKAGE, PROGRAM);
}

#[test]
fn so_does_the_chapter_about_choosing() {
    check_chapter(include_str!("../../docs/05-choosing.md"), PACKAGE, PROGRAM);
}
