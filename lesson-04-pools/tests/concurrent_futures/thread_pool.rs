//! What Python's own `test_thread_pool.py` says.

use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::thread;

use lesson_04_pools::executor::{Error, ThreadPool};

use crate::{A_MOMENT, blocked, check, fails, panicked, pool, submit};

#[test]
fn test_default_workers() {
    let cores = thread::available_parallelism().unwrap().get();
    check(move || {
        let pool = ThreadPool::builder().build().unwrap();
        let barrier = Arc::new(Barrier::new(cores));
        let jobs: Vec<_> = (0..3 * cores)
            .map(|_| {
                let barrier = Arc::clone(&barrier);
                submit(&pool, move || barrier.wait().is_leader())
            })
            .collect();
        let leaders = jobs
            .into_iter()
            .filter_map(|job| job.result().ok())
            .filter(|leader| *leader);
        assert_eq!((leaders.count(), pool.workers()), (3, cores));
    });
}

#[test]
fn test_saturation() {
    check(|| {
        let pool = pool(4);
        let (gate, opened): (Sender<()>, Receiver<()>) = mpsc::channel();
        let opened = Arc::new(Mutex::new(opened));
        for _ in 0..15 * 4 {
            let opened = Arc::clone(&opened);
            drop(submit(&pool, move || opened.lock().unwrap().recv().is_ok()));
        }
        assert_eq!(pool.workers(), 4);
        drop(gate);
    });
}

#[test]
fn test_idle_thread_reuse() {
    check(|| {
        let pool = pool(1000);
        for _ in 0..20 {
            submit(&pool, || ()).result().unwrap();
            // The result may be there a step before its thread is back at the queue and asleep.
            thread::sleep(A_MOMENT);
        }
        assert!(
            pool.workers() <= 5,
            "{} threads for one job at a time",
            pool.workers()
        );
    });
}

#[test]
fn test_thread_names_assigned() {
    check(|| {
        let pool = pool(3);
        let barrier = Arc::new(Barrier::new(3));
        let jobs: Vec<_> = (0..3)
            .map(|_| {
                let barrier = Arc::clone(&barrier);
                submit(&pool, move || {
                    barrier.wait();
                    thread::current().name().map(str::to_owned)
                })
            })
            .collect();
        let mut names: Vec<_> = jobs
            .into_iter()
            .filter_map(|job| job.result().ok().flatten())
            .collect();
        names.sort_unstable();
        assert_eq!(names, ["crew-1", "crew-2", "crew-3"]);
    });
}

#[test]
fn test_thread_names_that_cannot_be() {
    let error = ThreadPool::builder()
        .name_prefix("a\0b")
        .build()
        .map(drop)
        .unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}

#[test]
fn test_thread_names_default() {
    check(|| {
        let pool = ThreadPool::builder().workers(1).build().unwrap();
        let name = submit(&pool, || thread::current().name().map(str::to_owned)).result();
        assert_eq!(name, Ok(Some("pool-1".to_owned())));
    });
}

#[test]
fn test_executor_map_current_future_cancel() {
    // A map that is given up in the middle leaves a pool that works.
    check(|| {
        let pool = pool(2);
        let (gate, opened): (Sender<()>, Receiver<()>) = mpsc::channel();
        let opened = Mutex::new(opened);
        let results = pool
            .map(0..3, move |_| opened.lock().unwrap().recv().is_err())
            .timeout(A_MOMENT);
        assert_eq!(results.last(), Some(Err(Error::Timeout)));
        drop(gate);
        assert_eq!(submit(&pool, || 1).result(), Ok(1));
    });
}

#[test]
fn test_a_panicking_job_does_not_shrink_the_pool() {
    check(|| {
        let pool = pool(2);
        for _ in 0..20 {
            assert_eq!(fails(&pool).result(), Err(panicked()));
        }
        let barrier = Arc::new(Barrier::new(2));
        let other = Arc::clone(&barrier);
        let jobs = [
            submit(&pool, move || barrier.wait().is_leader()),
            submit(&pool, move || other.wait().is_leader()),
        ];
        assert!(jobs.into_iter().all(|job| job.result().is_ok()));
        assert_eq!(pool.workers(), 2);
    });
}

#[test]
fn test_a_result_that_panics_when_dropped() {
    struct Bad;
    impl Drop for Bad {
        fn drop(&mut self) {
            std::panic::resume_unwind(Box::new("on purpose"));
        }
    }
    check(|| {
        let pool = pool(1);
        // Without a handle it is the pool's thread that drops the result.
        let (_first, gate) = blocked(&pool);
        for _ in 0..5 {
            drop(submit(&pool, || Bad));
        }
        drop(gate);
        assert_eq!(submit(&pool, || 5).result(), Ok(5));
    });
}

#[test]
fn test_a_panic_whose_message_panics_when_dropped() {
    struct Bad(u32);
    impl Drop for Bad {
        fn drop(&mut self) {
            if self.0 > 0 {
                std::panic::resume_unwind(Box::new(Bad(self.0 - 1)));
            }
        }
    }
    check(|| {
        let pool = pool(1);
        let job = submit(&pool, || std::panic::resume_unwind(Box::new(Bad(9))));
        assert_eq!(
            job.result(),
            Err::<(), _>(Error::Panicked("(no text)".to_owned()))
        );
        assert_eq!(submit(&pool, || 5).result(), Ok(5));
    });
}
