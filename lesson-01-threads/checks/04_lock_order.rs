//! Judges `04_lock_order`: three philosophers, then two who share no fork, in every order of their steps; then other
//! tables.

// What the answer calls std is what the check puts there.
extern crate core as real_core;
extern crate self as core;
extern crate self as std;
extern crate std as real_std;

use interleave::{Overlap, every_schedule, expect_woken, sleeps, some_schedules};
use judge::exercise;
use judge::{Kind, Solved, expect, fail};

use exercise::Table;

pub use interleave::sync::{self, hint, thread};
pub use real_std::*;

crate::exercise!("../exercises/04_lock_order.rs", in_steps);

static NEIGHBOURS: Overlap = Overlap::told("two neighbours ate at the same time");
static OPPOSITE: Overlap = Overlap::told("two philosophers who share no fork never ate together");

/// At a table of this size, this philosopher eats so often, on a thread for each; `meal` is what each meal is.
fn eat(seats: usize, meals: &[(usize, u32)], meal: fn(usize)) {
    NEIGHBOURS.start();
    OPPOSITE.start();
    let table = Table::new(seats);
    thread::scope(|scope| {
        for (seat, times) in meals.iter().copied() {
            let table = &table;
            scope.spawn(move || (0..times).for_each(|_| table.eat(seat, || meal(seat))));
        }
    });
    let eaten = NEIGHBOURS.begun() + OPPOSITE.begun();
    let wanted = meals.iter().map(|(_, times)| *times).sum::<u32>();
    let what = format!("{wanted} meals were to be eaten: how many were");
    expect(Kind::WrongResult, &what, &u32::try_from(eaten), &Ok(wanted));
    let mut used = vec![0; seats];
    for (seat, times) in meals {
        used[*seat] += times;
        used[(seat + 1) % seats] += times;
    }
    let what =
        format!("at a table for {seats}, seats and meals {meals:?}: how often each fork was used");
    expect(Kind::WrongResult, &what, &table.used(), &used);
}

/// A philosopher who waits for a fork sleeps.
fn expect_sleep() {
    let asleep = sleeps(|| {
        let table = Table::new(4);
        let (never, comes) = sync::mpsc::channel::<()>();
        thread::scope(|scope| {
            table.eat(1, || {
                scope.spawn(|| table.eat(0, || ()));
                scope.spawn(|| table.eat(2, || ()));
                drop(comes.recv());
            });
        });
        drop(never);
    });
    if !asleep {
        let what =
            "one eats for long: a neighbour asks for a fork again and again, instead of sleeping";
        fail(Kind::Stuck, what);
    }
    expect_woken("three eat", || {
        eat(3, &[(0, 1), (1, 1), (2, 1)], |_| NEIGHBOURS.alone());
    });
}

/// All eat, neighbours never at the same time, and those who share no fork at the same time; and a philosopher who waits sleeps.
pub fn check() -> Solved {
    let solved = every_schedule(|| eat(3, &[(0, 1), (1, 1), (2, 1)], |_| NEIGHBOURS.alone()));
    every_schedule(|| eat(4, &[(0, 1), (2, 1)], |_| OPPOSITE.job()));
    OPPOSITE.expect(2);
    every_schedule(|| eat(2, &[(1, 1), (0, 1)], |_| NEIGHBOURS.alone()));
    some_schedules(|| eat(3, &[(2, 2), (0, 1)], |_| NEIGHBOURS.alone()));
    some_schedules(|| eat(4, &[(3, 1), (2, 2)], |_| NEIGHBOURS.alone()));
    some_schedules(|| {
        eat(5, &[(4, 1), (0, 1), (3, 1), (1, 1), (2, 1)], |_| {
            OPPOSITE.job()
        })
    });
    some_schedules(|| eat(4, &[(3, 1), (1, 1)], |_| OPPOSITE.meet(2)));
    some_schedules(|| eat(6, &[(4, 1), (0, 1), (2, 1)], |_| OPPOSITE.meet(3)));
    some_schedules(|| eat(9, &[(7, 1), (5, 1), (0, 1), (2, 1)], |_| OPPOSITE.meet(4)));
    // Both neighbours of one who eats wait for that one alone: both can eat together then.
    some_schedules(|| {
        OPPOSITE.start();
        let table = Table::new(4);
        thread::scope(|scope| {
            table.eat(0, || {
                scope.spawn(|| table.eat(1, || OPPOSITE.meet(2)));
                scope.spawn(|| table.eat(3, || OPPOSITE.meet(2)));
            });
        });
    });
    expect_sleep();
    solved
}
