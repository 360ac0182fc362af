//! Judges `04_lock_order`: three philosophers, then two who share no fork, in every order of their steps.

use common::exercise;
use common::exercises::interleave::{Overlap, every_schedule, sync};
use common::exercises::{Kind, Solved, expect};

use sync::thread;

crate::exercise!("../exercises/04_lock_order.rs");

static NEIGHBOURS: Overlap = Overlap::told("two neighbours ate at the same time");
static OPPOSITE: Overlap = Overlap::told("two philosophers who share no fork never ate together");

/// All eat, neighbours never at the same time, and those who share no fork at the same time in some order.
pub fn check() -> Solved {
    let solved = every_schedule(|| {
        NEIGHBOURS.start();
        let table = exercise::Table::new(3);
        thread::scope(|scope| {
            for seat in 0..3 {
                let table = &table;
                scope.spawn(move || table.eat(seat, || NEIGHBOURS.alone()));
            }
        });
        expect(
            Kind::WrongResult,
            "three ate once each: how often each fork was used",
            &table.used(),
            &vec![2; 3],
        );
    });
    every_schedule(|| {
        OPPOSITE.start();
        let table = exercise::Table::new(4);
        thread::scope(|scope| {
            for seat in [0, 2] {
                let table = &table;
                scope.spawn(move || table.eat(seat, || OPPOSITE.job()));
            }
        });
        expect(
            Kind::WrongResult,
            "two of four ate: how often each fork was used",
            &table.used(),
            &vec![1; 4],
        );
    });
    OPPOSITE.expect(2);
    solved
}
