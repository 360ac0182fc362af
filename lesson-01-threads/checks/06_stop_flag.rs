//! Judges `06_stop_flag` under loom, which tries much of what the memory model of the language allows.

// What the answer calls std is what the check puts there.
extern crate core as real_core;
extern crate self as core;
extern crate self as std;
extern crate std as real_std;

use judge::exercise;
use judge::{Kind, Solved, expect, fail};
use real_std::sync::Arc;

pub use self::sync::{hint, thread};
pub use real_std::*;

crate::exercise!("../exercises/06_stop_flag.rs", in_steps);

/// What the exercise finds as `crate::sync`, and as std's.
#[path = "../tests/support/loom_sync.rs"]
pub mod sync;

/// Calls what is not to wait for another thread.
fn at_once<T>(call: &str, calls: impl FnOnce() -> T) -> T {
    let before = crate::sync::thread::waits_so_far();
    let value = calls();

    if crate::sync::thread::waits_so_far() > before {
        let what = format!(
            "`{call}` takes a lock, sleeps, or lets other threads go first: it may have to wait for them"
        );
        fail(Kind::Stuck, what);
    }

    value
}

/// Looks at the flag while another thread may set it.
fn look(stop: &exercise::Stop, reason: u32) {
    match at_once("reason", || stop.reason()) {
        None => {}
        Some(seen) if seen == reason => {}
        Some(other) => {
            let what = format!(
                "the flag was seen, and as reason {other}: the {reason} written before it was not there yet"
            );
            fail(Kind::SeenTooEarly, what);
        }
    }
}

/// After `stop`, threads that look at the same moment all see it.
fn two_look() {
    loom::model(|| {
        crate::sync::thread::start();
        let stop = Arc::new(exercise::Stop::default());
        stop.stop(42);
        let sees = |stop: &exercise::Stop| {
            let what = "two threads look at the same moment, after `stop(42)`: the reason for one";
            expect(Kind::WrongResult, what, &stop.reason(), &Some(42));
        };

        let other = Arc::clone(&stop);
        let thread = crate::sync::thread::spawn(move || sees(&other));
        sees(&stop);
        thread.join().expect("`reason` does not panic");
    });
}

/// A thread that sees that it is time to stop sees the reason as well; and in the end every thread sees both.
pub fn check() -> Solved {
    two_look();
    // None of them is special.
    for reason in [42, 0, u32::MAX, 1] {
        for looks in [1, 2] {
            loom::model(move || {
                // As the exercise sees them.
                crate::sync::thread::start();
                let stop = Arc::new(exercise::Stop::default());
                let what = "the reason before anything was stopped";
                expect(Kind::WrongResult, what, &stop.reason(), &None);
                let other = Arc::clone(&stop);
                let stops = move || at_once("stop", || other.stop(reason));
                let thread = crate::sync::thread::spawn(stops);
                (0..looks).for_each(|_| look(&stop, reason));
                thread.join().expect("`stop` does not panic");
                let what = format!("the reason after `stop({reason})`");
                expect(Kind::WrongResult, &what, &stop.reason(), &Some(reason));
            });
        }
    }
    Solved::new("in everything that the memory model allows")
}
