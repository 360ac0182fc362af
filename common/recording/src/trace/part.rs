//! The parts of a run that does the same work in several ways.

use super::model::Span;
use super::record::RUN;

/// The first word of a part's span.
const PART: &str = "part ";

/// Does `work` as a part of the run that is called `name`.
///
/// The first two parts are compared: the run ends with a sentence about what made the difference.
/// To be called from the main thread.
pub fn part<T>(name: &'static str, work: impl FnOnce() -> T) -> T {
    tracing::info_span!(target: RUN, "part", name).in_scope(work)
}

/// Returns the name of a part, if a span is one: it comes from this file, also in a run that was kept.
pub fn part_name(span: &Span) -> Option<&str> {
    let is_part = !span.job && span.at.file == file!();
    span.name.strip_prefix(PART).filter(|_| is_part)
}
