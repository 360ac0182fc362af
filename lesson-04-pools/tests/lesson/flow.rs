//! Jobs on their way: batches, backpressure, async and pools, pipelines.

use std::fs;
#[cfg(target_os = "linux")]
use std::path::Path;
use std::sync::{Arc, Barrier, mpsc};
use std::time::Duration;

use common::TempDir;
use common::deadline::within;
use lesson_04_pools::executor::ThreadPool;
use lesson_04_pools::flow::spawn_blocking::{on_the_pool, on_tokio, runtime};
use lesson_04_pools::flow::{backpressure, batching, bridge, pipeline};
use lesson_04_pools::support::compute::{signal, smooth, sum_of_squares};
use lesson_04_pools::support::pages::Source;
use serde_json::{Value, json};
use testing::run_demo;

use crate::PROGRAM;
use crate::spans::{jobs, most_at_once};

const LIMIT: Duration = Duration::from_secs(90);

fn run(args: &[&str]) -> Value {
    run_demo(PROGRAM, args)
}

fn pool(workers: usize) -> ThreadPool {
    ThreadPool::builder()
        .workers(workers)
        .name_prefix("pool")
        .build()
        .expect("more than no workers")
}

#[test]
fn chunks_of_any_size_come_to_the_same_sum() {
    let expected = (0..100)
        .map(|n| sum_of_squares(n..n + batching::SQUARES))
        .sum::<u64>();
    for chunk in [1, 7, 99, 100, 1000] {
        assert_eq!(
            batching::through_threads(&pool(3), 100, chunk),
            Ok(expected)
        );
    }
    let run = run(&["batching", "--items", "100", "--workers", "2"]);
    assert_eq!(run["results"]["sum"], expected, "through processes, too");
    let table = run["results"]["table"].as_array().unwrap();
    assert_eq!(
        table.iter().map(|row| &row["chunk"]).collect::<Vec<_>>(),
        [1, 10, 100]
    );
}

#[test]
fn a_bound_keeps_the_source_from_running_ahead() {
    let one = pool(1);
    for room in [1, 3, 8] {
        let source = Source::new();
        backpressure::bounded(&one, source.pages(10), room, Duration::ZERO).unwrap();
        assert!(source.most() <= room as u64);
        let source = Source::new();
        backpressure::bounded_by_hand(&one, source.pages(10), room, Duration::ZERO).unwrap();
        assert!(source.most() <= room as u64);
    }
    // 40 pages are read long before one thread has stored some of them for 20 ms each.
    let source = Source::new();
    backpressure::unbounded(&one, source.pages(40), Duration::from_millis(20)).unwrap();
    assert!(source.most() > 20);
    let run = run(&["backpressure", "--pages", "40", "--pace", "0.1"]);
    for way in ["bounded", "bounded_by_hand"] {
        assert!(
            run["results"][way]["most_pages"].as_u64().unwrap() <= 8,
            "{}",
            run["results"]
        );
    }
}

#[test]
fn a_task_that_awaits_a_job_leaves_its_thread_to_others() {
    let value = within(LIMIT, || {
        runtime().expect("a runtime").block_on(async {
            let (sender, receiver) = mpsc::channel();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(1)).await;
                sender
                    .send("from another task on the same thread")
                    .expect("the job waits for it");
            });
            let work = move || receiver.recv().expect("the other task sends");
            bridge::awaited(&pool(1), Duration::from_secs(100), work).await
        })
    });
    assert_eq!(
        value.unwrap(),
        Ok(("from another task on the same thread", 0))
    );
}

#[test]
fn a_thread_of_the_pool_calls_async_and_only_so_many_do() {
    let run = run(&["bridge", "--pace", "0.1"]);
    assert_eq!(run["results"]["answers"], json!([10, 20, 30, 40]));
    let asking = jobs(&run, "ask");
    assert!(
        asking
            .iter()
            .all(|job| ["pool-1", "pool-2"].contains(&&*job.lane))
    );
    assert_eq!(asking.len(), 4);
    assert!(most_at_once(&asking) <= 2);
}

#[test]
fn a_pool_keeps_to_its_threads_and_spawn_blocking_takes_one_for_each() {
    let used = within(LIMIT, || {
        runtime().expect("a runtime").block_on(async {
            // Each job needs another one at its side: two threads are enough for all of them.
            let two = Arc::new(Barrier::new(2));
            let meet = move || _ = two.wait();
            let of_pool = on_the_pool(&pool(2), 16, meet.clone()).await;
            let of_tokio = on_tokio(16, meet).await;
            // Here each needs all others: with fewer than forty threads this would never end.
            let forty = Arc::new(Barrier::new(40));
            let meet = move || _ = forty.wait();
            let many_of_pool = on_the_pool(&pool(40), 40, meet.clone()).await;
            let many_of_tokio = on_tokio(40, meet).await;
            let no_panic = "no job panics";
            (
                (of_pool.expect(no_panic), of_tokio),
                (many_of_pool.expect(no_panic), many_of_tokio),
            )
        })
    });
    let ((of_pool, of_tokio), many) = used.unwrap();
    assert!(
        of_pool == 2 && (2..=16).contains(&of_tokio),
        "{of_pool} {of_tokio}"
    );
    assert_eq!(many, (40, 40));
}

#[test]
fn the_pipeline_writes_each_block_to_its_place() {
    let folder = TempDir::new("pipeline-test").unwrap();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    for (length, computing, writing) in [
        (0, 1, 1),
        (1, 2, 2),
        (9 * pipeline::BLOCK / 2, 1, 1),
        (9 * pipeline::BLOCK, 3, 2),
    ] {
        let bytes = signal(length);
        fs::write(&from, &bytes).unwrap();
        let (source, target) = (from.clone(), to.clone());
        within(LIMIT, move || {
            pipeline::smooth_file(&source, &target, computing, writing)
        })
        .unwrap()
        .unwrap();
        let expected: Vec<Vec<u8>> = bytes.chunks(pipeline::BLOCK).map(smooth).collect();
        assert!(
            fs::read(&to).unwrap() == expected.concat(),
            "{length} bytes, {computing}, {writing}"
        );
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_stage_that_fails_ends_the_pipeline() {
    let folder = TempDir::new("pipeline-test").unwrap();
    let from = folder.path().join("from");
    fs::write(&from, signal(20 * pipeline::BLOCK)).unwrap();
    // A disk that is always full. The stages before it must not wait for ever for room.
    let failed = within(LIMIT, move || {
        pipeline::smooth_file(&from, Path::new("/dev/full"), 2, 2)
    });
    assert_eq!(
        failed.unwrap().unwrap_err().kind(),
        std::io::ErrorKind::StorageFull
    );
    let missing = pipeline::smooth_file(Path::new("/no/such/file"), Path::new("/dev/null"), 1, 1);
    assert_eq!(missing.unwrap_err().kind(), std::io::ErrorKind::NotFound);
}

#[test]
fn the_pipeline_s_demo_compares_what_it_wrote() {
    let run = run(&["pipeline", "--mib", "2"]);
    let table = run["results"]["table"].as_array().unwrap();
    let crews: Vec<_> = table
        .iter()
        .map(|row| (row["computing"].as_u64(), row["writing"].as_u64()))
        .collect();
    assert_eq!(
        crews,
        [(Some(1), Some(1)), (Some(1), Some(2)), (Some(2), Some(1))]
    );
    assert_eq!(
        jobs(&run, "compute").len(),
        3 * 8,
        "eight blocks, three times"
    );
    assert!(jobs(&run, "write").len() == 24 && most_at_once(&jobs(&run, "compute")) <= 2);
}
