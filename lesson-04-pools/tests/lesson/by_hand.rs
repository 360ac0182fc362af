//! The four stages of the pool by hand. What could hang is under a deadline; the locks of stages 3
//! and 4 are also tried in every order by shuttle.

use std::collections::{BTreeSet, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::thread::{ThreadId, current};
use std::time::Duration;

use common::Pace;
use common::deadline::within;
use lesson_04_pools::by_hand::s1_thread_per_job::Threads;
use lesson_04_pools::by_hand::s3_queue::Pool;
use lesson_04_pools::by_hand::{s2_channel, stage_1, stage_2, stage_3, stage_4};

const LIMIT: Duration = Duration::from_mins(1);

fn pool(threads: usize) -> Pool {
    Pool::new("crew", threads).expect("the system has room")
}

fn fast() -> Pace {
    "0.02".parse().expect("it is a pace")
}

/// The squares of the jobs that were done, sorted, and how many threads did them.
fn done(reports: Vec<(ThreadId, u32)>) -> (Vec<u32>, usize) {
    let threads: HashSet<ThreadId> = reports.iter().map(|report| report.0).collect();
    let mut squares: Vec<u32> = reports.into_iter().map(|report| report.1).collect();
    squares.sort_unstable();
    (squares, threads.len())
}

const WITHOUT_THE_BAD_ONE: [u32; 7] = [1, 9, 16, 25, 36, 49, 64];

#[test]
fn each_stage_is_a_file_of_less_than_60_lines() {
    for text in [
        include_str!("../../src/by_hand/s1_thread_per_job.rs"),
        include_str!("../../src/by_hand/s2_channel.rs"),
        include_str!("../../src/by_hand/s3_queue.rs"),
        include_str!("../../src/by_hand/s4_result.rs"),
    ] {
        assert!(
            text.lines().count() < 60,
            "{}",
            text.lines().next().unwrap_or_default()
        );
    }
}

#[test]
fn stage_1_has_a_thread_for_each_job_and_waits_for_all() {
    within(LIMIT, || {
        assert_eq!(
            done(stage_1(1, fast()).expect("there is room")),
            (WITHOUT_THE_BAD_ONE.to_vec(), 7)
        );
        let (sender, numbers) = mpsc::channel();
        let mut threads = Threads::default();
        for number in 1..=20 {
            let sender = sender.clone();
            threads.execute(move || sender.send(number).expect("it is read below"));
        }
        drop((threads, sender));
        assert_eq!(numbers.iter().sum::<u32>(), 210);
    })
    .expect("it ends");
}

#[test]
fn stage_2_loses_a_thread_to_a_panic_and_the_last_one_takes_all_jobs_along() {
    let alone = within(LIMIT, || stage_2(1, fast()).expect("there is room")).expect("it ends");
    assert_eq!(done(alone), (vec![1], 1));
    let crew = within(LIMIT, || stage_2(8, fast()).expect("there is room")).expect("it ends");
    assert_eq!(done(crew).0, WITHOUT_THE_BAD_ONE);
    within(LIMIT, || drop(s2_channel::Pool::new("crew", 3))).expect("an idle pool ends");
}

#[test]
fn stage_3_does_all_jobs_with_one_thread_too() {
    let alone = within(LIMIT, || stage_3(1, fast()).expect("there is room")).expect("it ends");
    assert_eq!(done(alone), (WITHOUT_THE_BAD_ONE.to_vec(), 1));
}

#[test]
fn stage_4_has_the_results_in_the_order_of_the_jobs() {
    let results = within(LIMIT, || stage_4(3, fast()).expect("there is room")).expect("it ends");
    assert_eq!(
        results,
        [
            Some(1),
            None,
            Some(9),
            Some(16),
            Some(25),
            Some(36),
            Some(49),
            Some(64)
        ]
    );
}

#[test]
fn every_job_runs_once_and_dropping_waits_for_all() {
    let ran = within(LIMIT, || {
        let ran: Arc<Vec<AtomicUsize>> = Arc::new((0..1000).map(|_| AtomicUsize::new(0)).collect());
        for threads in [1, 3, 16] {
            let pool = pool(threads);
            for job in 0..1000 {
                let ran = Arc::clone(&ran);
                pool.execute(move || {
                    ran[job].fetch_add(1, Ordering::Relaxed);
                });
            }
        }
        ran
    });
    assert!(
        ran.unwrap()
            .iter()
            .all(|times| times.load(Ordering::Relaxed) == 3)
    );
}

/// Jobs that wait for one another get done only if as many threads are there to do them.
fn all_of_them_work(pool: &Pool, threads: usize) {
    let barrier = Arc::new(Barrier::new(threads));
    let jobs: Vec<_> = (0..threads)
        .map(|_| {
            let barrier = Arc::clone(&barrier);
            pool.submit(move || {
                barrier.wait();
                current().name().map(str::to_owned).expect("it has a name")
            })
        })
        .collect();
    let names: BTreeSet<String> = jobs
        .into_iter()
        .map(|job| job.result().expect("no panic"))
        .collect();
    assert_eq!(
        names,
        (1..=threads)
            .map(|number| format!("crew-{number}"))
            .collect()
    );
}

#[test]
fn a_job_that_panics_does_not_make_the_pool_smaller() {
    within(LIMIT, || {
        let pool = pool(4);
        // `resume_unwind` is a panic without a message.
        let bad = || std::panic::resume_unwind(Box::new("on purpose"));
        (0..20).for_each(|_| pool.execute(bad));
        all_of_them_work(&pool, 4);
        assert_eq!(
            pool.submit(bad).result().unwrap_err().downcast_ref(),
            Some(&"on purpose")
        );
    })
    .unwrap();
}

#[test]
fn a_job_may_come_late_or_never() {
    within(LIMIT, || {
        drop(pool(3));
        let pool = pool(3);
        all_of_them_work(&pool, 3);
        all_of_them_work(&pool, 3);
    })
    .unwrap();
}

#[path = "../../src/by_hand/s3_queue.rs"]
mod s3_queue;
#[path = "../../src/by_hand/s4_result.rs"]
mod s4_result;

#[test]
fn every_order_of_submitting_working_dropping_and_asking() {
    let check = || {
        let pool = s3_queue::Pool::new("crew", 1).expect("shuttle has room");
        let job = pool.submit(|| 6 * 7);
        drop(pool);
        assert_eq!(job.result().expect("it does not panic"), 42);
    };
    within(LIMIT, move || shuttle::check_dfs(check, None)).expect("it ends");
}

#[test]
fn many_orders_of_two_threads_and_three_jobs() {
    let check = || {
        let pool = s3_queue::Pool::new("crew", 2).expect("shuttle has room");
        let jobs: Vec<_> = (1..=3).map(|number| pool.submit(move || number)).collect();
        let sum: u32 = jobs
            .into_iter()
            .map(|job| job.result().expect("it does not panic"))
            .sum();
        assert_eq!(sum, 6);
    };
    let tried = move || {
        shuttle::check_random(check, 1000);
        shuttle::check_pct(check, 1000, 3);
    };
    within(LIMIT, tried).expect("it ends");
}
