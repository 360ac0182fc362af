//! Judges `04_results_in_order`: four items for two threads.

use common::exercise;
use common::exercises::interleave::{Overlap, every_schedule, sync};
use common::exercises::{Kind, Solved, expect};

crate::exercise!("../exercises/04_results_in_order.rs");

static UNDER_WAY: Overlap = Overlap::new();

/// The results in order, in every order of the work; two at a time, and never more.
pub fn check() -> Solved {
    let solved = every_schedule(|| {
        UNDER_WAY.start();
        let f = |item: u32| {
            UNDER_WAY.job_of_at_most(2);
            item * item % 10
        };
        let results = exercise::map(2, &[7, 2, 5, 3], &f);
        expect(
            Kind::WrongResult,
            "the last digits of the squares of 7, 2, 5, 3",
            &results,
            &vec![9, 4, 5, 9],
        );
    });
    UNDER_WAY.expect(2);
    every_schedule(|| {
        let none = exercise::map(2, &[], &|item| item);
        expect(Kind::WrongResult, "no items", &none, &vec![]);
    });
    solved
}
