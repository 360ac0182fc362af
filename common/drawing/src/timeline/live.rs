//! The drawing of a run that goes on.

use super::style::Glyphs;
use super::terminal::picture;
use super::text::cut;
use recording::trace::Trace;

/// The shortest axis.
const SHORTEST_NS: u64 = 500_000_000;
/// The lines besides the lanes: an empty one, the axis, the legend, and the one with the cursor.
const OTHER_LINES: usize = 4;

/// Draws what happened so far, for a terminal of this size: never as wide, and never as high.
///
/// The axis is longer than the run: lanes grow to the right, and what is drawn stays where it is
/// until the axis is full. A terminal of less than five rows has no room for it.
pub fn frame(mut trace: Trace, columns: usize, rows: usize, glyphs: Glyphs) -> Vec<String> {
    let room = rows.saturating_sub(OTHER_LINES);
    if room == 0 {
        return Vec::new();
    }

    let now_ns = trace.end_ns;
    for span in trace.lanes.iter_mut().flat_map(|lane| &mut lane.spans) {
        span.end_ns.get_or_insert(now_ns);
    }
    let length_ns = axis_ns(now_ns.saturating_sub(trace.start_ns));
    trace.end_ns = trace.start_ns.saturating_add(length_ns);

    let width = columns.saturating_sub(1).max(1);
    let picture = picture(&trace, width, glyphs, room, room);
    let lines = std::iter::once(String::new()).chain(picture);
    lines.map(|line| cut(&glyphs.plain(&line), width)).collect()
}

/// Returns the smallest of 1, 2 and 5 times a power of ten that has room for the run so far.
fn axis_ns(so_far_ns: u64) -> u64 {
    let mut power = 100_000_000_u64;
    while so_far_ns > power.saturating_mul(10) {
        power = power.saturating_mul(10);
    }

    let fits = |factor: &u64| power.saturating_mul(*factor) >= so_far_ns.max(SHORTEST_NS);
    let factor = [1, 2, 5].into_iter().find(fits);
    power.saturating_mul(factor.unwrap_or(10))
}
