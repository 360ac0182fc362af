//! The parts of a run that does the same work in several ways.

use super::record::RUN;

/// The first word of a part's span.
pub(crate) const PART: &str = "part ";

/// Does `work` as a part of the run that is called `name`.
///
/// The first two parts are compared: the run ends with a sentence about what made the difference.
/// To be called from the main thread.
pub fn part<T>(name: &'static str, work: impl FnOnce() -> T) -> T {
    tracing::info_span!(target: RUN, "part", name).in_scope(work)
}
