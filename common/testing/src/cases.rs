//! The number of cases that a test tries.

use std::env;

/// Returns `all` where `COURSE_LONG` is set, as `.ci/run --long` does, and `few` in everyday runs.
#[must_use]
pub fn cases(few: usize, all: usize) -> usize {
    if env::var_os("COURSE_LONG").is_some() {
        all
    } else {
        few
    }
}
