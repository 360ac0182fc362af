//! Judges `06_jobs_that_submit_jobs`: a tree of jobs that is higher than the pool has threads.

use common::exercise;
use common::exercises::interleave::{Overlap, every_schedule, sync};
use common::exercises::{Kind, Solved, expect};

use exercise::Pool;

crate::exercise!("../exercises/06_jobs_that_submit_jobs.rs");

static UNDER_WAY: Overlap = Overlap::new();

/// One for each leaf of a tree of this height. The leaves are jobs of two jobs each, except for the lowest.
fn leaves(pool: &Pool, height: u32) -> u32 {
    if height == 0 {
        UNDER_WAY.job();
        return 1;
    }
    let left = pool.submit(move |pool| leaves(pool, height - 1));
    let right = pool.submit(move |pool| leaves(pool, height - 1));
    pool.result(left) + pool.result(right)
}

/// A small tree in every order; a chain of jobs that is longer than any reasonable number of threads.
pub fn check() -> Solved {
    let solved = every_schedule(|| {
        UNDER_WAY.start();
        let sum = Pool::with(1, |pool| {
            let top = pool.submit(|pool| leaves(pool, 1));
            pool.result(top)
        });
        expect(Kind::WrongResult, "the leaves of a tree of jobs", &sum, &2);
    });
    every_schedule(|| {
        UNDER_WAY.start();
        let sum = Pool::with(2, |pool| leaves(pool, 2));
        expect(
            Kind::WrongResult,
            "the leaves of a higher tree of jobs",
            &sum,
            &4,
        );
    });
    UNDER_WAY.expect(2);
    every_schedule(|| {
        fn chain(pool: &Pool, length: u32) -> u32 {
            if length == 0 {
                return 0;
            }
            let next = pool.submit(move |pool| chain(pool, length - 1));
            pool.result(next) + 1
        }
        let length = Pool::with(2, |pool| chain(pool, 7));
        expect(
            Kind::WrongResult,
            "a chain of seven jobs, each waiting for the next",
            &length,
            &7,
        );
    });
    solved
}
