//! What Python's own tests (`Lib/test/test_concurrent_futures`) require of a thread pool, one test for each, under the
//! same names. Nothing is decided by the clock: jobs wait for one another, and what could hang is under a deadline.

use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Barrier, Mutex, Weak};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use common::deadline::within;
use lesson_04_pools::executor::{
    Error, JobHandle, ReturnWhen, Shutdown, ThreadPool, as_completed, as_completed_timeout, wait,
};

/// Far more than any of them needs.
const LIMIT: Duration = Duration::from_mins(1);
/// For what must not happen: long enough to be seen, short enough to be waited for.
const A_MOMENT: Duration = Duration::from_millis(20);

fn check(test: impl FnOnce() + Send + 'static) {
    within(LIMIT, test).expect("it ends");
}

fn pool(workers: usize) -> ThreadPool {
    ThreadPool::builder()
        .workers(workers)
        .name_prefix("crew")
        .build()
        .expect("more than none")
}

fn submit<T: Send + 'static>(
    pool: &ThreadPool,
    job: impl FnOnce() -> T + Send + 'static,
) -> JobHandle<T> {
    pool.submit(job).expect("the pool is open")
}

/// A job that runs until the gate is opened: by sending to it, or by dropping the sender.
fn blocked(pool: &ThreadPool) -> (JobHandle<()>, Sender<()>) {
    let (gate, opened): (_, Receiver<()>) = mpsc::channel();
    let (started, running) = mpsc::channel();
    let job = submit(pool, move || {
        started.send(()).expect("it is waited for");
        let _ = opened.recv();
    });
    running.recv().expect("it starts");
    (job, gate)
}

fn fails(pool: &ThreadPool) -> JobHandle<()> {
    submit(pool, || panic!("on purpose"))
}

fn panicked() -> Error {
    Error::Panicked("on purpose".to_owned())
}

// ---- executor.py

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

// ---- test_shutdown.py

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

// ---- test_thread_pool.py

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

// ---- test_init.py

#[test]
fn test_initializer() {
    thread_local!(static READY: Cell<bool> = const { Cell::new(false) });
    check(|| {
        let pool = ThreadPool::builder()
            .workers(3)
            .initializer(|| READY.set(true))
            .build()
            .unwrap();
        let results: Result<Vec<bool>, _> = pool.map(0..30, |_| READY.get()).collect();
        assert!(results.unwrap().into_iter().all(|ready| ready));
    });
}

#[test]
fn test_initializer_failing() {
    check(|| {
        let pool = ThreadPool::builder()
            .workers(2)
            .initializer(|| panic!("no licence"))
            .build()
            .unwrap();
        let error = submit(&pool, || ()).result().unwrap_err();
        let Error::Broken(why) = &error else {
            panic!("{error:?}")
        };
        assert!(why.contains("pool-") && why.contains("no licence"), "{why}");
        // From now on nothing can be submitted, and the reason is given; also after a shutdown.
        assert_eq!(pool.submit(|| ()).map(drop), Err(error.clone()));
        pool.shutdown(Shutdown::Wait);
        assert_eq!(pool.submit(|| ()).map(drop), Err(error));
    });
}

// ---- test_wait.py

#[test]
fn test_20369() {
    // CPython's: the same future twice in the list. A handle cannot be in two places; several jobs can be equal.
    check(|| {
        let pool = pool(2);
        let (done, open) = wait(
            [submit(&pool, || 1), submit(&pool, || 1)],
            ReturnWhen::AllCompleted,
            None,
        );
        assert_eq!((done.len(), open.len()), (2, 0));
    });
}

#[test]
fn test_first_completed() {
    check(|| {
        let pool = pool(2);
        let (slow, gate) = blocked(&pool);
        let (done, open) = wait(
            [slow, submit(&pool, || ())],
            ReturnWhen::FirstCompleted,
            None,
        );
        assert_eq!((done.len(), open.len()), (1, 1));
        drop(gate);
    });
}

#[test]
fn test_first_completed_some_already_completed() {
    check(|| {
        let pool = pool(2);
        let cancelled = {
            let (_running, gates): (Vec<_>, Vec<_>) = (0..2).map(|_| blocked(&pool)).unzip();
            let job = submit(&pool, || ());
            assert!(job.cancel());
            drop(gates);
            job
        };
        let (slow, gate) = blocked(&pool);
        let (done, open) = wait([slow, cancelled], ReturnWhen::FirstCompleted, None);
        assert!(done[0].is_cancelled());
        assert_eq!((done.len(), open.len()), (1, 1));
        drop(gate);
    });
}

#[test]
fn test_first_exception() {
    check(|| {
        let pool = pool(3);
        let (slow, gate) = blocked(&pool);
        let good = submit(&pool, || ());
        let (done, open) = wait([slow, good, fails(&pool)], ReturnWhen::FirstFailed, None);
        assert!(done.into_iter().any(|job| job.result() == Err(panicked())));
        assert!(!open.is_empty());
        drop(gate);
    });
}

#[test]
fn test_first_exception_some_already_complete() {
    check(|| {
        let pool = pool(2);
        let (slow, gate) = blocked(&pool);
        let failed = fails(&pool);
        let good = submit(&pool, || ());
        let (mut done, open) = wait([failed, good], ReturnWhen::AllCompleted, None);
        assert!(open.is_empty());
        let (failed, good) = (done.remove(0), done.remove(0));
        let (done, open) = wait([good, failed, slow], ReturnWhen::FirstFailed, None);
        assert_eq!((done.len(), open.len()), (2, 1));
        drop(gate);
    });
}

#[test]
fn test_first_exception_one_already_failed() {
    check(|| {
        let pool = pool(2);
        let (slow, gate) = blocked(&pool);
        let failed = fails(&pool);
        while !failed.is_done() {
            thread::sleep(Duration::from_millis(1));
        }
        let (done, open) = wait([slow, failed], ReturnWhen::FirstFailed, None);
        assert_eq!((done.len(), open.len()), (1, 1));
        drop(gate);
    });
}

#[test]
fn test_first_exception_does_not_stop_at_a_cancelled_one() {
    check(|| {
        let pool = pool(1);
        let (slow, gate) = blocked(&pool);
        let cancelled = submit(&pool, || ());
        assert!(cancelled.cancel());
        let (done, open) = wait([slow, cancelled], ReturnWhen::FirstFailed, Some(A_MOMENT));
        assert_eq!((done.len(), open.len()), (1, 1));
        drop(gate);
    });
}

#[test]
fn test_all_completed() {
    check(|| {
        let pool = pool(2);
        let jobs = [submit(&pool, || ()), fails(&pool), submit(&pool, || ())];
        let (done, open) = wait(jobs, ReturnWhen::AllCompleted, None);
        assert!(open.is_empty());
        let results: Vec<_> = done.into_iter().map(JobHandle::result).collect();
        // In the order in which they came.
        assert_eq!(results, [Ok(()), Err(panicked()), Ok(())]);
        let (done, open) = wait(Vec::<JobHandle<()>>::new(), ReturnWhen::AllCompleted, None);
        assert!(done.is_empty() && open.is_empty());
    });
}

#[test]
fn test_timeout() {
    check(|| {
        let pool = pool(2);
        let (slow, gate) = blocked(&pool);
        let quick = submit(&pool, || ());
        while !quick.is_done() {
            thread::sleep(Duration::from_millis(1));
        }
        let (done, open) = wait([slow, quick], ReturnWhen::AllCompleted, Some(A_MOMENT));
        assert_eq!((done.len(), open.len()), (1, 1));
        drop(gate);
        let (done, open) = wait(open, ReturnWhen::AllCompleted, Some(Duration::MAX));
        assert_eq!((done.len(), open.len()), (1, 0));
    });
}

#[test]
fn test_pending_calls_race() {
    // Issue 14406: jobs end while somebody begins to wait for all of them.
    check(|| {
        let pool = pool(4);
        for _ in 0..50 {
            let jobs: Vec<_> = (0..20).map(|_| submit(&pool, || ())).collect();
            let (done, open) = wait(jobs, ReturnWhen::AllCompleted, None);
            assert_eq!((done.len(), open.len()), (20, 0));
        }
    });
}

// ---- test_as_completed.py

#[test]
fn test_no_timeout() {
    check(|| {
        let pool = pool(2);
        let (slow, gate) = blocked(&pool);
        let mut jobs = as_completed([slow, submit(&pool, || ())]);
        // The second is first, and is done when it is given out.
        assert!(jobs.next().is_some_and(|job| job.is_done()));
        drop(gate);
        assert!(jobs.next().is_some_and(|job| job.is_done()));
        assert!(jobs.next().is_none());
    });
}

#[test]
fn test_future_times_out() {
    for patience in [Duration::ZERO, A_MOMENT] {
        check(move || {
            let pool = pool(2);
            let quick = submit(&pool, || ());
            while !quick.is_done() {
                thread::sleep(Duration::from_millis(1));
            }
            let (slow, gate) = blocked(&pool);
            let mut jobs = as_completed_timeout([slow, quick], patience);
            assert!(
                jobs.next()
                    .is_some_and(|job| job.is_ok_and(|job| job.is_done()))
            );
            assert_eq!(
                jobs.next().map(|job| job.map(drop)),
                Some(Err(Error::Timeout))
            );
            assert!(jobs.next().is_none());
            drop(gate);
        });
    }
}

#[test]
fn test_duplicate_futures() {
    // A handle cannot be in a list twice; jobs that end in the same moment are each given out once.
    check(|| {
        let pool = pool(4);
        let jobs = as_completed((0..100).map(|n| submit(&pool, move || n)));
        let mut results: Vec<_> = jobs.map(|job| job.result().unwrap()).collect();
        results.sort_unstable();
        assert_eq!(results, (0..100).collect::<Vec<_>>());
    });
}

#[test]
fn test_free_reference_yielded_future() {
    check(|| {
        let pool = pool(2);
        let things: Vec<_> = (0..10).map(Arc::new).collect();
        let weaks: Vec<_> = things.iter().map(Arc::downgrade).collect();
        let jobs: Vec<_> = things
            .into_iter()
            .map(|thing| submit(&pool, move || thing))
            .collect();
        for job in as_completed(jobs) {
            let thing = job.result().unwrap();
            let place = *thing;
            drop(thing);
            assert!(
                weaks[place].upgrade().is_none(),
                "the iterator or the pool still holds it"
            );
        }
    });
}

#[test]
fn test_correct_timeout_exception_msg() {
    check(|| {
        let pool = pool(1);
        let (slow, gate) = blocked(&pool);
        let error = as_completed_timeout([slow], Duration::ZERO)
            .next()
            .unwrap()
            .map(drop)
            .unwrap_err();
        assert_eq!(error.to_string(), "the job was not done in time");
        drop(gate);
    });
}

#[test]
fn test_zero_timeout() {
    check(|| {
        let pool = pool(1);
        let (slow, gate) = blocked(&pool);
        let results: Vec<_> = as_completed_timeout([slow], Duration::ZERO)
            .map(|job| job.map(drop))
            .collect();
        assert_eq!(results, [Err(Error::Timeout)]);
        drop(gate);
        assert_eq!(
            as_completed_timeout(Vec::<JobHandle<()>>::new(), Duration::ZERO).count(),
            0
        );
    });
}

// ---- test_future.py

/// What a callback was told, for a job that `end` brings to its end.
fn told(
    end: impl FnOnce(&mut JobHandle<u32>, Sender<u32>),
    work: fn(u32) -> u32,
) -> Vec<Result<u32, Error>> {
    let pool = pool(1);
    let (started, running) = mpsc::channel();
    let (gate, opened) = mpsc::channel();
    let (_first, first_gate) = blocked(&pool);
    let mut job = submit(&pool, move || {
        let _ = started.send(());
        work(opened.recv().unwrap_or_default())
    });
    let (teller, told) = mpsc::channel();
    job.on_done(move |outcome| teller.send(outcome.clone()).expect("it is read below"));
    end(&mut job, gate);
    drop(first_gate);
    drop((running, pool));
    told.iter().collect()
}

#[test]
fn test_done_callback_with_result() {
    check(|| assert_eq!(told(|_, gate| gate.send(5).unwrap(), |n| n), [Ok(5)]));
}

#[test]
fn test_done_callback_with_exception() {
    check(|| {
        assert_eq!(
            told(|_, gate| gate.send(5).unwrap(), |_| panic!("on purpose")),
            [Err(panicked())]
        );
    });
}

#[test]
fn test_done_callback_with_cancel() {
    check(|| {
        assert_eq!(
            told(|job, _| assert!(job.cancel()), |n| n),
            [Err(Error::Cancelled)]
        );
    });
}

#[test]
fn test_done_callback_raises() {
    check(|| {
        let pool = pool(1);
        let (mut job, gate) = blocked(&pool);
        let (teller, told) = mpsc::channel();
        for number in 0..3 {
            let teller = teller.clone();
            job.on_done(move |_| {
                teller.send(number).unwrap();
                assert!(number != 1, "on purpose");
            });
        }
        drop((gate, teller));
        assert_eq!(job.result(), Ok(()));
        // In the order in which they were added, and all of them before the result.
        assert_eq!(told.try_iter().collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(submit(&pool, || 1).result(), Ok(1));
    });
}

#[test]
fn test_done_callback_already_successful() {
    check(|| {
        let pool = pool(1);
        let mut job = submit(&pool, || 5);
        while !job.is_done() {
            thread::sleep(Duration::from_millis(1));
        }
        let (teller, told) = mpsc::channel();
        let here = thread::current().id();
        job.on_done(move |outcome| {
            teller
                .send((outcome.clone(), thread::current().id()))
                .unwrap();
        });
        // It was called by this thread, and the result is still there.
        assert_eq!(told.try_recv(), Ok((Ok(5), here)));
        assert_eq!(job.result(), Ok(5));
    });
}

#[test]
fn test_done_callback_already_failed() {
    check(|| {
        let pool = pool(1);
        let mut job = fails(&pool);
        while !job.is_done() {
            thread::sleep(Duration::from_millis(1));
        }
        let (teller, told) = mpsc::channel();
        job.on_done(move |outcome| teller.send(outcome.clone()).unwrap());
        assert_eq!(
            (told.try_recv(), job.result()),
            (Ok(Err(panicked())), Err(panicked()))
        );
    });
}

#[test]
fn test_done_callback_already_cancelled() {
    check(|| {
        let pool = pool(1);
        let (_first, gate) = blocked(&pool);
        let mut job = submit(&pool, || ());
        assert!(job.cancel());
        let (teller, told) = mpsc::channel();
        job.on_done(move |outcome| teller.send(outcome.clone()).unwrap());
        assert_eq!(told.try_recv(), Ok(Err(Error::Cancelled)));
        drop(gate);
    });
}

#[test]
fn test_done_callback_raises_already_succeeded() {
    check(|| {
        let pool = pool(1);
        let mut job = submit(&pool, || 5);
        while !job.is_done() {
            thread::sleep(Duration::from_millis(1));
        }
        job.on_done(|_| panic!("on purpose"));
        assert_eq!(job.result(), Ok(5));
    });
}

#[test]
fn test_repr() {
    check(|| {
        let pool = pool(1);
        let (running, gate) = blocked(&pool);
        let (pending, cancelled) = (submit(&pool, || ()), submit(&pool, || ()));
        assert!(cancelled.cancel());
        let shown = [&running, &pending, &cancelled].map(|job| format!("{job:?}"));
        assert_eq!(
            shown,
            [
                "JobHandle(running)",
                "JobHandle(pending)",
                "JobHandle(cancelled)"
            ]
        );
        drop(gate);
        let failed = fails(&pool);
        drop(pool);
        let shown = [&running, &pending, &failed].map(|job| format!("{job:?}"));
        assert_eq!(
            shown,
            ["JobHandle(done)", "JobHandle(done)", "JobHandle(failed)"]
        );
    });
}

#[test]
fn test_cancel() {
    check(|| {
        let pool = pool(1);
        let (running, gate) = blocked(&pool);
        let pending = submit(&pool, || ());
        assert!(!running.cancel(), "a thread has it");
        assert!(
            pending.cancel() && pending.cancel(),
            "and once more does no harm"
        );
        drop(gate);
        drop(pool);
        assert!(!running.cancel() && running.is_done() && !running.is_cancelled());
        assert_eq!(pending.result(), Err(Error::Cancelled));
    });
}

/// Whether it is cancelled, running, done.
fn flags<T>(job: &JobHandle<T>) -> (bool, bool, bool) {
    (job.is_cancelled(), job.is_running(), job.is_done())
}

#[test]
fn test_cancelled_running_done() {
    check(|| {
        let pool = pool(1);
        let (running, gate) = blocked(&pool);
        let (pending, cancelled) = (submit(&pool, || ()), submit(&pool, || ()));
        assert!(cancelled.cancel());
        assert_eq!(flags(&running), (false, true, false));
        assert_eq!(flags(&pending), (false, false, false));
        assert_eq!(flags(&cancelled), (true, false, true));
        drop(gate);
        let failed = fails(&pool);
        drop(pool);
        for job in [running, pending, failed] {
            assert_eq!(flags(&job), (false, false, true));
        }
    });
}

#[test]
fn test_result_with_timeout() {
    check(|| {
        let pool = pool(1);
        let (mut running, gate) = blocked(&pool);
        assert_eq!(running.result_timeout(Duration::ZERO), Err(Error::Timeout));
        assert_eq!(running.result_timeout(A_MOMENT), Err(Error::Timeout));
        // It goes on, and can be asked again.
        assert!(running.is_running());
        drop(gate);
        assert_eq!(running.result_timeout(Duration::MAX), Ok(()));
        assert_eq!(fails(&pool).result_timeout(LIMIT), Err(panicked()));
    });
}

#[test]
fn test_result_with_success() {
    check(|| {
        let pool = pool(1);
        let (mut job, gate) = blocked(&pool);
        thread::scope(|scope| {
            let waiting = scope.spawn(|| job.result_timeout(LIMIT));
            thread::sleep(A_MOMENT);
            drop(gate);
            assert_eq!(waiting.join().unwrap(), Ok(()));
        });
    });
}

#[test]
fn test_result_with_cancel() {
    check(|| {
        let pool = pool(1);
        let (_running, gate) = blocked(&pool);
        let pending = Arc::new(submit(&pool, || ()));
        let (teller, told) = mpsc::channel();
        let other = Arc::clone(&pending);
        let canceller = thread::spawn(move || teller.send(other.cancel()).unwrap());
        assert_eq!(told.recv(), Ok(true));
        canceller.join().unwrap();
        let pending = Arc::into_inner(pending).expect("the other thread has gone");
        assert_eq!(pending.result(), Err(Error::Cancelled));
        drop(gate);
    });
}

#[test]
fn test_exception_with_success() {
    // The message goes with the error, also one that is put together when it happens.
    check(|| {
        let job = submit(&pool(1), || -> u32 { panic!("number {}", 7) });
        assert_eq!(job.result(), Err(Error::Panicked("number 7".to_owned())));
    });
}

#[test]
fn test_multiple_set_result() {
    // There is one outcome, and it is given out once.
    check(|| {
        let mut job = submit(&pool(1), || 5);
        assert_eq!(job.result_timeout(LIMIT), Ok(5));
        let again =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job.result_timeout(LIMIT)));
        again.expect_err("it has been taken");
    });
}

// ---- What has no counterpart in CPython: await, and scopes.

struct Unpark(thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

#[test]
fn test_await() {
    check(|| {
        let pool = pool(2);
        let (slow, gate) = blocked(&pool);
        let quick = submit(&pool, move || drop(gate));
        let both = async {
            slow.await?;
            quick.await
        };
        assert_eq!(block_on(both), Ok(()));
        assert_eq!(block_on(async { fails(&pool).await }), Err(panicked()));
    });
}

#[test]
fn test_await_frees_an_earlier_waker_without_a_lock() {
    // The last that holds the pool is a waker that is not wanted any more. Letting go of it waits for the job.
    struct Holds(#[expect(dead_code, reason = "it is only held")] ThreadPool);
    impl Wake for Holds {
        fn wake(self: Arc<Self>) {}
    }
    check(|| {
        let pool = pool(1);
        let (mut job, gate) = blocked(&pool);
        let holds = Waker::from(Arc::new(Holds(pool)));
        assert!(
            pin!(&mut job)
                .poll(&mut Context::from_waker(&holds))
                .is_pending()
        );
        drop(holds);
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(A_MOMENT);
                drop(gate);
            });
            let _ = pin!(&mut job).poll(&mut Context::from_waker(Waker::noop()));
        });
        assert_eq!(job.result(), Ok(()));
    });
}

#[test]
fn a_waker_that_panics_keeps_no_other_job_from_being_told() {
    struct Panics;
    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("on purpose");
        }
    }
    check(|| {
        let pool = pool(1);
        let (running, gate) = blocked(&pool);
        let (mut first, second) = (submit(&pool, || ()), submit(&pool, || ()));
        let panics = Waker::from(Arc::new(Panics));
        assert!(
            pin!(&mut first)
                .poll(&mut Context::from_waker(&panics))
                .is_pending()
        );
        thread::scope(|scope| {
            scope.spawn(|| pool.shutdown(Shutdown::CancelPending));
            assert_eq!(second.result(), Err(Error::Cancelled));
            drop(gate);
        });
        assert_eq!(
            (running.result(), first.result()),
            (Ok(()), Err(Error::Cancelled))
        );
    });
}

#[test]
fn test_scope() {
    check(|| {
        let pool = pool(3);
        let words = vec!["one".to_owned(), "three".to_owned(), "seventeen".to_owned()];
        let mut longest = String::new();
        let total: usize = pool.scope(|scope| {
            let lengths: Vec<_> = words
                .iter()
                .map(|word| scope.submit(|| word.len()).unwrap())
                .collect();
            // Not waited for here, and done nevertheless when the scope is over.
            let words = &words;
            let longest = &mut longest;
            drop(scope.submit(move || {
                words
                    .iter()
                    .max_by_key(|word| word.len())
                    .unwrap()
                    .clone_into(longest);
            }));
            lengths.into_iter().map(|job| job.result().unwrap()).sum()
        });
        assert_eq!((total, longest.as_str()), (17, "seventeen"));
    });
}

#[test]
fn test_scope_that_panics_waits_first() {
    check(|| {
        let pool = pool(1);
        let mut done = false;
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            pool.scope(|scope| {
                drop(scope.submit(|| {
                    thread::sleep(A_MOMENT);
                    done = true;
                }));
                panic!("on purpose");
            })
        }));
        assert!(caught.is_err() && done);
    });
}

#[test]
fn test_scope_in_a_pool_that_is_shut_down() {
    check(|| {
        let pool = pool(1);
        let number = 5;
        pool.scope(|scope| {
            let job = scope.submit(|| number + 1).unwrap();
            pool.shutdown(Shutdown::CancelPending);
            assert!(matches!(job.result(), Ok(6) | Err(Error::Cancelled)));
            assert_eq!(scope.submit(|| number).map(drop), Err(Error::ShutDown));
        });
    });
}
