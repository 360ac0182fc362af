//! What the chapter shows is what the program prints.

#[test]
fn the_chapter_shows_what_is_printed() {
    let (package, program) = (
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_EXE_lesson-02-processes"),
    );
    testing::check_chapter(&testing::chapter("02-processes"), package, program);
}
