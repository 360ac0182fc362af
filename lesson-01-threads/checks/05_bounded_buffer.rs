//! Judges `05_bounded_buffer`: two who put and two who take, at a buffer with room for one; then other sizes, and who
//! waits in vain.

// What the answer calls std is what the check puts there.
extern crate core as real_core;
extern crate self as core;
extern crate self as std;
extern crate std as real_std;

use interleave::{every_schedule, expect_woken, sleeps, some_schedules};
use judge::exercise;
use judge::{Kind, Solved, counted, expect, fail};

use exercise::Buffer;
use real_std::sync::Arc;

pub use interleave::sync::{self, hint, thread};
pub use real_std::*;

crate::exercise!("../exercises/05_bounded_buffer.rs", in_steps);

fn named<T: Send + 'static>(
    name: String,
    work: impl FnOnce() -> T + Send + 'static,
) -> thread::JoinHandle<T> {
    let thread = thread::Builder::new().name(name);
    thread
        .spawn(work)
        .expect("the check's threads cost nothing")
}

/// A buffer with this room, threads that put these items, and threads that take so many each; what each has taken.
fn pass_on(room: usize, put: &[&[u32]], take: &[usize]) -> Vec<Vec<u32>> {
    let buffer = Arc::new(Buffer::new(room));
    let mut makers = Vec::new();
    for (index, items) in put.iter().enumerate() {
        let (buffer, items) = (Arc::clone(&buffer), items.to_vec());
        makers.push(named(format!("putter {}", index + 1), move || {
            for item in items {
                let inside = buffer.put(item);
                if inside > room {
                    let what = format!(
                        "{} in a buffer with room for {room}",
                        counted(inside, "item", "items")
                    );
                    fail(Kind::TooManyAtOnce, what);
                }
                if inside == 0 {
                    fail(
                        Kind::WrongResult,
                        "`put` says that nothing was inside when it had put",
                    );
                }
            }
        }));
    }
    let mut users = Vec::new();
    for (index, count) in take.iter().copied().enumerate() {
        let buffer = Arc::clone(&buffer);
        users.push(named(format!("taker {}", index + 1), move || {
            (0..count).map(|_| buffer.take()).collect::<Vec<u32>>()
        }));
    }
    let taken = users
        .into_iter()
        .map(|user| user.join().expect("it does not panic"))
        .collect();
    for maker in makers {
        maker.join().expect("it does not panic");
    }
    taken
}

/// The same, where only all together are known.
fn all_come_out(room: usize, put: &[&[u32]], take: &[usize]) {
    let mut taken = pass_on(room, put, take).concat();
    let mut wanted = put.concat();
    taken.sort_unstable();
    wanted.sort_unstable();
    let what = format!(
        "{put:?} were put in by {} threads; what came out",
        put.len()
    );
    expect(Kind::WrongResult, &what, &taken, &wanted);
}

/// One thread alone: it need not wait while there is room, and gets the oldest first.
fn alone() {
    let buffer = Buffer::new(3);
    let inside = [8, 3, 5].map(|item| buffer.put(item));
    let what = "how many items are inside after each `put` of three";
    expect(Kind::WrongResult, what, &inside, &[1, 2, 3]);
    expect(
        Kind::WrongResult,
        "8, 3, 5 were put: the first to come out",
        &buffer.take(),
        &8,
    );
    expect(
        Kind::WrongResult,
        "after that, how many `put` leaves",
        &buffer.put(3),
        &3,
    );
    let rest = [buffer.take(), buffer.take(), buffer.take()];
    expect(
        Kind::WrongResult,
        "3, 5 and another 3 come out",
        &rest,
        &[3, 5, 3],
    );
    expect(
        Kind::WrongResult,
        "how many are inside when all are out, and one comes",
        &buffer.put(0),
        &1,
    );
}

/// Ends the check unless whatever waits in vain here sleeps.
fn expect_sleep(which: &str, waits: fn()) {
    if !sleeps(waits) {
        let what = format!("`{which}` asks again and again, where it should sleep");
        fail(Kind::Stuck, what);
    }
}

/// Every item comes out once, the oldest first, the buffer never holds more than it has room for, and what waits sleeps.
pub fn check() -> Solved {
    let solved = every_schedule(|| all_come_out(1, &[&[1], &[2]], &[1, 1]));
    every_schedule(alone);
    every_schedule(|| {
        let taken = pass_on(2, &[&[7, 5, 7, 6]], &[4]);
        let what = "7, 5, 7, 6 were put in by one thread, and taken by another";
        expect(Kind::WrongResult, what, &taken, &vec![vec![7, 5, 7, 6]]);
    });
    some_schedules(|| all_come_out(2, &[&[1, 2], &[3], &[4]], &[1, 3]));
    some_schedules(|| all_come_out(1, &[&[4], &[3], &[9]], &[1, 1, 1]));
    expect_sleep("take", || drop(Buffer::new(1).take()));
    expect_sleep("put", || {
        let buffer = Buffer::new(2);
        (0..3).for_each(|item| drop(buffer.put(item)));
    });
    expect_sleep("take", || {
        let buffer = Buffer::new(2);
        thread::scope(|scope| {
            scope.spawn(|| buffer.put(1));
            (0..2).for_each(|_| drop(buffer.take()));
        });
    });
    expect_woken("two put and two take", || {
        all_come_out(1, &[&[1, 2], &[3]], &[1, 2])
    });
    solved
}
