//! What made the difference between the broken and the fixed part of each pitfall.

use testing::Said::{Nothing, Span};
use testing::check_pitfalls;

use crate::PROGRAM;

#[test]
fn each_pitfall_names_the_span_that_made_the_difference() {
    let pitfalls = [
        // Both sleep as long; the harm is the pause of another task, which `why:` names.
        ("blocked-runtime", Nothing),
        ("sequential-await", Span("await in a loop")),
        ("lock-across-await", Span("lock")),
        // Bytes are lost, not time; both ways run at once.
        ("cancel-safety", Nothing),
        ("unbounded-spawn", Span("with permits")),
        // An error is lost, not time.
        ("lost-error", Nothing),
        // Turns of another task are lost, not time.
        ("starvation", Nothing),
    ];
    check_pitfalls(PROGRAM, &pitfalls);
}
