//! Lesson 04: pools. What this lesson shows, in teaching order.

use std::process::ExitCode;

use common::{Demo, Lesson, options};
use lesson_04_pools::{chunks, downloads, faults, rayon, stealing};

fn main() -> ExitCode {
    Lesson::new(env!("CARGO_PKG_NAME"), "pools: a fixed crew for any amount of work")
        .demo(
            Demo::new("downloads", "four files, three threads: who is done takes the next", downloads::demo)
                .compare(downloads::demo_one_after_the_other)
                .option(options::count("workers", 64, Some("3"), "Threads in the pool"))
                .option(options::path("dir", "Keep the files in this folder [default: a temporary one]"))
                .option(options::texts(
                    "break",
                    "FILE=KIND",
                    "Let the server fail for a file; KIND is 404, cut or checksum",
                    faults::check,
                )),
        )
        .demo(
            Demo::new("chunks", "sums of squares, chunk by chunk, on all cores", chunks::demo)
                .compare(chunks::demo_one_after_the_other)
                .option(options::count("workers", 64, None, "Worker processes [default: as many as cores]"))
                .option(options::count(
                    "items",
                    u32::MAX.into(),
                    Some("20"),
                    "Square the numbers from 1 to N",
                ))
                .option(options::count("chunk-size", u32::MAX.into(), Some("5"), "Numbers in a chunk"))
                .option(options::seconds("chunk-time", "1", "Simulated work a chunk")),
        )
        .demo(
            Demo::new("rayon", "join, par_iter and par_sort: the same work on all cores", rayon::demo)
                .in_turn()
                .option(options::count(
                    "threads",
                    1000,
                    None,
                    "Threads of rayon's pool [default: one a core]",
                ))
                .option(options::count("numbers", 1 << 32, Some("33554432"), "Numbers to square"))
                .option(options::count("sort", 1 << 30, Some("500000"), "Numbers to sort")),
        )
        .demo(
            Demo::new(
                "stealing",
                "uneven jobs: static shares, a shared queue, work stealing",
                stealing::demo,
            )
            .in_turn()
            .option(options::count("threads", 1000, None, "Threads each way [default: one a core]"))
            .option(options::count(
                "unit",
                1 << 28,
                Some("2000000"),
                "Numbers to square in the shortest job",
            )),
        )
        .worker(chunks::worker)
        .headline(2)
        .next("cargo run -p lesson-04-pools -- list")
        .main()
}
