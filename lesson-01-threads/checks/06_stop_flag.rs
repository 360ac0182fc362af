//! Judges `06_stop_flag` under loom, which tries whatever the memory model of the language allows.

use common::exercise;
use common::exercises::{Kind, Solved, expect, fail};
use loom::sync::Arc;
use loom::thread;

crate::exercise!("../exercises/06_stop_flag.rs");

/// What the exercise finds as `crate::sync`.
#[path = "../tests/support/loom_sync.rs"]
mod sync;

/// Whoever sees that it is time to stop sees the reason as well; and in the end everybody sees both.
pub fn check() -> Solved {
    loom::model(|| {
        let stop = Arc::new(exercise::Stop::default());
        expect(
            Kind::WrongResult,
            "the reason before anybody stopped anything",
            &stop.reason(),
            &None,
        );
        let other = Arc::clone(&stop);
        let thread = thread::spawn(move || other.stop(42));
        match stop.reason() {
            None | Some(42) => {}
            Some(other) => {
                let what = format!(
                    "the flag was seen, and as reason {other}: the 42 written before it was not there yet"
                );
                fail(Kind::SeenTooEarly, what);
            }
        }
        thread.join().expect("`stop` does not panic");
        expect(
            Kind::WrongResult,
            "the reason after `stop(42)`",
            &stop.reason(),
            &Some(42),
        );
    });
    Solved::new("in everything that the memory model allows")
}
