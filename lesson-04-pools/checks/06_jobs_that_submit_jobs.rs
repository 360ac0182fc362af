//! Judges `06_jobs_that_submit_jobs`: trees of jobs that are higher than the pool has threads, and wider.

// What the answer calls std is what the check puts there.
extern crate core as real_core;
extern crate self as core;
extern crate self as std;
extern crate std as real_std;

use self::sync::mpsc;
use interleave::{Overlap, every_schedule, expect_all_ended, expect_woken, sleeps, some_schedules};
use judge::exercise;
use judge::{Kind, Solved, counted, expect, fail};
use real_std::sync::Arc;
use real_std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use exercise::Pool;

pub use interleave::sync::{self, hint, thread};
pub use real_std::*;

crate::exercise!("../exercises/06_jobs_that_submit_jobs.rs", in_steps);

static UNDER_WAY: Overlap = Overlap::new();

/// A different number for each leaf of a tree of this height. The leaves are jobs of two jobs each, except for the lowest.
fn leaves(pool: &Pool, height: u32, number: u32) -> u32 {
    if height == 0 {
        UNDER_WAY.job();
        return 1 << number;
    }
    let left = pool.submit(move |pool| leaves(pool, height - 1, number * 2));
    let right = pool.submit(move |pool| leaves(pool, height - 1, number * 2 + 1));
    // The second first: results come in whatever order they are asked for.
    let right = pool.result(right);
    pool.result(left) + right
}

fn tree(workers: usize, height: u32) {
    UNDER_WAY.start();
    let sum = Pool::with(workers, |pool| {
        let top = pool.submit(move |pool| leaves(pool, height, 0));
        pool.result(top)
    });
    let wanted = (1 << (1_u32 << height)) - 1;
    let what = format!(
        "the leaves of a tree of jobs of height {height}, with {}",
        counted(workers, "thread", "threads")
    );
    expect(Kind::WrongResult, &what, &sum, &wanted);
    no_more_threads_than(workers);
    expect_all_ended(&format!("{what}, when `with` returns"));
}

fn no_more_threads_than(workers: usize) {
    // The one that waits for the top does jobs as well.
    let threads = UNDER_WAY.on_threads();
    if threads > workers + 1 {
        let what = format!(
            "{threads} threads did jobs: the pool has {workers}, and one waits for the result"
        );
        fail(Kind::TooManyThreads, what);
    }
}

/// Each job waits for the next.
fn chain(pool: &Pool, length: u32) -> u32 {
    if length == 0 {
        UNDER_WAY.job();
        return 0;
    }
    let next = pool.submit(move |pool| chain(pool, length - 1));
    pool.result(next) + 1
}

/// So many jobs are in the queue before the first result is asked for, each with a job of its own.
fn wide(workers: usize, jobs: u32) {
    UNDER_WAY.start();
    let sum = Pool::with(workers, |pool| {
        let job = |number: u32| {
            pool.submit(move |pool| {
                let inner = pool.submit(move |_| {
                    UNDER_WAY.job();
                    number * number
                });
                pool.result(inner) + 1
            })
        };
        let tickets: Vec<_> = (0..jobs).map(job).collect();
        tickets
            .into_iter()
            .map(|ticket| pool.result(ticket))
            .sum::<u32>()
    });
    let wanted = (0..jobs).map(|number| number * number + 1).sum();
    let what = format!(
        "{} at once, with {}, and a job in each",
        counted(jobs, "job", "jobs"),
        counted(workers, "thread", "threads")
    );
    expect(Kind::WrongResult, &what, &sum, &wanted);
    no_more_threads_than(workers);
}

/// A job waits for the result of one that another thread is at, and that needs a third one, which is in the queue.
fn helps_with_another_one() {
    UNDER_WAY.start();
    let sum = Pool::with(2, |pool| {
        let top = pool.submit(|pool| {
            let (began, beginning) = mpsc::channel();
            let (tell, told) = mpsc::channel();
            let needs = pool.submit(move |_| {
                UNDER_WAY.job();
                began.send(()).expect("the first job listens");
                told.recv().expect("the third one is done")
            });
            beginning
                .recv()
                .expect("the second job begins on another thread");
            let needed = pool.submit(move |_| {
                UNDER_WAY.job();
                tell.send(20).expect("the second job listens");
                1
            });
            pool.result(needs) + pool.result(needed)
        });
        pool.result(top)
    });
    expect(
        Kind::WrongResult,
        "a job that waits for one that needs a third one",
        &sum,
        &21,
    );
    no_more_threads_than(2);
}

/// The thread that called `with` waits for a job that needs another one, and the pool's only thread is at the first.
fn the_caller_helps() {
    let sum = Pool::with(1, |pool| {
        let (began, beginning) = mpsc::channel();
        let (tell, told) = mpsc::channel();
        let needs = pool.submit(move |_| {
            began.send(()).expect("the check listens");
            told.recv().expect("the second job is done")
        });
        beginning
            .recv()
            .expect("the first job begins on the pool's thread");
        let needed = pool.submit(move |_| {
            tell.send(20).expect("the first job listens");
            1
        });
        pool.result(needs) + pool.result(needed)
    });
    let what = "the thread that called `with` waits for a job that needs another one";
    expect(Kind::WrongResult, what, &sum, &21);
}

/// Jobs whose results are not asked for, and each hands in one more: all are done when `with` returns.
fn results_not_asked_for(workers: usize, jobs: usize) {
    UNDER_WAY.start();
    let done = Arc::new(AtomicUsize::new(0));
    let all_done = Arc::clone(&done);
    Pool::with(workers, move |pool| {
        for _ in 0..jobs {
            let done = Arc::clone(&all_done);
            pool.submit(move |pool| {
                UNDER_WAY.job();
                done.fetch_add(1, Ordering::SeqCst);
                pool.submit(move |_| {
                    UNDER_WAY.job();
                    done.fetch_add(1, Ordering::SeqCst);
                    0
                })
            });
        }
    });
    let what = format!(
        "{} on {} that hand in one more each, and whose results are not asked for: done when `with` returns",
        counted(jobs, "job", "jobs"),
        counted(workers, "thread", "threads")
    );
    expect(
        Kind::LostJob,
        &what,
        &done.load(Ordering::SeqCst),
        &(2 * jobs),
    );
    no_more_threads_than(workers);
    expect_all_ended("jobs whose results are not asked for: when `with` returns");
}

/// A small tree in every order; higher ones, wide ones, chains that are longer than any reasonable number of threads; and
/// what waits while there is nothing to do sleeps.
pub fn check() -> Solved {
    let solved = every_schedule(|| tree(1, 1));
    some_schedules(|| tree(2, 2));
    UNDER_WAY.expect(2);
    some_schedules(|| tree(1, 3));
    for (workers, length) in [(1, 3), (2, 7), (3, 60)] {
        some_schedules(move || {
            UNDER_WAY.start();
            let got = Pool::with(workers, |pool| chain(pool, length));
            let what = format!(
                "a chain of {} on {}, each waiting for the next",
                counted(length, "job", "jobs"),
                counted(workers, "thread", "threads")
            );
            expect(Kind::WrongResult, &what, &got, &length);
            no_more_threads_than(workers);
        });
    }
    some_schedules(helps_with_another_one);
    some_schedules(the_caller_helps);
    some_schedules(|| results_not_asked_for(1, 2));
    some_schedules(|| results_not_asked_for(2, 3));
    some_schedules(|| wide(2, 4));
    some_schedules(|| wide(1, 30));
    some_schedules(|| {
        let got = Pool::with(3, |_| 5);
        expect(Kind::WrongResult, "no job at all", &got, &5);
    });
    // A result that is there is returned, though there is another job in the queue.
    some_schedules(|| {
        Pool::with(1, |pool| {
            let (tell, told) = mpsc::channel();
            let done = tell.clone();
            let first = pool.submit(move |_| {
                done.send(()).expect("the check listens");
                1
            });
            told.recv().expect("the first job begins");
            // When the pool's one thread begins this, the result of the first is there.
            let (go, goes) = mpsc::channel::<()>();
            let second = pool.submit(move |_| {
                tell.send(()).expect("the check listens");
                drop(goes.recv());
                2
            });
            told.recv().expect("the second job begins");
            let is_returned = Arc::new(AtomicBool::new(false));
            let returned = Arc::clone(&is_returned);
            let third = pool.submit(move |_| {
                if !returned.load(Ordering::SeqCst) {
                    let what = "`result` began another job, though its own result was there";
                    fail(Kind::WrongResult, what);
                }
                3
            });
            let one = pool.result(first);
            is_returned.store(true, Ordering::SeqCst);
            drop(go);
            let sum = one + pool.result(second) + pool.result(third);
            expect(Kind::WrongResult, "three results", &sum, &6);
        });
    });
    let asleep = sleeps(|| {
        Pool::with(2, |pool| {
            let (began, beginning) = mpsc::channel();
            let (never, comes) = mpsc::channel::<()>();
            let comes = sync::Mutex::new(comes);
            let long = pool.submit(move |_| {
                began.send(()).expect("the check listens");
                let comes = comes.lock().expect("no job panics with it");
                u32::from(comes.recv().is_ok())
            });
            beginning
                .recv()
                .expect("the job begins on a thread of the pool");
            let result = pool.result(long);
            drop(never);
            result
        });
    });
    if !asleep {
        let what = "there is nothing to do, and `result` or a thread asks again and again, where it should sleep";
        fail(Kind::Stuck, what);
    }
    expect_woken("a tree of jobs on two threads", || tree(2, 2));
    solved
}
