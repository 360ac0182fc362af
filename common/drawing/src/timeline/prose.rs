//! The timeline in words: what a screen reader reads instead of the drawing.

use super::text::{label, wrap};
use recording::measure::seconds;
use recording::process::exit::Exit;
use recording::trace::{End, Kind, Lane, State, Trace};

/// Lanes that are described one by one; of more, the rest is only counted.
const MOST: usize = 8;

/// Describes the run in one paragraph, broken at `width` columns; at its end stands what would have
/// shortened it.
pub(super) fn describe(trace: &Trace, what_if: &[String], width: usize) -> String {
    let described = trace.lanes.iter().take(MOST);
    let mut parts: Vec<String> = described.map(|lane| sentence(trace, lane)).collect();

    if trace.lanes.len() > MOST {
        parts.push(format!("and {} more", trace.lanes.len() - MOST));
    }
    parts.extend_from_slice(what_if);

    wrap(&format!("in words: {}.", parts.join("; ")), width)
}

fn sentence(trace: &Trace, lane: &Lane) -> String {
    let name = match lane.kind {
        Kind::Thread => label(lane),
        Kind::Process => format!("{} (process {})", label(lane), lane.pid),
        Kind::Task => format!("{} (task)", label(lane)),
    };
    let ended = match &lane.ended {
        End::Returned | End::Process(Exit::Exited(0)) => String::new(),
        other => format!(", {other}"),
    };
    let begin = lane.spans.iter().map(|span| span.start_ns).min();
    let end = lane.spans.iter().map(|span| trace.end_of(span)).max();

    let (Some(begin), Some(end)) = (begin, end) else {
        return format!("{name} recorded no span{ended}");
    };

    let slices = lane.slices.iter();
    let cpu_ns = if lane.states.is_empty() {
        slices.fold(0.0, |sum, slice| sum + slice.cpu_ns as f64)
    } else {
        time_in(lane, State::Computing)
    };
    let length = end.saturating_sub(begin).max(1) as f64;
    let percent = |ns: f64| (100.0 * ns / length).min(100.0);
    let in_line = match percent(time_in(lane, State::InLine)) {
        ..1.0 => String::new(),
        percent => format!(", in line for a core {percent:.0} %"),
    };
    format!(
        "{name} from {} to {}, computing {:.0} %{in_line}{ended}",
        seconds(trace.seconds(begin)),
        seconds(trace.seconds(end)),
        percent(cpu_ns)
    )
}

/// Returns the nanoseconds that a lane was in a state.
fn time_in(lane: &Lane, state: State) -> f64 {
    let stretches = lane.states.iter();
    let of_state = stretches.filter(|stretch| stretch.state == state);
    of_state.fold(0.0, |sum, stretch| {
        sum + stretch.end_ns.saturating_sub(stretch.start_ns) as f64
    })
}
