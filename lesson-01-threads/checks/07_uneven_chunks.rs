//! Judges `07_uneven_chunks`: three items for two threads, in every order of their steps; then other numbers of both.

// What the answer calls std is what the check puts there.
extern crate core as real_core;
extern crate self as core;
extern crate self as std;
extern crate std as real_std;

use interleave::{Overlap, every_schedule, some_schedules};
use judge::exercise;
use judge::{Kind, Solved, counted, expect, fail};
use real_std::sync::Mutex;

use exercise::total;

pub use interleave::sync::{self, hint, thread};
pub use real_std::*;

crate::exercise!("../exercises/07_uneven_chunks.rs", in_steps);

static UNDER_WAY: Overlap = Overlap::new();

/// Neither even, nor small enough for a `u32` or an exact `f64`.
fn price_of(item: u32) -> u64 {
    u64::from(item) * u64::from(item) * 1_000_000_000_000_007 + 3
}

/// So many items, the same one twice; each is asked for once, by at most `threads` threads.
fn sum(items: u32, threads: usize, work: fn(usize)) {
    UNDER_WAY.start();
    let mut items: Vec<u32> = (0..items).map(|item| item * 5 % 7 + 1).collect();
    if let [first, .., last] = &mut items[..] {
        *last = *first;
    }
    let asked = Mutex::new(Vec::new());
    let caller = thread::current().id();
    // Where there is but one chunk, it does not matter.
    let is_only_to_wait = threads > 1 && items.len() > 1;
    let price = |item| {
        if is_only_to_wait && thread::current().id() == caller {
            let what = "the thread that called `total` asked for prices itself";
            fail(Kind::WrongThread, what);
        }
        asked.lock().expect("no job panics with it").push(item);
        work(threads);
        price_of(item)
    };
    let sum = total(&items, threads, &price);
    let mut asked = asked.into_inner().expect("no job panics with it");
    let wanted = items.iter().map(|item| price_of(*item)).sum();
    let what = format!("{} items on at most {threads} threads", items.len());
    items.sort_unstable();
    asked.sort_unstable();
    expect(
        Kind::WrongResult,
        &format!("{what}: the prices asked for"),
        &asked,
        &items,
    );
    expect(Kind::LostUpdate, &format!("{what}: the sum"), &sum, &wanted);
    let used = UNDER_WAY.on_threads();
    if used > threads {
        fail(
            Kind::TooManyThreads,
            format!(
                "{what}: {} asked for prices",
                counted(used, "thread", "threads")
            ),
        );
    }
}

/// No item is left out or asked for twice, prices are worked out at the same time, and on no more threads than allowed.
pub fn check() -> Solved {
    let solved = every_schedule(|| sum(3, 2, |threads| UNDER_WAY.job_of_at_most(threads)));
    UNDER_WAY.expect(2);
    for (items, threads) in [
        (7, 2),
        (2, 3),
        (0, 2),
        (1, 1),
        (5, 1),
        (0, 1),
        (10, 4),
        (9, 4),
        (1, 4),
        (13, 5),
    ] {
        some_schedules(move || sum(items, threads, |threads| UNDER_WAY.job_of_at_most(threads)));
    }
    // As many chunks as threads: the first prices of all are worked out at the same time.
    for (items, threads) in [(2, 2), (4, 4), (12, 12), (40, 40)] {
        some_schedules(move || sum(items, threads, |threads| UNDER_WAY.meet(threads)));
    }
    some_schedules(|| sum(6, 3, |threads| UNDER_WAY.meet(threads)));
    some_schedules(|| sum(8, 4, |threads| UNDER_WAY.meet(threads)));
    solved
}
