//! What Python's own tests (`Lib/test/test_concurrent_futures`) require of a thread pool, one test for each, under the
//! same names. Nothing is decided by the clock: jobs wait for one another, and what could hang is under a deadline.

mod executor;
mod shutdown;
mod thread_pool;
mod init;
mod wait;
mod as_completed;
mod future;
mod await_and_scope;
mod insights;

use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use common::deadline::within;
use lesson_04_pools::executor::{Error, JobHandle, ThreadPool};

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
