//! What the chapter shows is what the program prints.

#[test]
fn the_chapter_shows_what_is_printed() {
    let (package, program) = (
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_EXE_lesson-02-processes"),
    );
    testing::check_chapter(&testing::chapter("02-processes"), package, program);
}

#[test]
fn the_answers_are_what_is_printed() {
    let package = env!("CARGO_PKG_NAME");
    let program = env!("CARGO_BIN_EXE_lesson-02-processes");
    testing::check_answers(&testing::chapter("02-processes"), "02", package, program);
}
