//! Expectations of the rules' tests.

use super::diagnose;
use recording::trace::fixtures::MS;
use recording::trace::{Lane, Mark, Trace};

/// Returns the only sentence about a run.
pub(super) fn only(trace: &Trace) -> String {
    let found = diagnose(trace);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.into_iter().next().unwrap_or_default()
}

/// Expects that nothing is said about a run.
pub(super) fn quiet(trace: &Trace) {
    assert_eq!(diagnose(trace), Vec::<String>::new());
}

/// Adds spans with marks, from start to end, inside a lane's first span.
pub(super) fn marked(mut lane: Lane, spans: &[(u64, u64, Mark)]) -> Lane {
    for (start, end, mark) in spans {
        let mut span = lane.spans[0].clone();
        span.start_ns = start * MS;
        span.end_ns = Some(end * MS);
        span.depth = 1;
        span.job = false;
        span.mark = Some(Box::new(mark.clone()));
        lane.spans.push(span);
    }
    lane
}
