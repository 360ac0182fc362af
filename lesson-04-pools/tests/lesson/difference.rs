//! What made the difference between the broken and the fixed part of each pitfall.

use testing::Said::{Nothing, Span, SpanIfQuiet};
use testing::check_pitfalls;

use crate::PROGRAM;

#[test]
fn each_pitfall_names_the_span_that_made_the_difference() {
    let pitfalls = [
        // Threads are refused; both ways are over at once.
        ("exhaustion", Nothing),
        ("starvation", Span("wait")),
        ("oversubscription", SpanIfQuiet("sort")),
        // Results are lost, not time.
        ("panicking-job", Nothing),
        ("unbounded-queue", Span("serve")),
        ("hidden-serial", SpanIfQuiet("compute")),
        ("lock-across-steal", Span("lock")),
        ("tiny-jobs", Span("jobs")),
        // Results are lost, not time.
        ("lost-result", Nothing),
    ];
    check_pitfalls(PROGRAM, &pitfalls);
}
