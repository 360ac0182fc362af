//! What made the difference between the broken and the fixed part of each pitfall.

use testing::Said::{Counted, Nothing, Span, SpanIfQuiet};
use testing::check_pitfalls;

use crate::PROGRAM;

#[test]
fn each_pitfall_names_the_span_that_made_the_difference() {
    let pitfalls = [
        ("race", Counted("main: add load, then store")),
        ("deadlock", Span("lock")),
        ("poison", Counted("2 lanes: innocent, panicked")),
        ("early-exit", Span("speaker")),
        ("false-sharing", SpanIfQuiet("counter")),
        ("lock-convoy", Span("ask")),
        // One run, until the system refuses: there is no other way to hold it to.
        ("too-many", Nothing),
    ];
    check_pitfalls(PROGRAM, &pitfalls);
}
