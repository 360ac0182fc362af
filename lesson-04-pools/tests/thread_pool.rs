//! The thread pool by itself. What could hang is under a deadline.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::thread::current;
use std::time::Duration;

use common::deadline::within;
use lesson_04_pools::thread_pool::ThreadPool;

const LIMIT: Duration = Duration::from_secs(30);

fn pool(threads: usize) -> ThreadPool {
    ThreadPool::new("crew", NonZero::new(threads).expect("some")).expect("the system has room")
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
    assert!(ran.unwrap().iter().all(|times| times.load(Ordering::Relaxed) == 3));
}

/// Jobs that wait for one another get done only if as many threads are there to do them.
fn all_of_them_work(pool: &ThreadPool, threads: usize) {
    let barrier = Arc::new(Barrier::new(threads));
    let (sender, names) = mpsc::channel();
    for _ in 0..threads {
        let (barrier, sender) = (Arc::clone(&barrier), sender.clone());
        pool.execute(move || {
            barrier.wait();
            sender.send(current().name().map(str::to_owned)).expect("it is read below");
        });
    }
    drop(sender);
    let mut names: Vec<String> = names.iter().flatten().collect();
    names.sort_unstable();
    let expected: Vec<String> = (1..=threads).map(|number| format!("crew-{number}")).collect();
    assert_eq!(names, expected);
}

#[test]
fn all_threads_work_at_the_same_time_and_have_names() {
    within(LIMIT, || all_of_them_work(&pool(5), 5)).unwrap();
}

#[test]
fn no_more_jobs_at_once_than_threads() {
    let most = within(LIMIT, || {
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let pool = pool(3);
        for _ in 0..60 {
            let (now, most) = (Arc::clone(&now), Arc::clone(&most));
            pool.execute(move || {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(1));
                now.fetch_sub(1, Ordering::SeqCst);
            });
        }
        drop(pool);
        most.load(Ordering::SeqCst)
    });
    assert!((1..=3).contains(&most.unwrap()));
}

#[test]
fn a_job_that_panics_does_not_make_the_pool_smaller() {
    within(LIMIT, || {
        let pool = pool(4);
        for _ in 0..20 {
            // `resume_unwind` is a panic without a message.
            pool.execute(|| std::panic::resume_unwind(Box::new("on purpose")));
        }
        all_of_them_work(&pool, 4);
    })
    .unwrap();
}

#[test]
fn a_job_may_come_late_or_never() {
    within(LIMIT, || {
        drop(pool(3));
        let pool = pool(3);
        std::thread::sleep(Duration::from_millis(20));
        all_of_them_work(&pool, 3);
        all_of_them_work(&pool, 3);
    })
    .unwrap();
}
