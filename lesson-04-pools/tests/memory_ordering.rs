//! The executors' core under loom: besides every order of steps, what the memory model allows. A job's outcome is told
//! twice, under a lock and by a flag without one, so that spinning needs no lock: is it there when the flag says so?
//!
//! loom has no unsized `Arc` and no real thread names, so what is tried is the job and its handle, and the queue, with
//! threads of loom's own. It tries all orders with at most three switches away from a thread that could go on.

use executor::handle::job;
use executor::job::Runnable;
use executor::queue::Queue;
use executor::{Error, JobHandle};
use loom::thread;
use sync::Arc;

/// What the executors find as `crate::sync`.
mod sync {
    pub use loom::hint::spin_loop;
    pub use loom::sync::{Condvar, Mutex, MutexGuard, atomic};
    pub use loom::thread;
    pub use std::sync::{Arc, PoisonError, Weak};
}

#[path = "../src/executor/mod.rs"]
#[allow(
    dead_code,
    missing_docs,
    unused_imports,
    reason = "they are the lesson's files, for their checks"
)]
mod executor;

/// Says how many orders were tried: `cargo test -p lesson-04-pools --test memory_ordering -- --nocapture`
fn every_order(check: fn()) {
    let orders = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = std::sync::Arc::clone(&orders);
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(move || {
        count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        check();
    });
    let orders = orders.load(std::sync::atomic::Ordering::Relaxed);
    println!("{orders} orders");
    assert!(orders > 1);
}

#[test]
fn a_job_and_who_waits_for_it() {
    every_order(|| {
        let (job, mut handle) = job(|| 6 * 7);
        handle.spin = true;
        let worker = thread::spawn(move || job.run());
        assert_eq!(handle.result(), Ok(42));
        worker.join().unwrap();
    });
}

#[test]
fn a_job_and_who_cancels_it() {
    every_order(|| {
        let (job, handle) = job(|| 1);
        let worker = thread::spawn(move || job.run());
        let cancelled = handle.cancel();
        worker.join().unwrap();
        assert_eq!(
            handle.result(),
            if cancelled {
                Err(Error::Cancelled)
            } else {
                Ok(1)
            }
        );
    });
}

#[test]
fn a_queue_with_a_worker_that_looks() {
    every_order(|| {
        let queue = Arc::new(Queue::new(1, true));
        let worker = {
            let queue = Arc::clone(&queue);
            thread::spawn(move || {
                while let Some(job) = queue.pop() {
                    let job: Arc<dyn Runnable> = job;
                    job.run();
                }
            })
        };
        let jobs = [1, 2].map(|number| {
            let (job, handle) = job(move || number);
            queue.push(job).unwrap();
            handle
        });
        queue.close(Error::ShutDown);
        worker.join().unwrap();
        assert_eq!(jobs.map(JobHandle::result), [Ok(1), Ok(2)]);
    });
}
