//! Judges `02_share_a_counter`: two doors, in every order of their steps; then none, one, and many.

// What the answer calls std is what the check puts there.
extern crate core as real_core;
extern crate self as core;
extern crate self as std;
extern crate std as real_std;

use interleave::{Overlap, every_schedule, some_schedules};
use judge::exercise;
use judge::{Kind, Solved, counted, expect, fail};

use exercise::{Counter, Door};

pub use interleave::sync::{self, hint, thread};
pub use real_std::*;

crate::exercise!("../exercises/02_share_a_counter.rs", in_steps);

static UNDER_WAY: Overlap = Overlap::new();

/// Opens a door for each of these numbers of visitors.
fn open(visitors: &[u64]) {
    UNDER_WAY.start();
    let door = |visitors: &u64| -> Door {
        let visitors = *visitors;
        Box::new(move |counter| {
            UNDER_WAY.job();
            (0..visitors).for_each(|_| counter.add_one());
        })
    };
    let total = exercise::open(visitors.iter().map(door).collect());
    let what = format!("doors for {visitors:?} visitors: the total");
    expect(Kind::WrongResult, &what, &total, &visitors.iter().sum());
    each_on_its_own(visitors.len());
}

/// Each door was on a thread of its own.
fn each_on_its_own(doors: usize) {
    let threads = UNDER_WAY.on_threads();
    if UNDER_WAY.was_here() {
        fail(
            Kind::WrongThread,
            "a door was opened on the thread that called `open`",
        );
    }
    if threads != doors {
        let what = format!(
            "{} were on {}, where each has its own",
            counted(doors, "door", "doors"),
            counted(threads, "thread", "threads")
        );
        fail(Kind::NeverOverlapped, what);
    }
}

/// So many doors, which are all open before the first closes, and see each other's visitors.
fn open_at_once(doors: u64) {
    UNDER_WAY.start();
    let wanted = usize::try_from(doors).expect("there are few");
    let door = |_| -> Door {
        Box::new(move |counter: &Counter| {
            counter.add_one();
            UNDER_WAY.meet(wanted);
            let what = format!(
                "{} counted one visitor each: what one of them sees then",
                counted(doors, "door", "doors")
            );
            expect(Kind::WrongResult, &what, &counter.total(), &doors);
        })
    };
    let total = exercise::open((0..doors).map(door).collect());
    expect(Kind::WrongResult, "the total of all doors", &total, &doors);
    each_on_its_own(wanted);
}

/// No visitor is lost, whichever thread comes in between; and all doors are open at the same time, at one counter.
pub fn check() -> Solved {
    every_schedule(|| {
        let counter = Counter::default();
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| counter.add_one());
            }
        });
        let what = "two threads counted one visitor each";
        expect(Kind::LostUpdate, what, &counter.total(), &2);
    });
    some_schedules(|| {
        let counter = Counter::default();
        thread::scope(|scope| {
            for visitors in [3, 0, 2] {
                let counter = &counter;
                scope.spawn(move || (0..visitors).for_each(|_| counter.add_one()));
            }
        });
        let what = "three threads counted 3, 0 and 2 visitors";
        expect(Kind::LostUpdate, what, &counter.total(), &5);
    });
    let solved = every_schedule(|| open(&[2, 1]));
    UNDER_WAY.expect(2);
    every_schedule(|| {
        let one = Counter::default();
        let other = Counter::default();
        one.add_one();
        let what = "two counters, and a visitor at the first: the totals";
        let totals = (one.total(), other.total());
        expect(Kind::WrongResult, what, &totals, &(1, 0));
    });
    every_schedule(|| open(&[]));
    every_schedule(|| open(&[3]));
    // More than a byte holds.
    some_schedules(|| open(&[300]));
    some_schedules(|| open(&[0, 3, 1]));
    some_schedules(|| open_at_once(3));
    some_schedules(|| open_at_once(40));
    solved
}
