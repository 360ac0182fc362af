//! Judges `01_join_and_collect`: three jobs, in every order of their steps; then none, one, and forty that wait for each
//! other.

// What the answer calls std is what the check puts there.
extern crate core as real_core;
extern crate self as core;
extern crate self as std;
extern crate std as real_std;

use interleave::{Overlap, every_schedule, some_schedules};
use judge::exercise;
use judge::{Kind, Solved, counted, expect, fail};

pub use interleave::sync::{self, hint, thread};
pub use real_std::*;

crate::exercise!("../exercises/01_join_and_collect.rs", in_steps);

static UNDER_WAY: Overlap = Overlap::new();

/// Runs so many jobs: their results come in the order of the jobs, which is neither rising nor falling; some are equal.
fn run(count: u32, work: fn()) {
    UNDER_WAY.start();
    let result = |number: u32| (number * 7 + 3) % 5 * 100;
    let job = |number| -> exercise::Job {
        Box::new(move || {
            work();
            result(number)
        })
    };
    let results = exercise::run_all((0..count).map(job).collect());
    let wanted: Vec<u32> = (0..count).map(result).collect();
    expect(
        Kind::WrongResult,
        "what the jobs returned",
        &results,
        &wanted,
    );
    let threads = UNDER_WAY.on_threads();
    if UNDER_WAY.was_here() {
        fail(
            Kind::WrongThread,
            "a job ran on the thread that called `run_all`, not on its own",
        );
    }
    if u32::try_from(threads) != Ok(count) {
        let what = format!(
            "{} ran on {}, where each has its own",
            counted(count, "job", "jobs"),
            counted(threads, "thread", "threads")
        );
        fail(Kind::NeverOverlapped, what);
    }
}

/// All results, in the order of the jobs; each on a thread of its own, and all at the same time, however many.
pub fn check() -> Solved {
    let solved = every_schedule(|| run(3, || UNDER_WAY.job()));
    UNDER_WAY.expect(3);
    every_schedule(|| run(0, || ()));
    every_schedule(|| run(1, || UNDER_WAY.job()));
    some_schedules(|| run(2, || UNDER_WAY.meet(2)));
    some_schedules(|| run(40, || UNDER_WAY.meet(40)));
    solved
}
