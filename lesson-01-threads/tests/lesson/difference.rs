//! What made the difference between the broken and the fixed part of each pitfall.

use testing::Said::{Nothing, Span, SpanIfQuiet};
use testing::check_pitfalls;

use crate::PROGRAM;

#[test]
fn each_pitfall_names_the_span_that_made_the_difference() {
    let pitfalls = [
        // What is lost is the result, not time.
        ("race", Nothing),
        ("deadlock", Span("lock")),
        // A panic; none of it takes time.
        ("poison", Nothing),
        ("early-exit", Span("speaker")),
        ("false-sharing", SpanIfQuiet("counter")),
        ("lock-convoy", Span("ask")),
        // One run, until the system refuses.
        ("too-many", Nothing),
    ];
    check_pitfalls(PROGRAM, &pitfalls);
}
