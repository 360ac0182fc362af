//! What Python's own `test_wait.py` says.

use std::thread;
use std::time::Duration;

use lesson_04_pools::executor::{JobHandle, ReturnWhen, wait};

use crate::{A_MOMENT, blocked, check, fails, panicked, pool, submit};

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
