//! What Python's own `test_future.py` says.

use std::sync::mpsc::Sender;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use lesson_04_pools::executor::{Error, JobHandle};

use crate::{A_MOMENT, LIMIT, blocked, check, fails, panicked, pool, submit};

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
