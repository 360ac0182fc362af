//! Lesson 01: threads. What this lesson shows, in teaching order.

use std::process::ExitCode;

use common::{Demo, Lesson};
use lesson_01_threads::spawn;

fn main() -> ExitCode {
    Lesson::new(env!("CARGO_PKG_NAME"), "threads: several things at once in one program")
        .demo(
            Demo::new("spawn", "two threads that wait take half the time", spawn::demo)
                .compare(spawn::demo_one_after_the_other),
        )
        .next("cargo run -p lesson-02-processes")
        .main()
}
