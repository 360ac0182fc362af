//! What made the difference between the broken and the fixed part of each pitfall.

use testing::Said::{Nothing, Span};
use testing::check_pitfalls;

use crate::PROGRAM;

#[test]
fn each_pitfall_names_the_span_that_made_the_difference() {
    let pitfalls = [
        // An entry in a table, not time.
        ("zombie", Nothing),
        ("orphan", Span("after the kill")),
        ("full-pipe", Span("wait for its end")),
        ("fork-with-threads", Span("forked child")),
        ("inherited-pipe", Span("read until the end")),
        // A wrong result, and as soon as the right one.
        ("exit-status", Nothing),
        ("serialise", Span("receive")),
    ];
    check_pitfalls(PROGRAM, &pitfalls);
}
