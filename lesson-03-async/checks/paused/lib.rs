//! What the checks of this lesson share: one thread with a clock that jumps to whatever is due
//! next, so that a minute of waiting takes no time; and a service outside that writes down what
//! becomes of each call.
//!
//! Compiled once for all checks and answers. Futures are boxed here, so that what runs them is compiled once too.

use std::pin::Pin;
use std::sync::mpsc;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use judge::chance::{any, shuffled};
use judge::{Kind, fail, left, not_ended};
use tokio::runtime::{Builder, Handle};
use tokio::time::{Instant, sleep, timeout};

/// Longer than anything that is waited for, in seconds of the paused clock.
const FOR_EVER: u64 = 100_000;

/// The milliseconds that a timer may be late: it is due in whole ones, rounded up.
const ROUNDED: u64 = 2;

/// The call that was watched last: see [`watched`].
static CASE: Mutex<String> = Mutex::new(String::new());

/// Runs `work` on one thread with a paused clock. If it hangs, the answer is stuck; `what` says
/// what did not end.
///
/// # Panics
/// With a fault when it did not end.
pub fn on_one_thread<T: Send + 'static>(
    what: &'static str,
    work: impl AsyncFnOnce() -> T + Send + 'static,
) -> T {
    let (sender, done) = mpsc::channel();
    run(
        what,
        Box::new(move || {
            Box::pin(async move {
                let _ = sender.send(work().await);
            })
        }),
    );
    done.recv().expect("it was run to its end")
}

type Work<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

fn run(what: &'static str, work: Box<dyn FnOnce() -> Work<'static> + Send>) {
    // The clock jumps only while every task waits. One that never does, or blocks the thread, needs
    // a real limit.
    let limit = Duration::from_secs(3);
    let done = left::ended_within(limit, move || {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build();
        let runtime = runtime.expect("the system has room for one more");
        let done = runtime.block_on(async { timeout(Duration::from_secs(FOR_EVER), work()).await });
        runtime.shutdown_background();
        done.is_ok()
    });
    match done {
        Ok(true) => {}
        Ok(false) => fail(
            Kind::Stuck,
            not_ended(what, &format!("{FOR_EVER} simulated seconds")),
        ),
        Err(late) => {
            let case = CASE.lock().expect("no panic with the lock").clone();
            let case = if case.is_empty() {
                what.to_owned()
            } else {
                case
            };
            let why = "its thread never came to rest, and the clock that is stopped meanwhile stood still";
            fail(Kind::Stuck, format!("{}; {why}", late.told(&case)))
        }
    }
}

/// Lets every task that has something to do come to rest; takes a tenth of a second of the paused
/// clock.
#[must_use]
pub fn a_moment() -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(sleep(Duration::from_millis(100)))
}

pub fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Returns different times in milliseconds, not round, at least 20 apart, in no order.
pub fn times(many: usize) -> Vec<u64> {
    let first = any(200..400);
    let apart = |at: u64| first + at * 40 + any(0..20);
    shuffled((0..many as u64).map(apart).collect())
}

/// Awaits an answer's future, which waits for about this many things. One that looks again and
/// again instead makes the thread wake up far more often.
///
/// # Panics
/// With a fault when it does not end, or does so.
pub async fn watched<T>(what: &str, things: usize, answer: impl Future<Output = T>) -> T {
    let mut value = None;
    watch(what, things, Box::pin(async { value = Some(answer.await) })).await;
    value.expect("it was awaited to its end")
}

fn watch<'a>(what: &'a str, things: usize, answer: Work<'a>) -> Work<'a> {
    Box::pin(async move {
        what.clone_into(&mut CASE.lock().expect("no panic with the lock"));
        let metrics = Handle::current().metrics();
        let before = metrics.worker_park_count(0);
        let limit = FOR_EVER / 2;
        if timeout(Duration::from_secs(limit), answer).await.is_err() {
            let limit = format!("{limit} simulated seconds");
            fail(Kind::Stuck, not_ended(what, &limit));
        }
        let woke = metrics.worker_park_count(0) - before;
        if woke > 4 * things as u64 + 60 {
            let how = format!("the thread woke up {woke} times to wait for {things} things");
            fail(
                Kind::KeepsAsking,
                format!("{what}: {how}: something asks again and again"),
            );
        }
    })
}

/// Ends the check unless it took this long, in milliseconds of the paused clock.
pub fn expect_millis(what: &str, got: u64, wanted: u64) {
    if got < wanted || got > wanted + ROUNDED {
        fail(
            Kind::WrongResult,
            format!("{what}: expected after {wanted} ms, got after {got} ms"),
        );
    }
}

/// A service outside that takes its time, and sees when a caller hangs up.
#[derive(Clone)]
pub struct Service {
    opened: Instant,
    /// Tasks that there were before.
    tasks: usize,
    calls: Arc<Mutex<Calls>>,
}

#[derive(Default)]
struct Calls {
    all: Vec<Call>,
    under_way: usize,
    most: usize,
}

/// A call that has begun. Times in milliseconds since the service was opened.
#[derive(Clone, Debug)]
struct Call {
    name: String,
    began: u64,
    ended: Option<u64>,
    answered: bool,
}

impl Service {
    /// Opens it now.
    pub fn open() -> Service {
        Service {
            opened: Instant::now(),
            tasks: tasks(),
            calls: Arc::default(),
        }
    }

    /// Returns the milliseconds that it has been open.
    pub fn millis(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Makes a call that is answered after this time. It begins when it is first polled, and is
    /// over when it is dropped.
    pub fn call<T: Send + 'static>(
        &self,
        name: &str,
        takes: Duration,
        answer: T,
    ) -> impl Future<Output = T> + Send + 'static + use<T> {
        let service = self.clone();
        let name = name.to_owned();
        async move {
            let mut line = service.line(name);
            if !takes.is_zero() {
                sleep(takes).await;
            }
            line.answered = true;
            answer
        }
    }

    fn line(&self, name: String) -> Line {
        let began = self.millis();
        let mut calls = self.calls();
        calls.under_way += 1;
        calls.most = calls.most.max(calls.under_way);
        calls.all.push(Call {
            name,
            began,
            ended: None,
            answered: false,
        });
        Line {
            service: self.clone(),
            index: calls.all.len() - 1,
            answered: false,
        }
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().expect("no panic with the lock")
    }

    /// Returns the number of calls that have begun.
    pub fn begun(&self) -> usize {
        self.calls().all.len()
    }

    /// Returns the number of calls that were answered.
    pub fn answered(&self) -> usize {
        self.calls().all.iter().filter(|call| call.answered).count()
    }

    /// Returns the calls that were not hung up and are not answered.
    pub fn under_way(&self) -> Vec<String> {
        let calls = self.calls();
        let open = calls.all.iter().filter(|call| call.ended.is_none());
        open.map(|call| call.name.clone()).collect()
    }

    /// Returns the most that were ever under way at the same time.
    pub fn most_at_once(&self) -> usize {
        self.calls().most
    }

    /// Ends the check unless this many calls were under way at the same time once.
    pub fn expect_overlap(&self, of: usize) {
        match self.most_at_once() {
            most if most >= of => {}
            most if self.begun() < of => fail(
                too_few(most),
                format!("only {} of {of} calls ever began", self.begun()),
            ),
            ..=1 => fail(
                Kind::NeverOverlapped,
                "each call began when the one before it had been answered",
            ),
            most => fail(
                too_few(most),
                format!("at most {most} of {of} calls were under way at once"),
            ),
        }
    }

    /// Ends the check if fewer calls than `at_once` were under way while there were more to be
    /// made.
    pub fn expect_full(&self, what: &str, at_once: usize) {
        let calls = self.calls();
        let mut events: Vec<u64> = Vec::new();
        for call in &calls.all {
            events.push(call.began);
            events.extend(call.ended);
        }
        events.sort_unstable();
        let pairs = events.windows(2);
        for pair in pairs.filter(|pair| pair[1] - pair[0] > 2 * ROUNDED) {
            let then = pair[0] + ROUNDED;
            let is_left = |call: &&Call| call.ended.is_none_or(|ended| ended > then);
            let left = calls.all.iter().filter(is_left).count();
            let now = calls
                .all
                .iter()
                .filter(is_left)
                .filter(|call| call.began <= then)
                .count();
            if now < at_once.min(left) {
                let of = format!(
                    "{left} of the calls were not answered yet, and {now} of them under way"
                );
                fail(
                    too_few(calls.most),
                    format!("{what}: after {then} ms {of}, where {at_once} are allowed"),
                );
            }
        }
    }

    /// Ends the check if a call is still under way, or a task is left: `when` says since when there
    /// should be none.
    ///
    /// # Panics
    /// With a fault when there is one.
    pub async fn expect_quiet(&self, when: &str) {
        a_moment().await;
        self.expect_nothing_left(when);
    }

    fn expect_nothing_left(&self, when: &str) {
        if let Some(name) = self.under_way().first() {
            fail(
                Kind::NotCancelled,
                format!("{when}, the call '{name}' is still under way"),
            );
        }
        let more = tasks().saturating_sub(self.tasks);
        if more > 0 {
            let what = format!("{when}, {more} more than before are still there");
            fail(Kind::LeftTask, what);
        }
    }
}

/// The kind of fault where at most this many were under way at the same time.
fn too_few(most: usize) -> Kind {
    if most > 1 {
        Kind::TooFewAtOnce
    } else {
        Kind::NeverOverlapped
    }
}

fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

/// An open line to the service.
struct Line {
    service: Service,
    index: usize,
    answered: bool,
}

impl Drop for Line {
    fn drop(&mut self) {
        let now = self.service.millis();
        let mut calls = self.service.calls();
        calls.under_way -= 1;
        let call = &mut calls.all[self.index];
        call.ended = Some(now);
        call.answered = self.answered;
    }
}
