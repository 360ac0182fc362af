//! Judges `01_join_and_collect`: three jobs, in every order of their steps.

use common::exercise;
use common::exercises::interleave::{Overlap, every_schedule, sync};
use common::exercises::{Kind, Solved, expect};

crate::exercise!("../exercises/01_join_and_collect.rs");

static UNDER_WAY: Overlap = Overlap::new();

/// All results, in the order of the jobs; and all three jobs can be under way at the same time.
pub fn check() -> Solved {
    let solved = every_schedule(|| {
        UNDER_WAY.start();
        let job = |result| -> exercise::Job {
            Box::new(move || {
                UNDER_WAY.job();
                result
            })
        };
        let results = exercise::run_all(vec![job(31), job(4), job(15)]);
        expect(
            Kind::WrongResult,
            "what the jobs returned",
            &results,
            &vec![31, 4, 15],
        );
    });
    UNDER_WAY.expect(3);
    solved
}
