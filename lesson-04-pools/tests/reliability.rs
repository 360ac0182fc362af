//! The executors over a long time. One test after the other in one function: each looks at the whole process.
#![cfg(target_os = "linux")]

use std::time::{Duration, Instant};

use common::deadline::within;
use lesson_04_pools::executor::{JobHandle, Shutdown, ThreadPool};

fn pool(workers: usize) -> ThreadPool {
    ThreadPool::builder().workers(workers).build().expect("more than none")
}

/// Open files and threads of this process.
fn counts() -> [usize; 2] {
    ["fd", "task"].map(|what| std::fs::read_dir(format!("/proc/self/{what}")).map_or(0, Iterator::count))
}

/// Bytes of this process that are in memory.
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("it can be read");
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).expect("a number") * 4096
}

/// A pool in each state in which it may be dropped.
fn a_thousand_pools() {
    for round in 0..1000 {
        let pool = pool(2);
        match round % 5 {
            0 => {}
            1 => drop(pool.submit(|| ())),
            2 => drop(pool.submit(|| std::panic::resume_unwind(Box::new("on purpose")))),
            3 => assert!((0..20).all(|_| pool.submit(|| ()).is_ok())),
            _ => {
                assert!((0..20).all(|_| pool.submit(|| ()).is_ok()));
                pool.shutdown(Shutdown::CancelPending);
            }
        }
    }
}

fn many_jobs(jobs: u64) {
    let pool = pool(3);
    let sum: u64 = pool.map(0..jobs, |n| n % 2).bounded(500).map(|result| result.expect("it is done")).sum();
    assert_eq!(sum, jobs / 2);
}

fn cancelled_jobs_go_when_their_turn_comes() {
    let pool = pool(1);
    for _ in 0..20_000 {
        pool.submit(|| [0_u8; 100]).map(|job| job.cancel()).expect("the pool is open");
    }
    pool.submit(|| ()).and_then(JobHandle::result).expect("it is done");
}

#[test]
fn nothing_grows() {
    within(Duration::from_mins(1), || {
        // What is made once and kept is made here.
        many_jobs(1000);
        let (before, memory) = (counts(), resident());
        a_thousand_pools();
        many_jobs(200_000);
        cancelled_jobs_go_when_their_turn_comes();
        let patience = Instant::now() + Duration::from_secs(10);
        while counts().iter().zip(before).any(|(now, before)| *now > before) {
            assert!(Instant::now() < patience, "{:?} instead of {before:?}", counts());
            std::thread::sleep(Duration::from_millis(5));
        }
        // A hundred bytes for each job would show. A long queue may keep its place for a while.
        let more = resident().saturating_sub(memory);
        assert!(more < 16 << 20, "{more} bytes more");
    })
    .expect("it ends");
}
