//! Lesson 01: threads. What this lesson shows, in teaching order.

use std::process::ExitCode;

use common::options::{count, seconds};
use common::{Demo, Lesson};
use lesson_01_threads::pitfalls::{
    deadlock, early_exit, false_sharing, lock_convoy, poison, race, too_many,
};
use lesson_01_threads::{
    atomics, channel, condvar, cores, dinner, join, locals, move_in, mutex, progress, scope, spawn,
};

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        "threads: several things at once in one program",
    )
    .demo(
        Demo::new(
            "spawn",
            "two threads that wait take half the time",
            spawn::demo,
        )
        .compare(spawn::demo_one_after_the_other),
    )
    .demo(Demo::new(
        "join",
        "results come back, and panics too",
        join::demo,
    ))
    .demo(
        Demo::new(
            "scope",
            "threads that borrow what their function owns",
            scope::demo,
        )
        .in_turn()
        .option(count(
            "pixels",
            1 << 30,
            Some("8388608"),
            "Pixels of the picture",
        ))
        .option(count(
            "threads",
            1000,
            None,
            "Threads that share the picture [default: one a core]",
        )),
    )
    .demo(
        Demo::new(
            "move-in",
            "what a thread works on moves into it",
            move_in::demo,
        )
        .in_turn(),
    )
    .demo(
        Demo::new(
            "cores",
            "counting primes on 1, 2, 4 ... threads",
            cores::demo,
        )
        .in_turn()
        .option(count(
            "below",
            500_000_000,
            Some("20000000"),
            "Count the primes below this number",
        )),
    )
    .demo(Demo::new("mutex", "one value, one thread at a time", mutex::demo).in_turn())
    .demo(
        Demo::new(
            "channel",
            "sending instead of sharing, and a queue that is full",
            channel::demo,
        )
        .in_turn()
        .option(count(
            "room",
            1_000_000,
            Some("2"),
            "How many readings the bounded queue holds",
        )),
    )
    .further(Demo::new("atomics", "numbers that need no lock", atomics::demo).in_turn())
    .further(Demo::new("condvar", "waiting until something is so", condvar::demo).in_turn())
    .further(
        Demo::new(
            "locals",
            "a value for each thread, and one made once for all",
            locals::demo,
        )
        .in_turn(),
    )
    .further(
        Demo::new(
            "progress",
            "a copy with a progress bar that stays alive",
            progress::demo,
        )
        .in_turn()
        .option(count("mib", 4096, Some("64"), "Size of the file in MiB")),
    )
    .further(
        Demo::new(
            "dinner",
            "the kitchen of the introduction: 13 minutes instead of 23",
            dinner::demo,
        )
        .compare(dinner::demo_one_after_the_other),
    )
    .pitfall(
        Demo::new("race", "additions that get lost", race::demo)
            .option(count(
                "times",
                1_000_000,
                Some("100"),
                "Additions by each thread in a run",
            ))
            .option(count(
                "runs",
                100_000,
                Some("300"),
                "Runs; more if nothing was lost in them",
            )),
    )
    .pitfall(
        Demo::new(
            "deadlock",
            "each waits for what the other holds",
            deadlock::demo,
        )
        .option(seconds(
            "limit",
            "0.5",
            "How long to wait before calling it stuck",
        )),
    )
    .pitfall(Demo::new("poison", "a panic inside a lock", poison::demo))
    .pitfall(Demo::new(
        "early-exit",
        "main returns before its thread has spoken",
        early_exit::demo,
    ))
    .pitfall(
        Demo::new(
            "false-sharing",
            "two counters that get in each other's way",
            false_sharing::demo,
        )
        .option(count(
            "times",
            1_000_000_000,
            Some("5000000"),
            "Additions by each thread",
        )),
    )
    .pitfall(
        Demo::new(
            "lock-convoy",
            "everybody queues up behind one lock",
            lock_convoy::demo,
        )
        .option(count("threads", 100, Some("4"), "Threads that ask")),
    )
    .pitfall(
        Demo::new(
            "too-many",
            "ten thousand threads, and what the system says",
            too_many::demo,
        )
        .option(count(
            "threads",
            100_000,
            Some("10000"),
            "Threads that are wanted",
        ))
        .option(count(
            "limit-mib",
            1 << 20,
            Some("2048"),
            "Address space of the child, in MiB",
        )),
    )
    .worker_for("early-exit", early_exit::child)
    .worker_for("too-many", too_many::child)
    .next("cargo run -p lesson-02-processes")
    .main()
}
