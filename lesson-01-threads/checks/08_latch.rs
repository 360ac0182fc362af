//! Judges `08_latch` under loom, which tries whatever the memory model of the language allows.

use common::exercise;
use common::exercises::{Kind, Solved, fail};
use loom::sync::Arc;

// As the exercise sees them.
use crate::sync::thread;

crate::exercise!("../exercises/08_latch.rs");

/// What the exercise finds as `crate::sync`.
#[path = "../tests/support/loom_sync.rs"]
mod sync;

fn handed_over(number: u32) {
    if number != 42 {
        let what =
            format!("`wait` returned {number}: the 42 that was handed over was not there yet");
        fail(Kind::SeenTooEarly, what);
    }
}

/// The number arrives, also when `park` returns for no reason; and whoever waits never sleeps for ever.
pub fn check() -> Solved {
    for for_no_reason in [false, true] {
        loom::model(move || {
            if for_no_reason {
                thread::wake_for_no_reason();
            }
            let latch = Arc::new(exercise::Latch::new(thread::current()));
            let other = Arc::clone(&latch);
            let opener = thread::spawn(move || other.open(42));
            handed_over(latch.wait());
            opener.join().expect("`open` does not panic");
        });
    }
    Solved::new("in everything that the memory model allows")
}
