//! From a lane's slices to a row of cells, one for each column.

use recording::trace::{Lane, Mark, State, Trace};

/// The state of a lane in one column's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// It was not there.
    Empty,
    /// It was there, and waiting for most of it.
    Waiting,
    /// It was waiting for something that another lane had: a lock, room in a channel.
    Blocked,
    /// It could go on, but had no core for most of it.
    InLine,
    /// It was computing.
    Computing,
}

/// The share of columns in which bursts shorter than a column are widened to one, so that they can
/// be seen: at most one in this many. In a row full of bursts only the measured share counts.
const WIDEN_ONE_IN: usize = 3;

/// Returns the row of a lane, `columns` wide.
pub(super) fn row(trace: &Trace, lane: &Lane, columns: usize) -> Vec<Cell> {
    let total = trace.end_ns.saturating_sub(trace.start_ns).max(1) as f64;
    let column = |t_ns: u64| trace.seconds(t_ns) * 1e9 / total * columns as f64;
    let mut there = vec![false; columns];
    let mut computing = vec![0.0_f64; columns];
    let mut bursts = vec![false; columns];
    let mut blocked = vec![0.0_f64; columns];
    let mut in_line = vec![0.0_f64; columns];

    for span in &lane.spans {
        let start = column(span.start_ns);
        let end = column(span.end_ns.unwrap_or(trace.end_ns));
        let waits = matches!(span.mark.as_deref(), Some(Mark::WaitsFor(_)));
        each_column(start, end, columns, |index, covered| {
            there[index] = true;
            blocked[index] += if waits { covered } else { 0.0 };
        });
    }

    for slice in &lane.slices {
        let start = column(slice.start_ns);
        let length = slice.end_ns.saturating_sub(slice.start_ns);
        let share = match length {
            0 => 0.0,
            // The states say it better, where they are known.
            _ if !lane.states.is_empty() => 0.0,
            _ => (slice.cpu_ns as f64 / length as f64).min(1.0),
        };
        each_column(start, column(slice.end_ns), columns, |index, covered| {
            there[index] = true;
            computing[index] += covered * share;
        });
        if slice.mark && start < columns as f64 {
            bursts[floor(start)] = true;
        }
    }

    for stretch in &lane.states {
        let start = column(stretch.start_ns);
        let end = column(stretch.end_ns);
        each_column(start, end, columns, |index, covered| match stretch.state {
            State::Computing => computing[index] += covered,
            State::InLine => in_line[index] += covered,
            State::Waiting => {}
        });
    }

    let mut turns = Turns::default();
    let count = |columns: &[bool]| columns.iter().filter(|column| **column).count();
    let widen = count(&bursts) * WIDEN_ONE_IN <= count(&there);
    let cell = |index: usize| match there[index] {
        true if computing[index] + in_line[index] >= 0.5 => {
            turns.next(computing[index], in_line[index])
        }
        true if blocked[index] >= 0.5 => Cell::Blocked,
        true if widen && bursts[index] => Cell::Computing,
        true => Cell::Waiting,
        false => Cell::Empty,
    };

    (0..columns).map(cell).collect()
}

/// Turns that are too short for a column each, drawn by their share: of four threads on one core
/// each computes in every fourth column.
#[derive(Default)]
struct Turns {
    owed: f64,
}

impl Turns {
    fn next(&mut self, computing: f64, in_line: f64) -> Cell {
        let share = computing / (computing + in_line);
        // Nearly all of it is all of it.
        if (0.1..0.9).contains(&share) {
            self.owed += share;
        } else {
            self.owed = share.round();
        }
        if self.owed >= 0.5 {
            self.owed -= 1.0;
            Cell::Computing
        } else {
            Cell::InLine
        }
    }
}

/// Calls `f` with each column between two places and the part of it that is covered. A stretch
/// without a length still touches one column.
pub(super) fn each_column(start: f64, end: f64, columns: usize, mut f: impl FnMut(usize, f64)) {
    let last = columns as f64;
    let start = start.clamp(0.0, last);
    let end = end.clamp(0.0, last);
    let mut index = floor(start).min(columns - 1);

    loop {
        let left = index as f64;
        let right = (index + 1) as f64;
        f(index, (end.min(right) - start.max(left)).max(0.0));
        index += 1;
        if index >= columns || index as f64 >= end {
            return;
        }
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a column: not negative, and small"
)]
fn floor(column: f64) -> usize {
    column as usize
}
