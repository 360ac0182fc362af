//! What computes and what flows: rayon, sharing out, batches, back-pressure, async and pools, pipelines.

use std::fs;
#[cfg(target_os = "linux")]
use std::path::Path;
use std::sync::{Arc, Barrier, Condvar, Mutex, mpsc};
use std::time::Duration;

use common::TempDir;
use common::deadline::{Stuck, within};
use common::testing::run_demo;
use lesson_04_pools::cores::{rayon, stealing};
use lesson_04_pools::executor::ThreadPool;
use lesson_04_pools::flow::{backpressure, batching, bridge, pipeline};
use lesson_04_pools::support::compute::{signal, smooth, sum_of_squares};
use serde_json::{Value, json};

mod jobs;
use jobs::{jobs, most_at_once};

const PROGRAM: &str = env!("CARGO_BIN_EXE_lesson-04-pools");
const LIMIT: Duration = Duration::from_secs(90);

fn run(args: &[&str]) -> Value {
    run_demo(PROGRAM, args)
}

#[test]
fn rayon_comes_to_the_same_sum_however_it_is_split() {
    let expected = sum_of_squares(0..10_000);
    for threads in [1, 2, 5] {
        let pool = rayon::pool(threads).unwrap();
        for share in [1, 7, 4096, 20_000] {
            assert_eq!(
                pool.install(|| rayon::sum_by_join(0..10_000, share)),
                expected
            );
        }
        let shares: Vec<_> = (0..100).map(|n| n * 100..(n + 1) * 100).collect();
        assert_eq!(pool.install(|| rayon::sum_by_par_iter(&shares)), expected);
    }
}

#[test]
fn rayon_s_threads_are_lanes_with_names() {
    let run = run(&[
        "rayon",
        "--threads",
        "3",
        "--numbers",
        "20000000",
        "--sort",
        "1000",
    ]);
    assert_eq!(
        (&run["results"]["threads"], &run["results"]["sorted"]),
        (&3.into(), &true.into())
    );
    for (name, at_least) in [("join", 20), ("par_iter", 20), ("par_sort", 1)] {
        let jobs = jobs(&run, name);
        assert!(jobs.len() >= at_least, "{} of {name}", jobs.len());
        assert!(
            jobs.iter()
                .all(|job| ["rayon-1", "rayon-2", "rayon-3"].contains(&&*job.lane))
        );
        assert!(most_at_once(&jobs) <= 3);
    }
}

/// The lengths of the jobs of a way, in the order in which its lanes began them.
fn lengths(run: &Value, lane: &str) -> Vec<u64> {
    let mut jobs = jobs(run, "job");
    jobs.retain(|job| job.lane.starts_with(lane));
    jobs.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
    jobs.iter()
        .map(|job| job.name["job ".len()..].parse().expect("a length"))
        .collect()
}

#[test]
fn every_way_does_each_job_once() {
    let run = run(&["stealing", "--threads", "2", "--unit", "10000"]);
    for way in ["static", "queue", "stealing"] {
        let mut all = lengths(&run, way);
        all.sort_unstable();
        assert_eq!(all, (1..=12).collect::<Vec<_>>(), "{way}");
    }
    assert_eq!(
        lengths(&run, "static-1"),
        [12, 11, 10, 9, 8, 7],
        "its part, whatever the others do"
    );
    assert_eq!(lengths(&run, "static-2"), [6, 5, 4, 3, 2, 1]);
}

type Way = fn(&[u64], usize, stealing::Work) -> Result<u64, common::Failure>;

/// Twelve jobs on two threads; the first one is over when all others are.
fn one_that_takes_long(way: Way, limit: Duration) -> Result<u64, Stuck> {
    within(limit, move || {
        let (others, changed) = (Mutex::new(11), Condvar::new());
        let work = |job| {
            let mut left = others.lock().expect("no job panics");
            if job == 1 {
                drop(changed.wait_while(left, |left| *left > 0));
            } else {
                *left -= 1;
                changed.notify_all();
            }
            job
        };
        way(&(1..=12).collect::<Vec<_>>(), 2, &work).expect("there is room for two threads")
    })
}

#[test]
fn who_is_free_takes_what_stands_behind_a_long_job() {
    assert_eq!(one_that_takes_long(stealing::shared_queue, LIMIT), Ok(78));
    assert_eq!(one_that_takes_long(stealing::stealing, LIMIT), Ok(78));
    // With static shares nobody else does what stands behind it: it waits for ever.
    assert!(one_that_takes_long(stealing::static_shares, Duration::from_millis(300)).is_err());
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
    let pause = Duration::from_millis(20);
    let most = |(_, measured): (u64, Value)| measured["most_pages"].as_u64().unwrap();
    let one = pool(1);
    for room in [1, 3, 8] {
        assert!(
            most(backpressure::bounded(&one, 10, room, Duration::ZERO).unwrap()) <= room as u64
        );
        assert!(
            most(backpressure::bounded_by_hand(&one, 10, room, Duration::ZERO).unwrap())
                <= room as u64
        );
    }
    // 40 pages are read long before one thread has stored some of them for 20 ms each.
    assert!(most(backpressure::unbounded(&one, 40, pause).unwrap()) > 20);
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
        bridge::runtime().expect("a runtime").block_on(async {
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
        bridge::runtime().expect("a runtime").block_on(async {
            // Each job needs another one at its side: two threads are enough for all of them.
            let two = Arc::new(Barrier::new(2));
            let few = bridge::threads(&pool(2), 16, move || _ = two.wait()).await;
            let forty = Arc::new(Barrier::new(40));
            // Here each needs all others: with fewer than forty threads this would never end.
            let many = bridge::threads(&pool(40), 40, move || _ = forty.wait()).await;
            (few.expect("no job panics"), many.expect("no job panics"))
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
