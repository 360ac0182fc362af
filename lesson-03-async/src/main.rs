//! Lesson 03: async. What this lesson shows, in teaching order.

use std::process::ExitCode;

use common::{Demo, Lesson, options};
use lesson_03_async::{apis, gather};

fn main() -> ExitCode {
    Lesson::new(env!("CARGO_PKG_NAME"), "async: many waits on one thread")
        .demo(
            Demo::new("gather", "three calls wait at the same time, on one thread", gather::demo)
                .compare(gather::demo_one_after_the_other)
                .option(options::texts(
                    "url",
                    "URL",
                    "Call this http:// URL instead; may be repeated",
                    apis::check_url,
                )),
        )
        .next("cargo run -p lesson-04-pools")
        .main()
}
