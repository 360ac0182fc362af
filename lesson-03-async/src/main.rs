//! Lesson 03: async. What this lesson shows, in teaching order.

use std::process::ExitCode;

use common::options::{Opt, count, flag, texts};
use common::{Demo, Lesson};
use lesson_03_async::pitfalls::{
    blocked_runtime, cancel_safety, lock_across_await, lost_error, sequential_await, starvation,
    unbounded_spawn,
};
use lesson_03_async::{
    apis, blocking, cancel, channel, gather, graceful, lazy, many, retry, select, semaphore,
    state_machine, stream, tasks, timeout, web,
};

fn main() -> ExitCode {
    let lesson = Lesson::new(env!("CARGO_PKG_NAME"), "async: many waits on one thread")
        .demo(
            Demo::new(
                "gather",
                "three calls wait at the same time, on one thread",
                gather::demo,
            )
            .compare(gather::demo_one_after_the_other)
            .option(urls()),
        )
        .demo(
            Demo::new(
                "lazy",
                "a future does nothing until it is polled",
                lazy::demo,
            )
            .in_turn(),
        )
        .demo(
            Demo::new(
                "tasks",
                "handles, completion order, one thread or several",
                tasks::demo,
            )
            .in_turn(),
        )
        .demo(
            Demo::new("many", "ten thousand waits on one thread", many::demo)
                .in_turn()
                .option(count("tasks", 1_000_000, Some("10000"), "Tasks that wait"))
                .option(count("threads", 30_000, Some("1000"), "Threads that wait")),
        )
        .demo(Demo::new(
            "timeout",
            "a deadline, and what the server sees of it",
            timeout::demo,
        ))
        .demo(
            Demo::new(
                "semaphore",
                "a hundred requests, five at a time",
                semaphore::demo,
            )
            .in_turn()
            .option(count("requests", 10_000, Some("100"), "Requests to make"))
            .option(count("at-once", 10_000, Some("5"), "Permits")),
        )
        .demo(
            Demo::new(
                "blocking",
                "computing beside tasks that wait",
                blocking::demo,
            )
            .in_turn(),
        )
        .demo(
            Demo::new(
                "server",
                "a thousand clients that keep their connections",
                web::demo,
            )
            .in_turn()
            .option(count(
                "clients",
                1_000_000,
                Some("1000"),
                "Clients of the server with a task for each",
            ))
            .option(count(
                "threads",
                1_000_000,
                Some("1000"),
                "Clients of the server with a thread for each",
            ))
            .option(flag(
                "serve",
                "Just serve until Ctrl-C, for a browser, curl or wrk",
            ))
            .option(texts(
                "port",
                "PORT",
                "Serve at this port [default: any that is free]",
                web::check_port,
            )),
        )
        .further(Demo::new(
            "state-machine",
            "an async fn written by hand, and its executor",
            state_machine::demo,
        ))
        .further(Demo::new(
            "select",
            "the first of several, and what becomes of the others",
            select::demo,
        ))
        .further(
            Demo::new(
                "cancel",
                "stopping a tree of tasks, and a whole service",
                cancel::demo,
            )
            .in_turn(),
        )
        .further(
            Demo::new(
                "channel",
                "four kinds of channel, each in its own use",
                channel::demo,
            )
            .option(count("room", 1000, Some("2"), "Jobs that the queue holds")),
        )
        .further(
            Demo::new(
                "stream",
                "results as they come, a few at a time",
                stream::demo,
            )
            .in_turn()
            .option(count(
                "at-once",
                100,
                Some("3"),
                "Pages under way at the same time",
            )),
        )
        .further(Demo::new(
            "retry",
            "asking again, later each time, and not for ever",
            retry::demo,
        ));
    pitfalls(lesson)
        .worker_for("graceful", graceful::main)
        .worker_for("load", web::clients::main)
        .next("cargo run -p lesson-04-pools")
        .main()
}

/// What goes wrong, each broken and fixed.
fn pitfalls(lesson: Lesson) -> Lesson {
    lesson
        .pitfall(
            Demo::new(
                "blocked-runtime",
                "a sleeping thread stops every task",
                blocked_runtime::demo,
            )
            .in_turn(),
        )
        .pitfall(
            Demo::new(
                "sequential-await",
                "async code that does one thing after the other",
                sequential_await::demo,
            )
            .in_turn()
            .option(urls()),
        )
        .pitfall(
            Demo::new(
                "lock-across-await",
                "a lock that is held while its task waits",
                lock_across_await::demo,
            )
            .in_turn(),
        )
        .pitfall(
            Demo::new(
                "cancel-safety",
                "a read that loses bytes when it loses a race",
                cancel_safety::demo,
            )
            .in_turn(),
        )
        .pitfall(
            Demo::new(
                "unbounded-spawn",
                "more requests at once than the server takes",
                unbounded_spawn::demo,
            )
            .in_turn()
            .option(count("requests", 10_000, Some("200"), "Requests to make")),
        )
        .pitfall(
            Demo::new(
                "lost-error",
                "a task that fails while nobody looks",
                lost_error::demo,
            )
            .in_turn(),
        )
        .pitfall(
            Demo::new(
                "starvation",
                "a task that never lets the others in",
                starvation::demo,
            )
            .in_turn(),
        )
}

fn urls() -> Opt {
    texts(
        "url",
        "URL",
        "Call this http:// URL instead; may be repeated",
        apis::check_url,
    )
}
