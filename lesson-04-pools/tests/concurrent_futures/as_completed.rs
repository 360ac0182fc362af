//! What Python's own `test_as_completed.py` says.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use lesson_04_pools::executor::{Error, JobHandle, as_completed, as_completed_timeout};

use crate::{A_MOMENT, blocked, check, pool, submit};

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
