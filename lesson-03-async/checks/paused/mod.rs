//! What the checks of this lesson share: one thread with a clock that jumps to whatever is due next, so that a minute
//! of waiting takes no time; and a service outside that writes down what becomes of each call.
#![allow(dead_code, reason = "no check uses all of it")]

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use common::exercises::{Kind, fail, left, not_ended};
use tokio::runtime::Builder;
use tokio::time::{Instant, sleep, timeout};

/// Longer than anything that is waited for, in seconds of the paused clock.
const FOR_EVER: u64 = 100_000;

/// Runs `work` on one thread with a paused clock. If it hangs, the answer is stuck; `what` says what did not end.
pub fn on_one_thread<T: Send + 'static>(
    what: &'static str,
    work: impl AsyncFnOnce() -> T + Send + 'static,
) -> T {
    // The clock jumps only while every task waits. One that never does, or blocks the thread, needs a real limit.
    left::within(Duration::from_secs(3), what, move || {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build();
        let runtime = runtime.expect("the system has room for one more");
        let done = runtime.block_on(async { timeout(Duration::from_secs(FOR_EVER), work()).await });
        runtime.shutdown_background();
        done.unwrap_or_else(|_| {
            fail(
                Kind::Stuck,
                not_ended(what, &format!("{FOR_EVER} simulated seconds")),
            )
        })
    })
}

/// Lets every task that has something to do come to rest; takes a tenth of a second of the paused clock.
pub async fn a_moment() {
    sleep(Duration::from_millis(100)).await;
}

/// Something outside that takes its time, and sees who hangs up.
#[derive(Clone)]
pub struct Service {
    opened: Instant,
    calls: Arc<Mutex<Vec<Call>>>,
}

/// What the service knows of a call that has begun. Times in whole seconds since the service was opened.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    name: &'static str,
    began: u64,
    ended: Option<u64>,
    answered: bool,
}

impl Service {
    /// Opens it now.
    pub fn open() -> Service {
        Service {
            opened: Instant::now(),
            calls: Arc::default(),
        }
    }

    /// The second that it is now. Rounded: a timer may be a millisecond late.
    pub fn second(&self) -> u64 {
        (self.opened.elapsed() + Duration::from_millis(500)).as_secs()
    }

    /// A call that is answered after so many seconds. It begins when it is first polled, and is over when it is dropped.
    pub fn call<T: Send + 'static>(
        &self,
        name: &'static str,
        seconds: u64,
        answer: T,
    ) -> impl Future<Output = T> + Send + 'static + use<T> {
        let service = self.clone();
        async move {
            let mut line = service.line(name);
            sleep(Duration::from_secs(seconds)).await;
            line.answered = true;
            answer
        }
    }

    fn line(&self, name: &'static str) -> Line {
        let began = self.second();
        let mut calls = self.calls();
        calls.push(Call {
            name,
            began,
            ended: None,
            answered: false,
        });
        Line {
            service: self.clone(),
            index: calls.len() - 1,
            answered: false,
        }
    }

    fn calls(&self) -> MutexGuard<'_, Vec<Call>> {
        self.calls.lock().expect("nobody panics with the lock")
    }

    /// The calls that have begun.
    pub fn begun(&self) -> usize {
        self.calls().len()
    }

    /// The calls that were answered.
    pub fn answered(&self) -> usize {
        self.calls().iter().filter(|call| call.answered).count()
    }

    /// The calls that nobody has hung up and that are not answered.
    pub fn under_way(&self) -> Vec<&'static str> {
        self.calls()
            .iter()
            .filter(|call| call.ended.is_none())
            .map(|call| call.name)
            .collect()
    }

    /// How many were under way in the course of this second, behind its start.
    pub fn under_way_after(&self, second: u64) -> usize {
        let calls = self.calls();
        let then =
            |call: &&Call| call.began <= second && call.ended.is_none_or(|ended| ended > second);
        calls.iter().filter(then).count()
    }

    /// How many calls were not over yet in the course of this second, those that began later included.
    pub fn left_after(&self, second: u64) -> usize {
        self.calls()
            .iter()
            .filter(|call| call.ended.is_none_or(|ended| ended > second))
            .count()
    }

    /// The most that were ever under way at the same time.
    pub fn most_at_once(&self) -> usize {
        let begins: Vec<u64> = self.calls().iter().map(|call| call.began).collect();
        begins
            .into_iter()
            .map(|second| self.under_way_after(second))
            .max()
            .unwrap_or_default()
    }

    /// Ends the check unless this many calls were under way at the same time once.
    pub fn expect_overlap(&self, of: usize) {
        match self.most_at_once() {
            most if most >= of => {}
            _ if self.begun() < of => fail(
                Kind::NeverOverlapped,
                format!("only {} of {of} calls ever began", self.begun()),
            ),
            ..=1 => fail(
                Kind::NeverOverlapped,
                "each call began when the one before it had been answered",
            ),
            most => fail(
                Kind::NeverOverlapped,
                format!("at most {most} of {of} calls were under way at once"),
            ),
        }
    }

    /// Ends the check if a call is still under way: `when` says since when none should be.
    pub async fn expect_quiet(&self, when: &str) {
        a_moment().await;
        if let Some(name) = self.under_way().first() {
            fail(
                Kind::NotCancelled,
                format!("{when}, the call '{name}' is still under way"),
            );
        }
    }
}

/// An open line to the service.
struct Line {
    service: Service,
    index: usize,
    answered: bool,
}

impl Drop for Line {
    fn drop(&mut self) {
        let now = self.service.second();
        let call = &mut self.service.calls()[self.index];
        (call.ended, call.answered) = (Some(now), self.answered);
    }
}
