//! Why is it sequential? The reasons why a run gained less than it could, from its recording.
//!
//! A pure function of a [`Trace`], one file for each rule. A rule says nothing where there is nothing
//! to say: each sentence rests on times that were measured, and names them.

mod times;
mod blocked_executor;
mod never_overlapped;
mod one_at_a_time;
mod queue_too_long;
mod ended_too_early;
#[cfg(test)]
mod expect;

use recording::trace::Trace;

/// Returns one sentence for each thing that is wrong; none if nothing is.
pub fn diagnose(trace: &Trace) -> Vec<String> {
    let rules = [
        blocked_executor::find,
        never_overlapped::find,
        one_at_a_time::find,
        queue_too_long::find,
        ended_too_early::find,
    ];
    rules.iter().flat_map(|rule| rule(trace)).collect()
}
