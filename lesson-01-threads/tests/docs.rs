//! The program prints all that the chapter shows.

#[test]
fn the_chapter_shows_what_is_printed() {
    let package = env!("CARGO_PKG_NAME");
    let program = env!("CARGO_BIN_EXE_lesson-01-threads");
    testing::check_chapter(&testing::chapter("01-threads"), package, program);
}

#[test]
fn the_answers_are_what_is_printed() {
    let package = env!("CARGO_PKG_NAME");
    let program = env!("CARGO_BIN_EXE_lesson-01-threads");
    testing::check_answers(&testing::chapter("01-threads"), "01", package, program);
}
