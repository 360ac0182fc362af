//! Judges `08_latch` under loom, which tries much of what the memory model of the language allows.

// What the answer calls std is what the check puts there.
extern crate core as real_core;
extern crate self as core;
extern crate self as std;
extern crate std as real_std;

use judge::exercise;
use judge::judging::verdict_on;
use judge::{Kind, Solved, fail};
use real_std::panic;
use real_std::sync::Arc;

pub use self::sync::{hint, thread};
pub use real_std::*;

crate::exercise!("../exercises/08_latch.rs", in_steps);

/// What the exercise finds as `crate::sync`, and as std's.
#[path = "../tests/support/loom_sync.rs"]
pub mod sync;

use exercise::Latch;

fn handed_over(seen: u32, number: u32) {
    if seen != number {
        let what =
            format!("`wait` returned {seen}: the {number} that was handed over was not there yet");
        fail(Kind::SeenTooEarly, what);
    }
}

/// Has it opened before the wait begins, and what woke the thread used up: only the latch itself says that it is open.
fn open_before_the_wait() {
    let ended = panic::catch_unwind(|| {
        loom::model(|| {
            crate::sync::thread::start();
            let waiter = crate::sync::thread::current();
            let latch = Arc::new(Latch::new(waiter.clone()));
            let other = Arc::clone(&latch);
            let opener = crate::sync::thread::spawn(move || {
                other.open(7);
                waiter.unpark();
            });
            opener.join().expect("`open` does not panic");
            crate::sync::thread::park();
            handed_over(latch.wait(), 7);
        });
    });
    if let Err(payload) = ended {
        // The check's own steps are not among those that are shown.
        let mut verdict = verdict_on(&*payload);
        if verdict.kind == Kind::Deadlock {
            verdict.what += ": it was open, and the wake-up used up, before `wait` was called";
        }
        panic::resume_unwind(Box::new(verdict));
    }
}

/// The number arrives, also when `park` returns for no reason; and what waits never sleeps for ever.
pub fn check() -> Solved {
    for (number, for_no_reason) in [(42, 0), (42, 1), (0, 0), (u32::MAX, 0), (1, 2)] {
        loom::model(move || {
            // As the exercise sees them.
            crate::sync::thread::start();
            crate::sync::thread::wake_for_no_reason(for_no_reason);
            let latch = Arc::new(Latch::new(crate::sync::thread::current()));
            let other = Arc::clone(&latch);
            let opener = crate::sync::thread::spawn(move || other.open(number));
            handed_over(latch.wait(), number);
            opener.join().expect("`open` does not panic");
        });
    }
    open_before_the_wait();
    // It is not opened before the other thread sleeps, also behind a `park` that returned for no reason: a thread that
    // asks again and again never does.
    for for_no_reason in [0, 1, 3] {
        loom::model(move || {
            crate::sync::thread::start();
            crate::sync::thread::wake_for_no_reason(for_no_reason);
            let latch = Arc::new(Latch::new(crate::sync::thread::current()));
            let other = Arc::clone(&latch);
            let opener = crate::sync::thread::spawn(move || {
                while !crate::sync::thread::is_asleep() {}
                other.open(9);
            });
            handed_over(latch.wait(), 9);
            opener.join().expect("`open` does not panic");
        });
    }
    Solved::new("in everything that the memory model allows")
}
