//! Lesson 01: threads. The demos in teaching order.

use std::process::ExitCode;

use common::Lesson;
use lesson_01_threads::show;

fn main() -> ExitCode {
    let title = "threads: several things at once in one program";

    Lesson::new(env!("CARGO_PKG_NAME"), title)
        .demo(show::spawn::demo())
        .demo(show::join::demo())
        .demo(show::scope::demo())
        .demo(show::move_in::demo())
        .demo(show::cores::demo())
        .demo(show::mutex::demo())
        .demo(show::channel::demo())
        .further(show::atomics::demo())
        .further(show::condvar::demo())
        .further(show::locals::demo())
        .further(show::progress::demo())
        .further(show::dinner::demo())
        .pitfall(show::race::demo())
        .pitfall(show::deadlock::demo())
        .pitfall(show::poison::demo())
        .pitfall(show::early_exit::demo())
        .pitfall(show::false_sharing::demo())
        .pitfall(show::lock_convoy::demo())
        .pitfall(show::too_many::demo())
        .next("cargo run -p lesson-02-processes")
        .main()
}
