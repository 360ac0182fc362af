//! Lesson 02: processes. What this lesson shows, in teaching order.

use std::process::ExitCode;

use common::{Demo, Lesson, options};
use lesson_02_processes::{worker, workers};

fn main() -> ExitCode {
    Lesson::new(env!("CARGO_PKG_NAME"), "processes: separate programs that work together")
        .demo(
            Demo::new("workers", "three child processes compute, and send their results back", workers::demo)
                .option(options::numbers(
                    "numbers",
                    &["5", "6", "4"],
                    64,
                    "Whose factorials, a worker for each",
                ))
                .compare(workers::demo_one_after_the_other),
        )
        .worker(worker::main)
        .next("cargo run -p lesson-03-async")
        .main()
}
