//! What has no counterpart in Python: await, and scopes.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use lesson_04_pools::executor::{Error, Shutdown, ThreadPool};

use crate::{A_MOMENT, blocked, check, fails, panicked, pool, submit};

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
