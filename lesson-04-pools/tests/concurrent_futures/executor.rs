//! What Python's own `executor.py` says.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Barrier, Mutex, Weak, mpsc};
use std::thread;

use lesson_04_pools::executor::{Error, Shutdown, ThreadPool};

use crate::{A_MOMENT, check, pool, submit};

#[test]
fn test_submit() {
    check(|| assert_eq!(submit(&pool(2), || 2_u32.pow(8)).result(), Ok(256)));
}

#[test]
fn test_submit_keyword() {
    // A closure takes along what it needs, under any name.
    check(|| {
        let (base, exponent) = (2_u64, 8);
        assert_eq!(
            submit(&pool(2), move || base.pow(exponent)).result(),
            Ok(256)
        );
    });
}

#[test]
fn test_map() {
    check(|| {
        let results: Result<Vec<u32>, _> = pool(3).map(0..10, |n| 2_u32.pow(n)).collect();
        assert_eq!(results, Ok((0..10).map(|n| 2_u32.pow(n)).collect()));
        let none: Vec<_> = pool(3).map(Vec::<u32>::new(), |n| n).collect();
        assert!(none.is_empty());
    });
}

#[test]
fn test_map_exception() {
    check(|| {
        let pool = pool(1);
        let mut results = pool.map([1, 0, 2], |n| 6 / n);
        assert_eq!(results.next(), Some(Ok(6)));
        assert!(
            matches!(results.next(), Some(Err(Error::Panicked(message))) if message.contains("divide"))
        );
        // Unlike in Python, the failure of one takes nothing from the others.
        assert_eq!((results.next(), results.next()), (Some(Ok(3)), None));
    });
}

#[test]
fn test_map_timeout() {
    check(|| {
        let pool = pool(2);
        let (gate, opened): (Sender<()>, Receiver<()>) = mpsc::channel();
        let opened = Mutex::new(opened);
        let work = move |n: i32| {
            if n == 2 {
                let _ = opened.lock().unwrap().recv();
            }
            n
        };
        let results: Vec<_> = pool
            .map([0, 1, 2, 3], work)
            .timeout(A_MOMENT * 10)
            .collect();
        // However slow the machine is: results in order, then the time is up, and nothing comes after that.
        let (last, before) = results.split_last().unwrap();
        assert_eq!(*last, Err(Error::Timeout));
        assert!([Ok(0), Ok(1)].starts_with(before), "{before:?}");
        drop(gate);
    });
}

#[test]
fn test_map_chunksize() {
    for size in [1, 3, 5, 40, 100] {
        check(move || {
            let results: Vec<_> = pool(2).map(0..40, |n| n * 3).chunks(size).collect();
            assert_eq!(results, (0..40).map(|n| Ok(n * 3)).collect::<Vec<_>>());
        });
    }
    let none = std::panic::catch_unwind(|| drop(pool(1).map(0..40, |n| n).chunks(0)));
    none.expect_err("a chunk of nothing makes no sense");
}

#[test]
fn test_map_chunksize_with_a_failure() {
    check(|| {
        let results: Vec<_> = pool(2).map([1, 0, 2, 3], |n| 6 / n).chunks(4).collect();
        assert!(matches!(
            results[..],
            [Ok(6), Err(Error::Panicked(_)), Ok(3), Ok(2)]
        ));
    });
}

#[test]
fn test_map_buffersize() {
    check(|| {
        let taken = Cell::new(0);
        let endless = (0_u64..).inspect(|_| taken.set(taken.get() + 1));
        let pool = pool(2);
        let mut results = pool.map(endless, |n| n * n).bounded(4);
        // Nothing is taken before a result is asked for.
        assert_eq!(taken.get(), 0);
        for n in 0..100 {
            assert_eq!(results.next(), Some(Ok(n * n)));
            assert!(taken.get() <= n + 4, "{} after {n}", taken.get());
        }
    });
}

#[test]
fn test_map_buffersize_validation() {
    let none = std::panic::catch_unwind(|| drop(pool(1).map(0..40, |n| n).bounded(0)));
    none.expect_err("nothing would ever be done");
}

#[test]
fn test_map_submits_all_at_once() {
    // All items are in the hands of three threads before the second result is asked for: each waits for the others.
    check(|| {
        let pool = pool(3);
        let barrier = Barrier::new(3);
        let mut results = pool.map(0..3, move |n| {
            barrier.wait();
            n
        });
        assert_eq!(results.next(), Some(Ok(0)));
    });
}

#[test]
fn test_map_dropped_cancels_the_rest() {
    check(|| {
        let pool = pool(1);
        let done = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&done);
        let (gate, opened): (Sender<()>, Receiver<()>) = mpsc::channel();
        let opened = Mutex::new(opened);
        let mut results = pool.map(0..100, move |n| {
            if n > 0 {
                let _ = opened.lock().unwrap().recv();
            }
            counter.fetch_add(1, Ordering::SeqCst);
        });
        assert_eq!(results.next(), Some(Ok(())));
        drop(results);
        drop(gate);
        pool.shutdown(Shutdown::Wait);
        assert!(done.load(Ordering::SeqCst) <= 2);
    });
}

#[test]
fn test_shutdown_race_issue12456() {
    check(|| {
        let pool = pool(2);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| drop(pool.submit(|| ())));
                scope.spawn(|| pool.shutdown(Shutdown::Wait));
            }
        });
        assert_eq!(pool.workers(), 0);
    });
}

#[test]
fn test_no_stale_references() {
    // What a job held is gone as soon as its result is there, and not when the thread finds another job.
    check(|| {
        let pool = pool(1);
        let thing = Arc::new(());
        let weak = Arc::downgrade(&thing);
        submit(&pool, move || drop(thing)).result().unwrap();
        assert!(weak.upgrade().is_none());
        let thing = Arc::new(());
        let weak = Arc::downgrade(&thing);
        drop(submit(&pool, move || Arc::clone(&thing)).result());
        // The closure itself may outlive its result by a step of the thread; the next job comes after that.
        submit(&pool, || ()).result().unwrap();
        assert!(weak.upgrade().is_none());
    });
}

#[test]
fn test_swallows_falsey_exceptions() {
    // A panic may carry anything, also what is no text and holds nothing.
    check(|| {
        let job = submit(&pool(1), || std::panic::resume_unwind(Box::new(())));
        assert_eq!(
            job.result(),
            Err::<(), _>(Error::Panicked("(no text)".to_owned()))
        );
    });
}

#[test]
fn test_max_workers_negative() {
    let error = ThreadPool::builder()
        .workers(0)
        .build()
        .map(drop)
        .expect_err("who should do the jobs");
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}

#[test]
fn test_free_reference() {
    check(|| {
        let pool = pool(2);
        let weaks: Mutex<Vec<Weak<usize>>> = Mutex::new(Vec::new());
        for result in pool.map(0..10, Arc::new) {
            let result = result.expect("it is made");
            weaks.lock().unwrap().push(Arc::downgrade(&result));
            drop(result);
            assert!(
                weaks
                    .lock()
                    .unwrap()
                    .iter()
                    .all(|weak| weak.upgrade().is_none())
            );
        }
    });
}
