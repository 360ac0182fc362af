//! The timeline in words: what a screen reader reads instead of the drawing.

use super::terminal::label;
use crate::measure::seconds;
use crate::process::Exit;
use crate::trace::{End, Kind, Lane, Trace};

/// Lanes that are described one by one; of more, the rest is only counted.
const MOST: usize = 8;

/// One paragraph, broken at `width` columns.
pub(super) fn describe(trace: &Trace, width: usize) -> String {
    let mut parts: Vec<String> = trace
        .lanes
        .iter()
        .take(MOST)
        .map(|lane| sentence(trace, lane))
        .collect();
    if trace.lanes.len() > MOST {
        parts.push(format!("and {} more", trace.lanes.len() - MOST));
    }
    wrap(&format!("in words: {}.", parts.join("; ")), width)
}

fn sentence(trace: &Trace, lane: &Lane) -> String {
    let what = match lane.kind {
        Kind::Thread => label(lane),
        Kind::Process => format!("{} (process {})", label(lane), lane.pid),
        Kind::Task => format!("{} (task)", label(lane)),
    };
    let begin = lane.spans.iter().map(|span| span.start_ns).min();
    let end = lane
        .spans
        .iter()
        .map(|span| span.end_ns.unwrap_or(trace.end_ns))
        .max();
    let ended = match &lane.ended {
        End::Returned | End::Process(Exit::Exited(0)) => String::new(),
        other => format!(", {other}"),
    };
    let (Some(begin), Some(end)) = (begin, end) else {
        return format!("{what} recorded no span{ended}");
    };
    let cpu_ns = lane
        .slices
        .iter()
        .fold(0.0, |sum, slice| sum + slice.cpu_ns as f64);
    let share = 100.0 * cpu_ns / end.saturating_sub(begin).max(1) as f64;
    format!(
        "{what} from {} to {}, computing {:.0} %{ended}",
        seconds(trace.seconds(begin)),
        seconds(trace.seconds(end)),
        share.min(100.0)
    )
}

/// `text` in lines of at most `width` columns, where words allow it.
fn wrap(text: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is always a last line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(format!("  {word}"));
        }
    }
    lines.join("\n")
}
