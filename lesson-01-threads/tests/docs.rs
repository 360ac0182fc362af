//! The program prints all that the chapter shows.

#[test]
fn the_chapter_shows_what_is_printed() {
    let package = env!("CARGO_PKG_NAME");
    let program = env!("CARGO_BIN_EXE_lesson-01-threads");
    common::testing::check_chapter(&common::testing::chapter("01-threads"), package, program);
}
