//! Judges `05_backpressure`: jobs that come faster than they are done.

// What the answer calls std is what the check puts there.
extern crate core as real_core;
extern crate self as core;
extern crate self as std;
extern crate std as real_std;

use interleave::{Overlap, every_schedule, expect_woken, sleeps, some_schedules};
use judge::exercise;
use judge::{Kind, Solved, counted, expect, fail};
use real_std::sync::atomic::{AtomicUsize, Ordering};
use real_std::sync::{Arc, Mutex};

use self::sync::mpsc;
use exercise::{Job, Pool};

pub use interleave::sync::{self, hint, thread};
pub use real_std::*;

crate::exercise!("../exercises/05_backpressure.rs", in_steps);

static UNDER_WAY: Overlap = Overlap::new();

/// So many jobs are handed in by one thread: never more wait than may, and they are begun in their order.
fn one_submits(limit: usize, jobs: usize) {
    UNDER_WAY.start();
    let begun = Arc::new(Mutex::new(Vec::new()));
    let pool = Pool::new(limit);
    let mut most = 0;
    for number in 0..jobs {
        let counter = Arc::clone(&begun);
        pool.submit(Box::new(move || {
            counter.lock().expect("no job panics with it").push(number);
            UNDER_WAY.alone();
        }));
        let waiting = number + 1 - begun.lock().expect("no job panics with it").len();
        most = most.max(waiting);
    }
    pool.finish();
    let begun = begun.lock().expect("no job panics with it").clone();
    let what = format!(
        "{}, of which {limit} may wait: those that were done",
        counted(jobs, "job", "jobs")
    );
    let mut sorted = begun.clone();
    sorted.sort_unstable();
    expect(Kind::LostJob, &what, &sorted, &(0..jobs).collect());
    expect(
        Kind::WrongResult,
        "the order in which jobs were done",
        &begun,
        &sorted,
    );
    // One that the thread has taken out and not begun.
    if most > limit + 1 {
        let what = format!(
            "{} were taken in and not begun, where {limit} may wait",
            counted(most, "job", "jobs")
        );
        fail(Kind::TooManyAtOnce, what);
    }
    if UNDER_WAY.was_here() {
        let what = "a job was done by the thread that calls `submit` and `finish`";
        fail(Kind::WrongThread, what);
    }
    let threads = UNDER_WAY.on_threads();
    if threads > 1 {
        let what = format!(
            "the jobs were done on {}, where the pool has one",
            counted(threads, "thread", "threads")
        );
        fail(Kind::TooManyThreads, what);
    }
}

/// Several threads hand in jobs, and all are done.
fn several_submit(limit: usize, threads: usize) {
    let done = Arc::new(AtomicUsize::new(0));
    let pool = Pool::new(limit);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let done = Arc::clone(&done);
                pool.submit(Box::new(move || drop(done.fetch_add(1, Ordering::SeqCst))));
            });
        }
    });
    pool.finish();
    let what = format!(
        "{} handed in a job each: those that were done",
        counted(threads, "thread", "threads")
    );
    expect(Kind::LostJob, &what, &done.load(Ordering::SeqCst), &threads);
}

/// The pool's thread is busy: there is room for `limit` jobs, and not for one more.
fn has_room_for(limit: usize) {
    let pool = Pool::new(limit);
    let done = Arc::new(AtomicUsize::new(0));
    let job = || -> Job {
        let done = Arc::clone(&done);
        Box::new(move || drop(done.fetch_add(1, Ordering::SeqCst)))
    };
    let (began, beginning) = mpsc::channel();
    let (go_on, goes_on) = mpsc::channel();
    pool.submit(Box::new(move || {
        began.send(()).expect("the check listens");
        goes_on.recv().expect("the check says so");
    }));
    beginning.recv().expect("the first job begins");
    let room: Vec<bool> = (0..limit + 2).map(|_| pool.try_submit(job())).collect();
    let wanted: Vec<bool> = (0..limit + 2).map(|number| number < limit).collect();
    let what = format!(
        "the thread is busy, and {limit} may wait: whether there is room for one after the other"
    );
    expect(Kind::WrongResult, &what, &room, &wanted);
    go_on.send(()).expect("the first job listens");
    // It waits for room, and comes in.
    pool.submit(job());
    pool.finish();
    let what = "jobs that were taken in and done";
    expect(
        Kind::LostJob,
        what,
        &done.load(Ordering::SeqCst),
        &(limit + 1),
    );
}

/// The pool's thread is busy, and several threads ask for room at the same time: there is room for `limit` jobs. Those
/// that `wait` come in when the thread goes on.
fn several_want_room(limit: usize, threads: usize, wait: bool) {
    let pool = Pool::new(limit);
    let inside = Arc::new(AtomicUsize::new(0));
    let (began, beginning) = mpsc::channel();
    let (go_on, goes_on) = mpsc::channel();
    let counter = Arc::clone(&inside);
    pool.submit(Box::new(move || {
        began.send(()).expect("the check listens");
        goes_on.recv().expect("the check says so");
        counter.store(usize::MAX / 2, Ordering::SeqCst);
    }));
    beginning.recv().expect("the first job begins");
    thread::scope(|scope| {
        let (full, is_full) = mpsc::channel();
        for _ in 0..threads {
            let (pool, inside, full) = (&pool, &inside, full.clone());
            scope.spawn(move || {
                let job: Job = Box::new(|| ());
                let is_in = if wait {
                    pool.submit(job);
                    true
                } else {
                    pool.try_submit(job)
                };
                let now = inside.fetch_add(usize::from(is_in), Ordering::SeqCst) + usize::from(is_in);
                // From then on the thread has taken some out.
                if now > limit && now < usize::MAX / 2 {
                    let what = format!(
                        "the thread is busy, and {threads} threads have put {now} jobs into a queue for {limit}"
                    );
                    fail(Kind::TooManyAtOnce, what);
                }
                if !wait || now == limit {
                    full.send(()).expect("the check listens");
                }
            });
        }
        (0..if wait { 1 } else { threads }).for_each(|_| is_full.recv().expect("a thread says so"));
        if !wait {
            let what = format!(
                "the thread is busy, and {threads} threads call `try_submit`: how many are told that there was room"
            );
            let now = inside.load(Ordering::SeqCst);
            expect(Kind::WrongResult, &what, &now, &limit.min(threads));
        }
        go_on.send(()).expect("the first job listens");
    });
    pool.finish();
}

/// The thread is busy, and the queue is full: `try_submit` says so at once, also while another thread waits for room.
fn says_no_at_once(limit: usize) {
    let pool = Pool::new(limit);
    let (began, beginning) = mpsc::channel();
    let (go_on, goes_on) = mpsc::channel();
    pool.submit(Box::new(move || {
        began.send(()).expect("the check listens");
        goes_on.recv().expect("the check says so");
    }));
    beginning.recv().expect("the first job begins");
    (0..limit).for_each(|_| pool.submit(Box::new(|| ())));

    thread::scope(|scope| {
        scope.spawn(|| pool.submit(Box::new(|| ())));
        let what = "the queue is full, and another thread waits for room: what `try_submit` says";
        let has_room = pool.try_submit(Box::new(|| ()));
        expect(Kind::WrongResult, what, &has_room, &false);
        go_on.send(()).expect("the first job listens");
    });
    pool.finish();
}

fn expect_sleep(what: &str, waits: fn()) {
    if !sleeps(waits) {
        fail(
            Kind::Stuck,
            format!("{what}, and keeps a core busy, instead of sleeping"),
        );
    }
}

/// What waits, waits asleep; the queue is never longer than it may be; nothing is lost; and `try_submit` tells the truth.
pub fn check() -> Solved {
    let solved = every_schedule(|| one_submits(1, 4));
    some_schedules(|| one_submits(2, 5));
    some_schedules(|| one_submits(5, 3));
    every_schedule(|| Pool::new(3).finish());
    for limit in 1..=3 {
        some_schedules(move || has_room_for(limit));
    }
    every_schedule(|| several_submit(1, 2));
    some_schedules(|| several_submit(1, 3));
    some_schedules(|| several_submit(2, 4));
    for wait in [false, true] {
        some_schedules(move || several_want_room(1, 2, wait));
        some_schedules(move || several_want_room(2, 3, wait));
    }
    some_schedules(|| says_no_at_once(1));
    some_schedules(|| says_no_at_once(2));
    expect_sleep("`submit` asks for room again and again", || {
        let pool = Pool::new(1);
        let (never, comes) = mpsc::channel::<()>();
        pool.submit(Box::new(move || drop(comes.recv())));
        (0..3).for_each(|_| pool.submit(Box::new(|| ())));
        drop(never);
        pool.finish();
    });
    expect_sleep("the pool's thread asks for a job again and again", || {
        let pool = Pool::new(1);
        let (never, comes) = mpsc::channel::<()>();
        drop(comes.recv());
        drop(never);
        pool.finish();
    });
    expect_sleep("`finish` asks again and again whether all is done", || {
        let pool = Pool::new(1);
        let (never, comes) = mpsc::channel::<()>();
        pool.submit(Box::new(move || drop(comes.recv())));
        pool.finish();
        drop(never);
    });
    expect_woken("three threads hand in a job each", || several_submit(1, 3));
    solved
}
