//! Judges `02_shut_down`: three jobs for two threads, and then the end; other numbers of both; and threads that have
//! nothing to do.

// What the answer calls std is what the check puts there.
extern crate core as real_core;
extern crate self as core;
extern crate self as std;
extern crate std as real_std;

use interleave::{
    Overlap, every_schedule, expect_all_ended, expect_woken, meanwhile, sleeps, some_schedules,
};
use judge::exercise;
use judge::{Kind, Solved, counted, expect, fail};
use real_std::sync::{Arc, Mutex};

use exercise::Pool;

pub use interleave::sync::{self, hint, thread};
pub use real_std::*;

crate::exercise!("../exercises/02_shut_down.rs", in_steps);

static UNDER_WAY: Overlap = Overlap::new();

/// So many jobs for so many threads; the order in which they were begun.
fn run(workers: usize, jobs: usize, work: fn(usize)) -> Vec<usize> {
    UNDER_WAY.start();
    let begun = Arc::new(Mutex::new(Vec::new()));
    let done = Arc::new(Mutex::new(Vec::new()));
    let pool = Pool::new(workers);
    for number in 0..jobs {
        let (begun, done) = (Arc::clone(&begun), Arc::clone(&done));
        pool.execute(Box::new(move || {
            begun.lock().expect("no job panics with it").push(number);
            work(workers);
            done.lock().expect("no job panics with it").push(number);
        }));
    }
    pool.shut_down();
    let when = format!(
        "{} on {}: when `shut_down` returns",
        counted(jobs, "job", "jobs"),
        counted(workers, "thread", "threads")
    );
    let mut done = done.lock().expect("no job panics with it").clone();
    done.sort_unstable();
    let what_done = format!("{when}, those that are done");
    expect(Kind::LostJob, &what_done, &done, &(0..jobs).collect());
    let threads = UNDER_WAY.on_threads();
    if threads > workers {
        let what = format!(
            "the jobs were done on {}, where the pool has {workers}",
            counted(threads, "thread", "threads")
        );
        fail(Kind::TooManyThreads, what);
    }
    if UNDER_WAY.was_here() {
        let what = "a job was done by the thread that calls `execute` and `shut_down`";
        fail(Kind::WrongThread, what);
    }
    expect_all_ended(&when);
    begun.lock().expect("no job panics with it").clone()
}

/// All jobs are done and all threads have ended when `shut_down` returns, and it does return; jobs are begun in their
/// order, and a thread that waits sleeps.
pub fn check() -> Solved {
    let solved = every_schedule(|| drop(run(2, 3, |_| ())));
    every_schedule(|| drop(run(2, 0, |_| ())));
    every_schedule(|| drop(run(1, 2, |_| ())));
    some_schedules(|| drop(run(3, 1, |_| ())));
    some_schedules(|| drop(run(2, 5, |workers| UNDER_WAY.job_of_at_most(workers))));
    some_schedules(|| drop(run(2, 2, |workers| UNDER_WAY.meet(workers))));
    some_schedules(|| drop(run(4, 6, |workers| UNDER_WAY.meet(workers))));
    some_schedules(|| {
        let begun = run(1, 4, |_| UNDER_WAY.job());
        let what = "four jobs on one thread: the order in which they were begun";
        expect(Kind::WrongResult, what, &begun, &vec![0, 1, 2, 3]);
    });
    some_schedules(|| {
        let begun = Arc::new(Mutex::new(Vec::new()));
        let (tell, told) = sync::mpsc::channel();
        let pool = Pool::new(2);
        pool.execute(Box::new(move || {
            let what = "the first of eight jobs takes long, and the others are not done meanwhile";
            meanwhile(what, || drop(told.recv()));
        }));
        for number in 1..8 {
            let begun = Arc::clone(&begun);
            let tell = tell.clone();
            pool.execute(Box::new(move || {
                begun.lock().expect("no job panics with it").push(number);
                if number == 7 {
                    tell.send(()).expect("the first job listens");
                }
            }));
        }
        pool.shut_down();
        let begun = begun.lock().expect("no job panics with it").clone();
        let what = "the first of eight jobs takes long: the order in which the others are begun";
        expect(Kind::WrongResult, what, &begun, &(1..8).collect());
    });
    let asleep = sleeps(|| {
        let pool = Pool::new(2);
        let (never, comes) = sync::mpsc::channel::<()>();
        drop(comes.recv());
        drop(never);
        pool.shut_down();
    });
    if !asleep {
        let what = "there is no job: the threads ask again and again, where they should sleep";
        fail(Kind::Stuck, what);
    }
    let asleep = sleeps(|| {
        let pool = Pool::new(2);
        let (never, comes) = sync::mpsc::channel::<()>();
        pool.execute(Box::new(move || drop(comes.recv())));
        pool.shut_down();
        drop(never);
    });
    if !asleep {
        let what =
            "a job takes long: `shut_down` or a thread asks again and again, where it should sleep";
        fail(Kind::Stuck, what);
    }
    expect_woken("three jobs on two threads", || {
        drop(run(2, 3, |_| UNDER_WAY.job()))
    });
    solved
}
