//! Times as the rules measure and say them.

use recording::measure::seconds;
use recording::trace::{Span, Trace};

/// Returns a time as text.
pub(super) fn time(ns: u64) -> String {
    seconds(ns as f64 / 1e9)
}

pub(super) fn length(start_ns: u64, end_ns: u64) -> u64 {
    end_ns.saturating_sub(start_ns)
}

/// Returns the length of a span in its run.
pub(super) fn length_of(trace: &Trace, span: &Span) -> u64 {
    length(span.start_ns, trace.end_of(span))
}

/// Adds up without going over the end of `u64`: a child may send any number.
pub(super) fn sum(values: impl Iterator<Item = u64>) -> u64 {
    values.fold(0, u64::saturating_add)
}
