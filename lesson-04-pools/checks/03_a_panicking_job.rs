//! Judges `03_a_panicking_job`: more panics than threads, and then jobs that need every thread.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use common::exercise;
use common::exercises::left::{expect_no_more_threads_than, threads, within};
use common::exercises::{Kind, Solved, expect};

use exercise::Pool;

crate::exercise!("../exercises/03_a_panicking_job.rs");

/// Five panics and six good jobs on two threads; how many good ones were done, and what `finish` says.
fn bad_and_good() -> (usize, usize) {
    let done = Arc::new(AtomicUsize::new(0));
    let pool = Pool::new(2);
    for number in 0..11 {
        let done = Arc::clone(&done);
        pool.execute(Box::new(move || {
            if number % 2 == 1 {
                // A panic that prints nothing.
                resume_unwind(Box::new("this job is no good"));
            }
            done.fetch_add(1, Ordering::SeqCst);
        }));
    }
    let panicked = pool.finish();
    (done.load(Ordering::SeqCst), panicked)
}

/// After as many panics as threads, two jobs that wait for each other.
fn both_threads_are_there() {
    let pool = Pool::new(2);
    (0..2).for_each(|_| pool.execute(Box::new(|| resume_unwind(Box::new("this job is no good")))));
    let barrier = Arc::new(Barrier::new(2));
    for _ in 0..2 {
        let barrier = Arc::clone(&barrier);
        pool.execute(Box::new(move || drop(barrier.wait())));
    }
    pool.finish();
}

/// No job is lost, each panic is counted, and no thread is missing, or one too many.
pub fn check() -> Solved {
    let before = threads();
    let limit = Duration::from_secs(4);
    let (done, panicked) = within(
        limit,
        "doing five jobs that panic, and six that do not",
        bad_and_good,
    );
    expect(Kind::LostJob, "good jobs that were done, of six", &done, &6);
    expect(
        Kind::WrongResult,
        "jobs that `finish` says have panicked",
        &panicked,
        &5,
    );
    within(
        limit,
        "doing two jobs that need two threads, after two panics",
        both_threads_are_there,
    );
    expect_no_more_threads_than(before);
    Solved::new("with more panics than threads")
}
