//! Lesson 04: pools. What this lesson shows, in teaching order.

use std::process::ExitCode;

use common::options::{count, flag, path, rest, seconds, texts, words};
use common::{Demo, Lesson};
#[cfg(feature = "nats")]
use lesson_04_pools::beyond;
use lesson_04_pools::by_hand;
use lesson_04_pools::chunks::chunk as chunks;
use lesson_04_pools::cores::{rayon, stealing};
use lesson_04_pools::downloads::download_all as downloads;
use lesson_04_pools::flow::{backpressure, batching, bridge, pipeline};
use lesson_04_pools::jobs::{broken, callbacks, cancel, errors, map, timeouts};
use lesson_04_pools::pitfalls::{
    exhaustion, hidden_serial, lost_result, oversubscription, panicking_job, starvation, tiny_jobs,
    unbounded_queue,
};
use lesson_04_pools::show::choose;
use lesson_04_pools::support::fault;
use lesson_04_pools::tools::{costs, scenarios, size};

#[expect(
    clippy::too_many_lines,
    reason = "it is as long as the chapter has demos"
)]
fn main() -> ExitCode {
    let lesson = Lesson::new(env!("CARGO_PKG_NAME"), "pools: a fixed crew for any amount of work")
        .demo(
            Demo::new("downloads", "four files, three threads: who is done takes the next", downloads::demo)
                .compare(downloads::demo_one_after_the_other)
                .option(count("workers", 64, Some("3"), "Threads in the pool"))
                .option(path("dir", "Keep the files in this folder [default: a temporary one]"))
                .option(texts(
                    "break",
                    "FILE=KIND",
                    "Let the server fail for a file; KIND is 404, cut or checksum",
                    fault::check,
                )),
        )
        .demo(
            Demo::new("chunks", "sums of squares, chunk by chunk, on all cores", chunks::demo)
                .compare(chunks::demo_one_after_the_other)
                .option(count("workers", 64, None, "Worker processes [default: as many as cores]"))
                .option(count("items", u32::MAX.into(), Some("20"), "Square the numbers from 1 to N"))
                .option(count("chunk-size", u32::MAX.into(), Some("5"), "Numbers in a chunk"))
                .option(seconds("chunk-time", "1", "Simulated work a chunk")),
        )
        .demo(
            Demo::new("by-hand", "from a thread for each job to a pool with results", by_hand::demo)
                .in_turn()
                .option(count("workers", 64, Some("3"), "Threads in each pool")),
        )
        .demo(Demo::new("map", "one outcome for each item, in the order of the items", map::demo).in_turn())
        .demo(Demo::new("errors", "one download that works, six that do not, a line for each", errors::demo))
        .demo(
            Demo::new("rayon", "join, par_iter and par_sort: the same work on all cores", rayon::demo)
                .in_turn()
                .option(count("threads", 1000, None, "Threads of rayon's pool [default: one a core]"))
                .option(count("numbers", 1 << 32, Some("33554432"), "Numbers to square"))
                .option(count("sort", 1 << 30, Some("500000"), "Numbers to sort")),
        )
        .demo(
            Demo::new(
                "stealing",
                "uneven jobs: static shares, a shared queue, work stealing",
                stealing::demo,
            )
            .in_turn()
            .option(count("threads", 1000, None, "Threads each way [default: one a core]"))
            .option(count(
                "unit",
                1 << 28,
                Some("2000000"),
                "Numbers to square in the shortest job",
            )),
        )
        .further(Demo::new("cancel", "taking a job back, and asking it to stop", cancel::demo).in_turn())
        .further(Demo::new("timeouts", "a job that never ends", timeouts::demo).in_turn())
        .further(Demo::new("broken", "a worker process dies in the middle of a job", broken::demo).in_turn())
        .further(Demo::new("callbacks", "being called when a job is done", callbacks::demo).in_turn())
        .further(
            Demo::new("batching", "how many items make one job", batching::demo)
                .in_turn()
                .option(count("items", 1 << 30, Some("40000"), "Items in all"))
                .option(count("workers", 64, None, "Workers of each pool [default: one a core]")),
        )
        .further(
            Demo::new("backpressure", "a source that is faster than the workers", backpressure::demo)
                .in_turn()
                .option(count("pages", 16_384, Some("400"), "Pages of 256 KiB in all"))
                .option(count("room", 4096, Some("8"), "Pages that may be under way where there is a bound")),
        )
        .further(Demo::new("bridge", "from async code to a pool, and back", bridge::demo).in_turn())
        .further(
            Demo::new("pipeline", "read, compute, write: the slowest stage decides", pipeline::demo)
                .in_turn()
                .option(count("mib", 1024, Some("8"), "Size of the file in MiB"))
                .option(count("workers", 64, Some("2"), "Threads where a stage has more than one")),
        )
        .pitfall(
            Demo::new("exhaustion", "a thread for each job, until there is no room", exhaustion::demo)
                .option(count("jobs", 100_000, Some("1000"), "Jobs in all"))
                .option(count("limit-mib", 1 << 20, Some("512"), "Address space of the child, in MiB")),
        )
        .pitfall(
            Demo::new("starvation", "jobs that wait for jobs of the same pool", starvation::demo)
                .option(count("workers", 64, Some("2"), "Workers of each pool"))
                .option(seconds("limit", "0.5", "How long to wait before calling it stuck")),
        )
        .pitfall(
            Demo::new("oversubscription", "a pool in each job of a pool", oversubscription::demo)
                .option(count("wide", 32, Some("16"), "Jobs, and parts of each"))
                .option(count("numbers", 10_000_000, Some("5000"), "Numbers to sort in each part")),
        )
        .pitfall(Demo::new("panicking-job", "jobs that take their thread with them", panicking_job::demo))
        .pitfall(
            Demo::new("unbounded-queue", "more requests than can be served", unbounded_queue::demo)
                .option(count("requests", 100_000, Some("200"), "Requests, one every 2 ms")),
        )
        .pitfall(
            Demo::new("hidden-serial", "a lock around all that a parallel loop does", hidden_serial::demo)
                .option(count("threads", 1000, None, "Threads of rayon's pool [default: one a core]"))
                .option(count("items", 100_000, Some("40"), "Items to compute")),
        )
        .pitfall(Demo::new("tiny-jobs", "parallel, and slower", tiny_jobs::demo).option(count(
            "workers",
            64,
            None,
            "Threads in the pool [default: one a core]",
        )))
        .pitfall(Demo::new("lost-result", "fire and forget hides what fails", lost_result::demo))
        .tool(
            Demo::new(
                "choose",
                "which approach fits: answer some questions, or let it measure -- COMMAND",
                choose::demo,
            )
            .option(flag("waiting", "The jobs wait: for a network, a disk, another program"))
            .option(flag("computing", "The jobs compute; with --waiting, both"))
            .option(count(
                "jobs",
                1 << 40,
                None,
                "Jobs at once [default: it asks, or shows what depends on it]",
            ))
            .option(flag("isolated", "A job that crashes must not harm the others"))
            .option(flag("shared", "The jobs change the same data"))
            .option(count("machines", 1 << 20, Some("1"), "Machines that the jobs need"))
            .option(seconds("limit", "60", "Measure no longer than this in all"))
            .option(count("most", 1024, Some("64"), "Run the command at most so often at once"))
            .option(count("runs", 1000, Some("5"), "Run the command so often alone"))
            .option(flag("ignore-failure", "Measure the command although it fails"))
            .option(rest("command", "COMMAND", "A command of yours, to measure")),
        )
        .tool(
            Demo::new(
                "scenarios",
                "five workloads, each under every approach: who is the fastest here",
                scenarios::demo,
            )
            .option(words("name", &scenarios::NAMES, 5, "Only these [default: all five]"))
            .option(count("jobs", 10_000, None, "Jobs, or clients [default: the scenario's own]"))
            .option(count("runs", 100, Some("7"), "At most so many runs of each approach")),
        )
        .tool(Demo::new("costs", "from a function call to a process: what each costs here", costs::demo))
        .tool(
            Demo::new("size", "how large a pool should be, by measuring", size::demo)
                .option(count("most", 1024, Some("64"), "Threads of the largest pool"))
                .option(count("rounds", 100, Some("3"), "Measurements of each size")),
        )
        .tool(
            Demo::new("beyond", "the same chunks on a queue that many machines share", beyond::demo)
                .option(words(
                    "what",
                    &["worker", "submit", "local", "cost"],
                    1,
                    "worker: do jobs until Ctrl-C; submit: start no workers; local: on the process pool; cost: measure",
                ))
                .option(texts("nats", "URL", "The server [default: NATS_URL, or one of its own]", |_| Ok(())))
                .option(count("workers", 64, None, "Worker processes [default: as many as cores]"))
                .option(count(
                    "items",
                    u32::MAX.into(),
                    Some("20"),
                    "Square the numbers from 1 to N",
                ))
                .option(count("chunk-size", u32::MAX.into(), Some("5"), "Numbers in a chunk"))
                .option(seconds("chunk-time", "1", "Simulated work a chunk"))
                .option(count("tries", 100, Some("3"), "Tries until a chunk is given up"))
                .option(seconds("ack-wait", "2", "A job of which nothing is heard is handed out again"))
                .option(count("fetch", 1000, Some("1"), "Jobs that a worker asks for at a time"))
                .option(seconds("patience", "600", "Give up when no result came for so long"))
                .option(texts("resume", "RUN", "Go on with a run whose submitter died", |_| Ok(())))
                .option(texts(
                    "break",
                    "CHUNK=KIND",
                    "Let a chunk fail, each time; or kill its worker, each time or the first: KIND is fail, kill or kill-once",
                    |_| Ok(()),
                )),
        )
        .worker(chunks::worker)
        .worker_for("batching", batching::worker)
        .worker_for("broken", broken::worker)
        .worker_for("timeouts", timeouts::worker)
        .worker_for("exhaustion", exhaustion::child)
        .worker_for("scenario", scenarios::worker)
        .worker_for("costs", costs::worker)
        .headline(2)
        .next("cargo run -p lesson-04-pools -- list");
    #[cfg(feature = "nats")]
    let lesson = lesson
        .worker_for("beyond", beyond::hosts::worker)
        .worker_for("beyond-quiet", beyond::hosts::quiet_worker)
        .worker_for("beyond-local", beyond::local::worker)
        .worker_for("beyond-local-quiet", beyond::local::quiet_worker);
    lesson.main()
}

/// Said in place of the demo where it was not built.
#[cfg(not(feature = "nats"))]
mod beyond {
    pub fn demo(_: &common::Run<'_>) -> Result<common::Outcome, common::Failure> {
        let how = "this needs more libraries than the lesson: cargo run -p lesson-04-pools --features nats -- beyond";
        Err(common::Failure::BadInput(how.into()))
    }
}
