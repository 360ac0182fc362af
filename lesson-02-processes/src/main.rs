//! Lesson 02: processes. What this lesson shows, in teaching order.

use std::process::ExitCode;

use common::{Demo, Lesson, options};
use lesson_02_processes::pitfalls::{
    exit_status, fork_with_threads, full_pipe, inherited_pipe, orphan, serialise, zombie,
};
use lesson_02_processes::{
    backpressure, cores, crash, fork, images, limits, memory, pipe, pool, primes, shared_memory,
    signals, spawn, thumbnail, worker, workers,
};

fn main() -> ExitCode {
    pitfalls(further(main_path()))
        .next("cargo run -p lesson-03-async")
        .main()
}

fn main_path() -> Lesson {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        "processes: separate programs that work together",
    )
    .demo(
        Demo::new(
            "workers",
            "three child processes compute, and send their results back",
            workers::demo,
        )
        .option(options::numbers(
            "numbers",
            &["5", "6", "4"],
            64,
            "Whose factorials, a worker for each",
        ))
        .compare(workers::demo_one_after_the_other),
    )
    .worker(worker::main)
    .demo(
        Demo::new(
            "memory",
            "a child changes its copy, a thread changes yours",
            memory::demo,
        )
        .in_turn(),
    )
    .worker_for("memory", memory::worker)
    .demo(
        Demo::new(
            "spawn",
            "run other programs, and learn how they ended",
            spawn::demo,
        )
        .in_turn(),
    )
    .demo(
        Demo::new(
            "pipe",
            "messages through pipes and sockets, and a reader that is slow",
            pipe::demo,
        )
        .in_turn(),
    )
    .worker_for("pipe", pipe::worker)
    .worker_for("socket", pipe::socket_worker)
    .worker_for("slow-reader", backpressure::worker)
    .demo(
        Demo::new(
            "crash",
            "workers die in four ways, and the parent carries on",
            crash::demo,
        )
        .in_turn(),
    )
    .worker_for("crash", crash::worker)
    .demo(
        Demo::new(
            "signals",
            "ask a worker to stop, then insist",
            signals::demo,
        )
        .in_turn(),
    )
    .worker_for("items", signals::worker)
    .demo(
        Demo::new(
            "pool",
            "a supervisor replaces dead workers and hands on their items",
            pool::demo,
        )
        .in_turn()
        .option(options::count(
            "workers",
            64,
            Some("3"),
            "Workers at a time",
        ))
        .option(options::count(
            "tries",
            100,
            Some("3"),
            "How often an item is tried at most",
        )),
    )
    .worker_for("pool", pool::worker)
}

fn further(lesson: Lesson) -> Lesson {
    lesson
        .further(
            Demo::new(
                "fork",
                "fork, exec and wait by hand: what is copied and what is shared",
                fork::demo,
            )
            .in_turn(),
        )
        .worker_for("fork", fork::worker)
        .further(
            Demo::new(
                "shared-memory",
                "two processes add to one counter",
                shared_memory::demo,
            )
            .in_turn()
            .option(options::count(
                "count",
                1_000_000_000,
                Some("1000000"),
                "Additions of each process",
            )),
        )
        .worker_for("adder", shared_memory::worker)
        .further(
            Demo::new(
                "cores",
                "primes on 1, 2, 4 and more processes, and on as many threads",
                cores::demo,
            )
            .in_turn()
            .option(options::count(
                "below",
                1_000_000_000,
                Some("20000000"),
                "Count the primes below this",
            )),
        )
        .worker_for("primes", primes::worker)
        .further(
            Demo::new(
                "images",
                "a thousand pictures made small, a damaged one among them",
                images::demo,
            )
            .in_turn()
            .option(options::count("count", 10_000, Some("1000"), "Pictures"))
            .option(options::count(
                "workers",
                64,
                None,
                "Worker processes (as many as cores)",
            )),
        )
        .worker_for("thumbnail", thumbnail::worker)
        .further(
            Demo::new(
                "limits",
                "workers that may not use more than they were given",
                limits::demo,
            )
            .in_turn(),
        )
        .worker_for("limits", limits::worker)
}

fn pitfalls(lesson: Lesson) -> Lesson {
    lesson
        .pitfall(Demo::new(
            "zombie",
            "a child that nobody waits for",
            zombie::demo,
        ))
        .pitfall(Demo::new(
            "orphan",
            "the parent is killed, and its child lives on",
            orphan::demo,
        ))
        .worker_for("orphan-parent", orphan::parent)
        .worker_for("orphan-child", orphan::child)
        .pitfall(Demo::new(
            "full-pipe",
            "wait before reading, and both wait for ever",
            full_pipe::demo,
        ))
        .worker_for("full-pipe", full_pipe::worker)
        .pitfall(Demo::new(
            "fork-with-threads",
            "a lock that was held at the fork stays locked in the child",
            fork_with_threads::demo,
        ))
        .worker_for("fork-with-threads", fork_with_threads::worker)
        .worker_for("fresh", fork_with_threads::fresh)
        .pitfall(Demo::new(
            "inherited-pipe",
            "a leaked descriptor keeps a pipe open",
            inherited_pipe::demo,
        ))
        .worker_for("bystander", inherited_pipe::bystander)
        .pitfall(Demo::new(
            "exit-status",
            "a failed worker looks like an empty success",
            exit_status::demo,
        ))
        .pitfall(
            Demo::new(
                "serialise",
                "sending 100 MB for 10 ms of work",
                serialise::demo,
            )
            .option(options::count(
                "megabytes",
                1000,
                Some("100"),
                "Size of the data",
            )),
        )
        .worker_for("serialise", serialise::worker)
}
