//! The hand-written executor and timer, in every order of things that shuttle can think of in many tries. Natively a
//! lost wake-up shows once in a blue moon; here each lock and each wait is a place where another thread may go first.

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

/// Stands in for the lesson's `sync`.
mod sync {
    pub use shuttle::sync::*;
    pub use shuttle::thread;
}

#[path = "../src/executor.rs"]
#[allow(
    dead_code,
    clippy::pedantic,
    reason = "it is the lesson's file, for its checks"
)]
mod executor;
#[path = "../src/join_handle.rs"]
#[allow(clippy::pedantic, reason = "it is the lesson's file, for its checks")]
mod join_handle;
#[path = "../src/ready.rs"]
#[allow(clippy::pedantic, reason = "it is the lesson's file, for its checks")]
mod ready;
#[path = "../src/timer.rs"]
#[allow(
    dead_code,
    clippy::pedantic,
    reason = "it is the lesson's file, for its checks"
)]
mod timer;

use executor::Executor;
use timer::Timer;

fn wait() -> Timer {
    Timer::new(Duration::from_millis(1))
}

#[test]
fn a_timer_always_wakes_its_task() {
    shuttle::check_random(|| Executor::default().run(wait()), 2000);
    shuttle::check_pct(|| Executor::default().run(wait()), 2000, 3);
}

#[test]
fn every_schedule_of_one_timer_ends() {
    shuttle::check_dfs(|| Executor::default().run(wait()), None);
}

#[test]
fn tasks_that_wait_and_wake_one_another_all_end() {
    let two = || {
        let executor = Rc::new(Executor::default());
        let sum = executor.run({
            let executor = Rc::clone(&executor);
            async move {
                let inner = Rc::clone(&executor);
                let one = executor.spawn(async move {
                    wait().await;
                    // A task may spawn, and its place may be used again.
                    inner.spawn(async { 1 }).await
                });
                let two = executor.spawn(async {
                    wait().await;
                    wait().await;
                    2
                });
                one.await + two.await
            }
        });
        assert_eq!(sum, 3);
    };
    shuttle::check_random(two, 2000);
    shuttle::check_pct(two, 2000, 3);
}

#[test]
fn a_timer_wakes_the_waker_of_its_latest_poll() {
    let moved = || {
        let executor = Executor::default();
        let mut timer = Box::pin(wait());
        // Polled once by one task, then given to another one.
        let begun = executor.run(poll_fn(move |context| {
            let _ = timer.as_mut().poll(context);
            Poll::Ready(Cell::new(Some(std::mem::replace(
                &mut timer,
                Box::pin(wait()),
            ))))
        }));
        let timer = begun.take().expect("it was put in just now");
        executor.run(async { executor.spawn(timer).await });
    };
    shuttle::check_random(moved, 2000);
}

/// Shows what the check is worth: a timer that asks and then stores its waker, each under a lock of its own, is found
/// out.
#[test]
#[should_panic(expected = "deadlock")]
fn a_lost_wake_up_would_be_found() {
    use sync::{Arc, Mutex, thread};
    let broken = || {
        let over = Arc::new(Mutex::new(false));
        let waker = Arc::new(Mutex::new(None::<std::task::Waker>));
        let their_over = Arc::clone(&over);
        let their_waker = Arc::clone(&waker);
        thread::spawn(move || {
            *their_over.lock().unwrap() = true;
            if let Some(waker) = their_waker.lock().unwrap().take() {
                waker.wake();
            }
        });
        Executor::default().run(poll_fn(move |context| {
            if *over.lock().unwrap() {
                return Poll::Ready(());
            }
            // Here the time may pass, and find no waker.
            *waker.lock().unwrap() = Some(context.waker().clone());
            Poll::Pending
        }));
    };
    shuttle::check_random(broken, 2000);
}
