//! Judges `03_a_panicking_job`: more panics than threads, and then jobs that need every thread.

// What the answer calls std has a gap before each change of a lock or an atomic.
extern crate core as real_core;
extern crate self as core;
extern crate self as std;
extern crate std as real_std;

use judge::exercise;
use judge::gaps;
use judge::left::{expect_no_more_threads_than, threads, within};
use judge::{Kind, Solved, counted, expect, fail};
use real_std::cell::RefCell;
use real_std::panic::resume_unwind;
use real_std::sync::atomic::{AtomicUsize, Ordering};
use real_std::sync::{Arc, Barrier};
use real_std::time::Duration;

use exercise::Pool;

pub use judge::gaps as sync;
pub use real_std::*;

crate::exercise!("../exercises/03_a_panicking_job.rs");

const NO_GOOD: &str = "this job is no good";

/// A panic that prints nothing.
fn is_no_good() {
    resume_unwind(Box::new(NO_GOOD));
}

/// As many jobs as `is_good` has entries, of which the others panic: how many good ones were done when `finish` returned,
/// and what it says.
fn bad_and_good(workers: usize, is_good: &[bool]) -> (usize, usize) {
    let done = Arc::new(AtomicUsize::new(0));
    let pool = Pool::new(workers);
    for good in is_good.iter().copied() {
        let done = Arc::clone(&done);
        pool.execute(Box::new(move || {
            if !good {
                is_no_good();
            }
            done.fetch_add(1, Ordering::SeqCst);
        }));
    }
    let panicked = pool.finish();
    (done.load(Ordering::SeqCst), panicked)
}

/// After more panics than threads, jobs that all wait for each other, and take a while then: how many are done when
/// `finish` returns.
fn all_threads_are_there(workers: usize, panics: usize) -> usize {
    let pool = Pool::new(workers);
    (0..panics).for_each(|_| pool.execute(Box::new(is_no_good)));
    let barrier = Arc::new(Barrier::new(workers));
    let done = Arc::new(AtomicUsize::new(0));
    for _ in 0..workers {
        let (barrier, done) = (Arc::clone(&barrier), Arc::clone(&done));
        pool.execute(Box::new(move || {
            barrier.wait();
            real_std::thread::sleep(Duration::from_millis(60));
            done.fetch_add(1, Ordering::SeqCst);
        }));
    }
    pool.finish();
    done.load(Ordering::SeqCst)
}

/// Takes a while to be dropped, and is counted until then.
struct TakesLong(Arc<AtomicUsize>);

impl Drop for TakesLong {
    fn drop(&mut self) {
        real_std::thread::sleep(Duration::from_millis(50));
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

real_std::thread_local! {
    /// Is dropped when its thread ends.
    static AT_THE_END: RefCell<Option<TakesLong>> = const { RefCell::new(None) };
}

/// Jobs after some panics, one on each thread: how many of these threads have not ended when `finish` returns.
fn threads_that_go_on(workers: usize, panics: usize) -> usize {
    let going_on = Arc::new(AtomicUsize::new(0));
    let barrier = Arc::new(Barrier::new(workers));
    let pool = Pool::new(workers);

    (0..panics).for_each(|_| pool.execute(Box::new(is_no_good)));
    for _ in 0..workers {
        let going_on = Arc::clone(&going_on);
        let barrier = Arc::clone(&barrier);
        pool.execute(Box::new(move || {
            going_on.fetch_add(1, Ordering::SeqCst);
            AT_THE_END.set(Some(TakesLong(going_on)));
            barrier.wait();
        }));
    }
    pool.finish();

    going_on.load(Ordering::SeqCst)
}

/// The most jobs that were under way at the same time, after some have panicked.
fn most_at_once(workers: usize) -> usize {
    let pool = Pool::new(workers);
    let counts = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
    for number in 0..24 {
        let counts = Arc::clone(&counts);
        pool.execute(Box::new(move || {
            let (now, most) = &*counts;
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            real_std::thread::sleep(Duration::from_millis(2));
            now.fetch_sub(1, Ordering::SeqCst);
            if number % 2 == 0 {
                is_no_good();
            }
        }));
    }
    pool.finish();
    counts.1.load(Ordering::SeqCst)
}

/// As many jobs as threads, which all panic at the same moment, `times` times: how many `finish` says have panicked. What
/// one thread has read, another one may change before it writes.
fn all_panic_at_once(workers: usize, times: usize) -> usize {
    let pool = Pool::new(workers);
    let barrier = Arc::new(Barrier::new(workers));
    let gaps = gaps::open(workers);
    for _ in 0..times * workers {
        let barrier = Arc::clone(&barrier);
        pool.execute(Box::new(move || {
            barrier.wait();
            is_no_good();
        }));
    }
    let panicked = pool.finish();
    drop(gaps);
    panicked
}

/// No job is lost, each panic is counted, and no thread is missing, or one too many.
pub fn check() -> Solved {
    let before = threads();
    let limit = Duration::from_secs(4);
    let plans: [(usize, &'static [bool]); 6] = [
        // First without another thread that might count at the same moment.
        (1, &[false, true, false, false, true]),
        (
            2,
            &[
                true, false, true, false, true, false, true, false, true, false, true,
            ],
        ),
        (3, &[false; 7]),
        (2, &[true; 3]),
        (3, &[]),
        (1, &[false]),
    ];
    for (workers, is_good) in plans {
        let good = is_good.iter().filter(|good| **good).count();
        let bad = is_good.len() - good;
        let what = format!(
            "doing {} that panic, and {good} that do not, on {}",
            counted(bad, "job", "jobs"),
            counted(workers, "thread", "threads")
        );
        let (done, panicked) = within(limit, &what, move || bad_and_good(workers, is_good));
        let what = format!(
            "{} that panic on {}: good jobs that were done",
            counted(bad, "job", "jobs"),
            counted(workers, "thread", "threads")
        );
        expect(Kind::LostJob, &what, &done, &good);
        let what = format!(
            "{bad} jobs of {} panic: how many `finish` says have panicked",
            is_good.len()
        );
        let kind = if workers > 1 && panicked < bad {
            Kind::LostUpdate
        } else {
            Kind::WrongResult
        };
        expect(kind, &what, &panicked, &bad);
    }
    // A panic with something that is no text.
    let odd = within(limit, "doing a job that panics with a number", || {
        let pool = Pool::new(1);
        pool.execute(Box::new(|| resume_unwind(Box::new(7_u8))));
        pool.finish()
    });
    expect(
        Kind::WrongResult,
        "a job panics with a number: panics",
        &odd,
        &1,
    );
    for (workers, panics) in [(2, 2), (2, 5), (3, 4), (1, 3)] {
        let what = format!(
            "doing {} that need {}, after {panics} panics",
            counted(workers, "job", "jobs"),
            counted(workers, "thread", "threads")
        );
        let done = within(limit, &what, move || all_threads_are_there(workers, panics));
        let what = format!(
            "after {panics} panics: jobs that are done when `finish` returns, of {workers}"
        );
        expect(Kind::LostJob, &what, &done, &workers);
    }
    for (workers, times) in [(2, 4), (3, 2), (2, 1)] {
        let bad = workers * times;
        let what = format!(
            "{} that panic on {}, {workers} at a time",
            counted(bad, "job", "jobs"),
            counted(workers, "thread", "threads")
        );
        let panicked = within(limit, &what, move || all_panic_at_once(workers, times));
        let what = format!("{what}: how many `finish` says have panicked");
        expect(Kind::LostUpdate, &what, &panicked, &bad);
    }
    let most = within(limit, "doing jobs, of which every second panics", || {
        most_at_once(2)
    });
    if most > 2 {
        let what = format!(
            "{} were under way at the same time on 2 threads",
            counted(most, "job", "jobs")
        );
        fail(Kind::TooManyAtOnce, what);
    }
    for (workers, panics) in [(2, 0), (2, 3), (1, 1)] {
        let what = format!("doing {workers} jobs on {workers} threads, after {panics} panics");
        let more = within(limit, &what, move || threads_that_go_on(workers, panics));
        if more > 0 {
            let what = format!("{what}: {more} have not ended when `finish` returns");
            fail(Kind::LeftThread, what);
        }
    }
    expect_no_more_threads_than(before);
    Solved::new("with more panics than threads")
}
