//! What made the difference between the broken and the fixed part of each pitfall.

use testing::Said::{Counted, Span};
use testing::check_pitfalls;

use crate::PROGRAM;

#[test]
fn each_pitfall_names_the_span_that_made_the_difference() {
    let pitfalls = [
        ("blocked-runtime", Counted("broken: sleep")),
        ("sequential-await", Span("await in a loop")),
        ("lock-across-await", Span("lock")),
        ("cancel-safety", Counted("broken: read")),
        ("unbounded-spawn", Span("with permits")),
        ("lost-error", Counted("3 lanes: save")),
        ("starvation", Counted("no pause: work")),
    ];
    check_pitfalls(PROGRAM, &pitfalls);
}
