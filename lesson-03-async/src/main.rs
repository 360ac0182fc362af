//! Lesson 03: async. The demos of this lesson, in teaching order.

use std::process::ExitCode;

use common::Lesson;
use lesson_03_async::show;

fn main() -> ExitCode {
    Lesson::new(env!("CARGO_PKG_NAME"), "async: many waits on one thread")
        .demo(show::gather::demo())
        .demo(show::lazy::demo())
        .demo(show::tasks::demo())
        .demo(show::many::demo())
        .demo(show::timeout::demo())
        .demo(show::semaphore::demo())
        .demo(show::blocking::demo())
        .demo(show::server::demo())
        .further(show::state_machine::demo())
        .further(show::select::demo())
        .further(show::cancel::demo())
        .further(show::channel::demo())
        .further(show::stream::demo())
        .further(show::files::demo())
        .further(show::retry::demo())
        .pitfall(show::blocked_runtime::demo())
        .pitfall(show::sequential_await::demo())
        .pitfall(show::lock_across_await::demo())
        .pitfall(show::cancel_safety::demo())
        .pitfall(show::unbounded_spawn::demo())
        .pitfall(show::lost_error::demo())
        .pitfall(show::starvation::demo())
        .next("cargo run -p lesson-04-pools")
        .main()
}
