//! What made the difference between the broken and the fixed part of each pitfall.

use testing::Said::{Counted, Span};
use testing::check_pitfalls;

use crate::PROGRAM;

#[test]
fn each_pitfall_names_the_span_that_made_the_difference() {
    let pitfalls = [
        ("zombie", Counted("main: start, and forget")),
        ("orphan", Span("after the kill")),
        ("full-pipe", Span("wait for its end")),
        ("fork-with-threads", Span("forked child")),
        ("inherited-pipe", Span("read until the end")),
        ("exit-status", Counted("cat: process")),
        ("serialise", Span("receive")),
    ];
    check_pitfalls(PROGRAM, &pitfalls);
}
