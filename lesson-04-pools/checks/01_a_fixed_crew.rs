//! Judges `01_a_fixed_crew`: four jobs for two threads, a long job behind which no other may be stuck, and other numbers
//! of both.

// What the answer calls std is what the check puts there.
extern crate core as real_core;
extern crate self as core;
extern crate self as std;
extern crate std as real_std;

use interleave::{Overlap, every_schedule, expect_woken, meanwhile, sleeps, some_schedules};
use judge::exercise;
use judge::{Kind, Solved, counted, expect, fail};
use real_std::sync::{Arc, Mutex};

use exercise::Job;

pub use interleave::sync::{self, hint, thread};
pub use real_std::*;

crate::exercise!("../exercises/01_a_fixed_crew.rs", in_steps);

static UNDER_WAY: Overlap = Overlap::new();

/// So many jobs on so many threads: each is done once, on no more threads, and not on the thread that calls.
fn run(workers: usize, jobs: usize, work: fn(usize)) {
    UNDER_WAY.start();
    let done = Arc::new(Mutex::new(Vec::new()));
    let job = |number| -> Job {
        let done = Arc::clone(&done);
        Box::new(move || {
            work(workers);
            done.lock().expect("no job panics with it").push(number);
        })
    };
    exercise::run_all(workers, (0..jobs).map(job).collect());
    let mut done = done.lock().expect("no job panics with it").clone();
    done.sort_unstable();
    let what = format!(
        "{} on {}: those that are done when `run_all` returns",
        counted(jobs, "job", "jobs"),
        counted(workers, "thread", "threads")
    );
    expect(Kind::LostJob, &what, &done, &(0..jobs).collect());
    let threads = UNDER_WAY.on_threads();
    if threads > workers {
        let what = format!(
            "{} were done on {}, where {workers} were asked for",
            counted(jobs, "job", "jobs"),
            counted(threads, "thread", "threads")
        );
        fail(Kind::TooManyThreads, what);
    }
    if UNDER_WAY.was_here() {
        fail(
            Kind::WrongThread,
            "a job was done by the thread that called `run_all`",
        );
    }
}

/// Each job is done, on as many threads as asked for and never more; two short jobs get past a long one; and a thread that
/// has nothing to do sleeps.
pub fn check() -> Solved {
    let solved = every_schedule(|| run(2, 4, |workers| UNDER_WAY.job_of_at_most(workers)));
    UNDER_WAY.expect(2);
    for (workers, jobs) in [(1, 3), (2, 0), (3, 1), (3, 7)] {
        some_schedules(move || run(workers, jobs, |workers| UNDER_WAY.job_of_at_most(workers)));
    }
    for (workers, jobs) in [(2, 2), (3, 5), (8, 8)] {
        some_schedules(move || run(workers, jobs, |workers| UNDER_WAY.meet(workers)));
    }
    every_schedule(|| {
        let (tell, told) = sync::mpsc::channel();
        let long: Job = Box::new(move || {
            let what = "one job takes long, and two short ones are not done meanwhile";
            meanwhile(what, || {
                (0..2).for_each(|_| told.recv().expect("the short jobs come"));
            });
        });
        let short = |tell: &sync::mpsc::Sender<()>| -> Job {
            let tell = tell.clone();
            Box::new(move || tell.send(()).expect("the long job listens"))
        };
        exercise::run_all(2, vec![long, short(&tell), short(&tell)]);
    });
    some_schedules(|| {
        let (tell, told) = sync::mpsc::channel();
        let long: Job = Box::new(move || {
            let what = "one job takes long, and twenty short ones are not done meanwhile";
            meanwhile(what, || {
                (0..20).for_each(|_| told.recv().expect("the short jobs come"));
            });
        });
        let short = |_| -> Job {
            let tell = tell.clone();
            Box::new(move || tell.send(()).expect("the long job listens"))
        };
        let jobs = iter::once(long).chain((0..20).map(short)).collect();
        exercise::run_all(2, jobs);
    });
    let asleep = sleeps(|| {
        let (never, comes) = sync::mpsc::channel::<()>();
        let long: Job = Box::new(move || drop(comes.recv()));
        exercise::run_all(2, vec![long, Box::new(|| ())]);
        drop(never);
    });
    if !asleep {
        let what = "while one job takes long, another thread asks again and again, where it should sleep or end";
        fail(Kind::Stuck, what);
    }
    expect_woken("four jobs on two threads", || {
        run(2, 4, |_| UNDER_WAY.job())
    });
    solved
}
