//! What Python's own `test_shutdown.py` says.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::thread;

use lesson_04_pools::executor::{Error, JobHandle, Shutdown, ThreadPool};

use crate::{blocked, check, pool, submit};

#[test]
fn test_run_after_shutdown() {
    check(|| {
        for how in [Shutdown::Wait, Shutdown::CancelPending, Shutdown::Detach] {
            let pool = pool(1);
            pool.shutdown(how);
            assert_eq!(pool.submit(|| ()).map(drop), Err(Error::ShutDown));
            let results: Vec<_> = pool.map(0..2, |n| n).collect();
            assert_eq!(results, [Err(Error::ShutDown), Err(Error::ShutDown)]);
        }
    });
}

#[test]
fn test_shutdown_wait() {
    check(|| {
        let pool = pool(2);
        let done = Arc::new(AtomicUsize::new(0));
        for _ in 0..50 {
            let done = Arc::clone(&done);
            drop(submit(&pool, move || {
                thread::yield_now();
                done.fetch_add(1, Ordering::SeqCst)
            }));
        }
        pool.shutdown(Shutdown::Wait);
        assert_eq!((done.load(Ordering::SeqCst), pool.workers()), (50, 0));
    });
}

#[test]
fn test_shutdown_no_wait() {
    check(|| {
        let pool = pool(1);
        let (first, gate) = blocked(&pool);
        let second = submit(&pool, || 5);
        pool.shutdown(Shutdown::Detach);
        assert!(!first.is_done());
        drop(gate);
        assert_eq!(second.result(), Ok(5));
    });
}

#[test]
fn test_context_manager_shutdown() {
    check(|| {
        let results: Vec<_> = {
            let pool = pool(5);
            let results: Result<Vec<i32>, _> = pool.map(-5..5, i32::abs).collect();
            results.unwrap()
        };
        assert_eq!(results, [5, 4, 3, 2, 1, 0, 1, 2, 3, 4]);
    });
}

#[test]
fn test_del_shutdown() {
    // Dropping the pool waits for jobs that run and for those that have not begun.
    check(|| {
        let pool = pool(2);
        let jobs: Vec<_> = (0..20).map(|n| submit(&pool, move || n)).collect();
        drop(pool);
        assert!(jobs.iter().all(JobHandle::is_done));
    });
}

#[test]
fn test_threads_terminate() {
    check(|| {
        let pool = ThreadPool::builder()
            .workers(3)
            .name_prefix("terminated")
            .build()
            .unwrap();
        let barrier = Arc::new(Barrier::new(3));
        for _ in 0..3 {
            let barrier = Arc::clone(&barrier);
            drop(submit(&pool, move || barrier.wait()));
        }
        assert_eq!(pool.workers(), 3);
        pool.shutdown(Shutdown::Wait);
        assert_eq!(pool.workers(), 0);
        #[cfg(target_os = "linux")]
        for task in std::fs::read_dir("/proc/self/task").unwrap() {
            let name =
                std::fs::read_to_string(task.unwrap().path().join("comm")).unwrap_or_default();
            assert!(!name.starts_with("terminated"), "{name} is still there");
        }
    });
}

#[test]
fn test_hang_issue12364() {
    check(|| {
        let pool = pool(2);
        let jobs: Vec<_> = (0..50).map(|n| submit(&pool, move || n)).collect();
        pool.shutdown(Shutdown::Wait);
        for (n, job) in jobs.into_iter().enumerate() {
            assert_eq!(job.result(), Ok(n));
        }
    });
}

#[test]
fn test_hang_gh83386() {
    // `shutdown` without waiting, then a drop: that does not wait either, and the jobs are done nevertheless.
    check(|| {
        let pool = pool(1);
        let (first, gate) = blocked(&pool);
        let second = submit(&pool, || "apple");
        pool.shutdown(Shutdown::Detach);
        drop(pool);
        assert!(!first.is_done());
        drop(gate);
        assert_eq!(second.result(), Ok("apple"));
    });
}

#[test]
fn test_hang_gh94440() {
    // A shutdown that cancels, right after jobs were done and with none pending.
    check(|| {
        for _ in 0..50 {
            let pool = pool(1);
            submit(&pool, || ()).result().unwrap();
            pool.shutdown(Shutdown::CancelPending);
        }
    });
}

#[test]
fn test_cancel_futures() {
    check(|| {
        let pool = pool(2);
        let (running, gates): (Vec<_>, Vec<_>) = (0..2).map(|_| blocked(&pool)).unzip();
        let pending: Vec<_> = (0..50).map(|n| submit(&pool, move || n)).collect();
        thread::scope(|scope| {
            let shutdown = scope.spawn(|| pool.shutdown(Shutdown::CancelPending));
            // Those that wait hear of it while others still run.
            for job in pending {
                assert_eq!(job.result(), Err(Error::Cancelled));
            }
            assert!(!shutdown.is_finished());
            drop(gates);
        });
        assert!(running.into_iter().all(|job| job.result() == Ok(())));
    });
}

#[test]
fn test_cancel_futures_wait_false() {
    check(|| {
        let pool = pool(1);
        let (_first, gate) = blocked(&pool);
        let second = submit(&pool, || 5);
        pool.shutdown(Shutdown::Detach);
        thread::scope(|scope| {
            scope.spawn(|| pool.shutdown(Shutdown::CancelPending));
            assert_eq!(second.result(), Err(Error::Cancelled));
            drop(gate);
        });
    });
}

#[test]
fn test_shutdown_twice_and_from_several_threads() {
    check(|| {
        let pool = pool(2);
        let (job, gate) = blocked(&pool);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    pool.shutdown(Shutdown::Wait);
                    // Each of them has waited, not only the first.
                    assert!(job.is_done());
                });
            }
            drop(gate);
        });
    });
}

#[test]
fn test_drop_from_inside_a_job() {
    check(|| {
        for workers in [1, 3] {
            let pool = Arc::new(pool(workers));
            let (go, wait_for_it) = mpsc::channel::<()>();
            let inner = Arc::clone(&pool);
            let last = submit(&pool, move || {
                let _ = wait_for_it.recv();
                drop(inner);
            });
            let others: Vec<_> = (0..5).map(|n| submit(&pool, move || n)).collect();
            drop(pool);
            drop(go);
            assert_eq!(last.result(), Ok(()));
            for (n, job) in others.into_iter().enumerate() {
                assert_eq!(job.result(), Ok(n));
            }
        }
    });
}

#[test]
fn test_shutdown_from_inside_a_job() {
    check(|| {
        let pool = Arc::new(pool(2));
        let inner = Arc::clone(&pool);
        let job = submit(&pool, move || {
            inner.shutdown(Shutdown::Wait);
            inner.submit(|| ()).map(drop)
        });
        assert_eq!(job.result(), Ok(Err(Error::ShutDown)));
    });
}
