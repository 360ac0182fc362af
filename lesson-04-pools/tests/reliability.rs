//! The executors over a long time. One test after the other in one function: each looks at the whole process.
#![cfg(target_os = "linux")]

use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use common::deadline::within;
use lesson_04_pools::executor::{JobHandle, Shutdown, ThreadPool};

fn pool(workers: usize) -> ThreadPool {
    ThreadPool::builder()
        .workers(workers)
        .build()
        .expect("more than none")
}

/// Open files and threads of this process.
fn counts() -> [usize; 2] {
    ["fd", "task"]
        .map(|what| std::fs::read_dir(format!("/proc/self/{what}")).map_or(0, Iterator::count))
}

/// Bytes of this process that are in memory.
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("it can be read");
    statm
        .split(' ')
        .nth(1)
        .and_then(|pages| pages.parse::<usize>().ok())
        .expect("a number")
        * 4096
}

/// A pool in each state in which it may be dropped.
fn pools_dropped_in_every_state(rounds: u32) {
    for round in 0..rounds {
        let pool = Arc::new(pool(2));
        let full = || assert!((0..20).all(|_| pool.submit(|| ()).is_ok()));
        match round % 7 {
            0 => {}
            1 => drop(pool.submit(|| ())),
            2 => drop(pool.submit(|| std::panic::resume_unwind(Box::new("on purpose")))),
            3 => full(),
            4 => {
                full();
                pool.shutdown(Shutdown::CancelPending);
            }
            5 => {
                // The last one to let go is a job of the pool itself.
                let inside = Arc::clone(&pool);
                full();
                drop(pool.submit(move || drop(inside)));
            }
            _ => {
                full();
                let others: Vec<_> = (0..3).map(|_| Arc::clone(&pool)).collect();
                std::thread::scope(|scope| {
                    for (other, how) in others.into_iter().zip([
                        Shutdown::Wait,
                        Shutdown::CancelPending,
                        Shutdown::Detach,
                    ]) {
                        scope.spawn(move || {
                            other.shutdown(how);
                            drop(other);
                        });
                    }
                });
            }
        }
    }
}

fn many_jobs(jobs: u64) {
    let pool = pool(3);
    let sum: u64 = pool
        .map(0..jobs, |n| n % 2)
        .bounded(500)
        .map(|result| result.expect("it is done"))
        .sum();
    assert_eq!(sum, jobs / 2);
}

fn cancelled_jobs_give_their_memory_back_at_once() {
    let pool = pool(1);
    let (gate, opened) = mpsc::channel::<()>();
    let first = pool
        .submit(move || opened.recv().is_err())
        .expect("the pool is open");
    let memory = resident();
    for _ in 0..200 {
        // 200 MiB, if they stayed in the queue until the first job is done.
        let held = vec![1_u8; 1 << 20];
        let job = pool.submit(move || held.len()).expect("the pool is open");
        assert!(job.cancel());
    }
    let more = resident().saturating_sub(memory);
    assert!(more < 50 << 20, "{more} bytes for cancelled jobs");
    drop(gate);
    assert_eq!(first.result(), Ok(true));
}

/// CPU time that this process has used.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("it can be read");
    let fields: Vec<&str> = stat
        .rsplit(") ")
        .next()
        .expect("a name in brackets")
        .split(' ')
        .collect();
    let ticks: u64 = fields[11..13]
        .iter()
        .map(|field| field.parse::<u64>().expect("a number"))
        .sum();
    Duration::from_millis(10 * ticks)
}

fn an_idle_pool_uses_no_cpu() {
    let pool = pool(3);
    many_jobs(1000);
    pool.submit(|| ())
        .and_then(JobHandle::result)
        .expect("it is done");
    let before = cpu();
    std::thread::sleep(Duration::from_millis(300));
    let used = cpu().saturating_sub(before);
    // One thread that spins would use 300 ms. The rest of this program does nothing.
    assert!(used <= Duration::from_millis(50), "{used:?} while idle");
}

fn nothing_grows_with(pools: u32, jobs: u64) {
    within(Duration::from_mins(30), move || {
        // What is made once and kept is made here.
        many_jobs(1000);
        let (before, memory) = (counts(), resident());
        pools_dropped_in_every_state(pools);
        many_jobs(jobs);
        let patience = Instant::now() + Duration::from_secs(10);
        while counts()
            .iter()
            .zip(before)
            .any(|(now, before)| *now > before)
        {
            assert!(
                Instant::now() < patience,
                "{:?} instead of {before:?}",
                counts()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        // A hundred bytes for each job would show.
        let more = resident().saturating_sub(memory);
        assert!(more < 16 << 20, "{more} bytes more");
        println!(
            "{pools} pools, {jobs} jobs: {} KiB more than before",
            more / 1024
        );
        cancelled_jobs_give_their_memory_back_at_once();
        an_idle_pool_uses_no_cpu();
    })
    .expect("it ends");
}

#[test]
fn nothing_grows() {
    nothing_grows_with(210, 100_000);
}

/// `cargo test --release -p lesson-04-pools --test reliability -- --ignored --nocapture`
#[test]
#[ignore = "takes a minute"]
fn nothing_grows_with_ten_million_jobs() {
    nothing_grows_with(1_000, 10_000_000);
}
