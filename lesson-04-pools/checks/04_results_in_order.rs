//! Judges `04_results_in_order`: four items for two threads, and other numbers of both.

// What the answer calls std is what the check puts there.
extern crate core as real_core;
extern crate self as core;
extern crate self as std;
extern crate std as real_std;

use interleave::{Overlap, every_schedule, expect_woken, meanwhile, sleeps, some_schedules};
use judge::exercise;
use judge::{Kind, Solved, counted, expect, fail};
use real_std::sync::Mutex;

pub use interleave::sync::{self, hint, thread};
pub use real_std::*;

crate::exercise!("../exercises/04_results_in_order.rs", in_steps);

static UNDER_WAY: Overlap = Overlap::new();

/// These items on so many threads: the results in order, and `f` asked once for each item.
fn run(workers: usize, items: &[u32], work: fn(usize)) {
    UNDER_WAY.start();
    let asked = Mutex::new(Vec::new());
    let of = |item: u32| item * item % 10 + item / 10 * 100;
    let f = |item: u32| {
        asked.lock().expect("no `f` panics with it").push(item);
        work(workers);
        of(item)
    };
    let results = exercise::map(workers, items, &f);
    let what = format!(
        "{items:?} on {}: the results",
        counted(workers, "thread", "threads")
    );
    let wanted: Vec<u32> = items.iter().map(|item| of(*item)).collect();
    expect(Kind::WrongResult, &what, &results, &wanted);
    let mut asked = asked.into_inner().expect("no `f` panics with it");
    let mut once = items.to_vec();
    asked.sort_unstable();
    once.sort_unstable();
    let what = "the items for which `f` was called";
    expect(Kind::WrongResult, what, &asked, &once);
    let threads = UNDER_WAY.on_threads();
    if threads > workers {
        let what = format!(
            "`f` ran on {}, where there are {workers}",
            counted(threads, "thread", "threads")
        );
        fail(Kind::TooManyThreads, what);
    }
}

/// The results in order, in every order of the work; on as many threads as there are, and never more.
pub fn check() -> Solved {
    let solved = every_schedule(|| {
        run(2, &[7, 2, 5, 3], |workers| {
            UNDER_WAY.job_of_at_most(workers)
        })
    });
    UNDER_WAY.expect(2);
    every_schedule(|| run(2, &[], |_| ()));
    every_schedule(|| run(2, &[12, 31, 12], |_| ()));
    for (workers, items) in [
        (1, &[3, 1, 2][..]),
        (3, &[9]),
        (2, &[5, 5, 41, 5, 20]),
        (4, &[0, 8, 7]),
    ] {
        some_schedules(move || run(workers, items, |workers| UNDER_WAY.job_of_at_most(workers)));
    }
    some_schedules(|| run(3, &[30, 10, 20], |workers| UNDER_WAY.meet(workers)));
    some_schedules(|| run(3, &[4, 4, 4, 4, 1], |workers| UNDER_WAY.meet(workers)));
    some_schedules(|| {
        run(8, &[8, 7, 6, 5, 4, 3, 2, 1], |workers| {
            UNDER_WAY.meet(workers)
        })
    });
    // One item takes long: the others are done meanwhile.
    every_schedule(|| {
        let (tell, told) = sync::mpsc::channel();
        let (tell, told) = (sync::Mutex::new(tell), sync::Mutex::new(told));
        let f = |item: u32| {
            if item == 9 {
                let told = told.lock().expect("no `f` panics with it");
                let what = "one item takes long, and the two others are not worked out meanwhile";
                meanwhile(what, || {
                    (0..2).for_each(|_| told.recv().expect("the others come"));
                });
            } else {
                tell.lock()
                    .expect("no `f` panics with it")
                    .send(())
                    .expect("the long one listens");
            }
            item
        };
        let results = exercise::map(2, &[9, 2, 1], &f);
        expect(
            Kind::WrongResult,
            "9, which takes long, 2 and 1",
            &results,
            &vec![9, 2, 1],
        );
    });
    some_schedules(|| {
        let (tell, told) = sync::mpsc::channel();
        let (tell, told) = (sync::Mutex::new(tell), sync::Mutex::new(told));
        let items: Vec<u32> = (0..21).collect();
        exercise::map(2, &items, &|item| {
            if item == 0 {
                let told = told.lock().expect("no `f` panics with it");
                let what = "the first of 21 items takes long, and the 20 others are not worked out meanwhile";
                meanwhile(what, || {
                    (0..20).for_each(|_| told.recv().expect("the others come"));
                });
            } else {
                let tell = tell.lock().expect("no `f` panics with it");
                tell.send(()).expect("the long one listens");
            }
            item
        });
    });
    let asleep = sleeps(|| {
        let (never, comes) = sync::mpsc::channel::<()>();
        let comes = sync::Mutex::new(comes);
        exercise::map(2, &[1], &|item| {
            drop(comes.lock().expect("no `f` panics with it").recv());
            item
        });
        drop(never);
    });
    if !asleep {
        let what =
            "one item takes long: a thread asks again and again, where it should sleep or end";
        fail(Kind::Stuck, what);
    }
    expect_woken("four items on two threads", || {
        run(2, &[7, 2, 5, 3], |_| UNDER_WAY.job())
    });
    solved
}
