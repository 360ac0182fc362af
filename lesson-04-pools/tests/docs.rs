//! What the chapter shows is what the program prints.

#[test]
fn the_chapter_shows_what_is_printed() {
    let (package, program) = (env!("CARGO_PKG_NAME"), env!("CARGO_BIN_EXE_lesson-04-pools"));
    common::testing::check_chapter(include_str!("../../docs/04-pools.md"), package, program);
}
