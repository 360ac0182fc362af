//! The rows of a drawing: one for each lane, or for many lanes of the same kind.

use super::cells::{Cell, row};
use super::text::label;
use recording::trace::{Lane, Trace};

/// With more lanes than this, those that differ only by a number share a row.
const FOLD_FROM: usize = 16;

/// A row of the drawing.
pub(super) struct Row<'a> {
    pub(super) label: String,
    pub(super) lanes: Vec<&'a Lane>,
}

impl<'a> Row<'a> {
    /// Returns a row for each lane; of many, one for all that are called the same but for a number
    /// at the end.
    pub(super) fn folded(lanes: &'a [Lane]) -> Vec<Row<'a>> {
        let mut rows: Vec<(String, Row)> = Vec::new();
        for lane in lanes {
            let label = label(lane);
            let stem = label.trim_end_matches(|c: char| c.is_ascii_digit());
            let alike = rows.iter_mut().find(|(other, row)| {
                lanes.len() > FOLD_FROM && other == stem && row.lanes[0].kind == lane.kind
            });
            if let Some((_, row)) = alike {
                row.lanes.push(lane);
            } else {
                let stem = stem.to_owned();
                let lanes = vec![lane];
                rows.push((stem, Row { label, lanes }));
            }
        }

        let named = rows.into_iter().map(|(stem, mut row)| {
            row.rename(&stem);
            row
        });
        named.collect()
    }

    /// Gives a row of several lanes a name for all of them: `worker-1..200`, `tokio-rt x3`.
    fn rename(&mut self, stem: &str) {
        let number = |lane: &&Lane| label(lane)[stem.len()..].parse::<u64>().ok();
        let numbers = || self.lanes.iter().filter_map(number);

        match (self.lanes.len(), numbers().min(), numbers().max()) {
            (1, ..) => {}
            (count, Some(first), Some(last)) if first < last && last - first < count as u64 => {
                self.label = format!("{stem}{first}..{last}");
            }
            (count, ..) => self.label = format!("{stem} x{count}"),
        }
    }

    /// Returns its cells. Several lanes compute where at least half of those that are there do.
    pub(super) fn cells(&self, trace: &Trace, columns: usize) -> Vec<Cell> {
        let rows: Vec<Vec<Cell>> = self
            .lanes
            .iter()
            .map(|lane| row(trace, lane, columns))
            .collect();

        let together = |column: usize| {
            let count = |cell: Cell| rows.iter().filter(|row| row[column] == cell).count();
            let computing = count(Cell::Computing);
            let in_line = count(Cell::InLine);
            let blocked = count(Cell::Blocked);
            let waiting = count(Cell::Waiting);
            match computing + in_line + blocked + waiting {
                0 => Cell::Empty,
                _ if computing >= in_line + blocked + waiting => Cell::Computing,
                _ if in_line > blocked.max(waiting) => Cell::InLine,
                _ if blocked > waiting => Cell::Blocked,
                _ => Cell::Waiting,
            }
        };
        (0..columns).map(together).collect()
    }
}
