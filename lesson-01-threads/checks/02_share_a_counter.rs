//! Judges `02_share_a_counter`: two doors, in every order of their steps.

use common::exercise;
use common::exercises::interleave::{Overlap, every_schedule, sync};
use common::exercises::{Kind, Solved, expect};

use sync::thread;

crate::exercise!("../exercises/02_share_a_counter.rs");

static UNDER_WAY: Overlap = Overlap::new();

/// No visitor is lost, whoever comes in between; and the doors are open at the same time.
pub fn check() -> Solved {
    every_schedule(|| {
        let counter = exercise::Counter::default();
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| counter.add_one());
            }
        });
        expect(
            Kind::LostUpdate,
            "two threads counted one visitor each",
            &counter.total(),
            &2,
        );
    });
    let solved = every_schedule(|| {
        UNDER_WAY.start();
        let door = |visitors| -> exercise::Door {
            Box::new(move |counter| {
                UNDER_WAY.job();
                (0..visitors).for_each(|_| counter.add_one());
            })
        };
        let total = exercise::open(vec![door(2), door(1)]);
        expect(
            Kind::WrongResult,
            "two doors, with two visitors and one",
            &total,
            &3,
        );
    });
    UNDER_WAY.expect(2);
    solved
}
