//! Lesson 01: threads. The demos in teaching order.

use std::process::ExitCode;

use common::Lesson;
use lesson_01_threads::show::{
    atomics, channel, condvar, cores, deadlock, dinner, early_exit, false_sharing, join, locals,
    lock_convoy, move_in, mutex, poison, progress, race, scope, spawn, too_many,
};

fn main() -> ExitCode {
    let title = "threads: several things at once in one program";

    Lesson::new(env!("CARGO_PKG_NAME"), title)
        .demo(spawn::demo())
        .demo(join::demo())
        .demo(scope::demo())
        .demo(move_in::demo())
        .demo(cores::demo())
        .demo(mutex::demo())
        .demo(channel::demo())
        .further(atomics::demo())
        .further(condvar::demo())
        .further(locals::demo())
        .further(progress::demo())
        .further(dinner::demo())
        .pitfall(race::demo())
        .pitfall(deadlock::demo())
        .pitfall(poison::demo())
        .pitfall(early_exit::demo())
        .pitfall(false_sharing::demo())
        .pitfall(lock_convoy::demo())
        .pitfall(too_many::demo())
        .next("cargo run -p lesson-02-processes")
        .main()
}
