//! What made the difference between the broken and the fixed part of each pitfall.

use testing::Said::{Counted, Span, SpanIfQuiet};
use testing::check_pitfalls;

use crate::PROGRAM;

#[test]
fn each_pitfall_names_the_span_that_made_the_difference() {
    let pitfalls = [
        ("exhaustion", Counted("limited: a thread each")),
        ("starvation", Span("wait")),
        ("oversubscription", SpanIfQuiet("sort")),
        ("panicking-job", Counted("2 lanes: naive, panicked")),
        ("unbounded-queue", Span("serve")),
        ("hidden-serial", SpanIfQuiet("compute")),
        ("lock-across-steal", Span("lock")),
        ("tiny-jobs", Span("jobs")),
        ("lost-result", Counted("save")),
    ];
    check_pitfalls(PROGRAM, &pitfalls);
}
