//! The rows of the cores: which thread ran on each of them, and when.

use std::collections::BTreeMap;

use super::cells::each_column;
use super::text::{cut, label};
use recording::sort_by_numbers;
use recording::trace::{Kind, Lane, Source, State, Trace, Turn};

/// Rows that are drawn at most; of more cores, the last ones are only counted.
const MOST: usize = 8;
/// The part of a run in which two threads must want a core at once: of a run that waits, the rows of
/// its cores would be empty.
const LEAST: f64 = 0.1;
/// The columns that the name of a thread may take in the legend.
const LONGEST_NAME: usize = 16;
/// The part of a column that a turn must have to be seen there.
const SEEN: f64 = 0.05;

/// The signs of threads, in the order of their lanes; those after them have the last one.
const SIGNS: &[u8] = b"abcdefghijklmnopqrstuvwxyz+";
/// The sign of threads without a lane.
const OTHER: char = '*';

/// The cores of a run, of those with a row.
pub(super) struct Cores<'a> {
    trace: &'a Trace,
    numbers: Vec<u32>,
    /// The number of those without.
    left: usize,
}

/// The thread that has a column: a lane, or one without.
type Holder = Option<usize>;

impl<'a> Cores<'a> {
    /// Returns the cores of a run whose threads wanted them at the same time; none of another one, or
    /// where the turns were not measured.
    pub(super) fn of(trace: &'a Trace) -> Cores<'a> {
        let is_wanted = trace.source == Source::Exact && wanted_at_once(trace) >= LEAST;
        let turns = trace.turns.iter().filter(|_| is_wanted);
        let of_lanes = turns.filter(|turn| turn.lane.is_some());
        let mut numbers: Vec<u32> = of_lanes.map(|turn| turn.core).collect();
        sort_by_numbers(&mut numbers, |number| (u64::from(*number), 0));
        numbers.dedup();

        Cores {
            trace,
            left: numbers.len().saturating_sub(MOST),
            numbers: numbers.into_iter().take(MOST).collect(),
        }
    }

    pub(super) fn labels(&self) -> Vec<String> {
        let name = |number: &u32| format!("core {number}");
        self.numbers.iter().map(name).collect()
    }

    /// Returns the cells of each row, and the meaning of their signs.
    pub(super) fn rows(&self, columns: usize) -> (Vec<String>, Vec<String>) {
        let rows: Vec<Vec<Option<Holder>>> = self
            .numbers
            .iter()
            .map(|number| self.row(*number, columns))
            .collect();
        let seen = || rows.iter().flatten().flatten();

        // Threads with a lane first, in the order of their lanes.
        let mut lanes: Vec<usize> = seen().copied().flatten().collect();
        lanes.sort_unstable();
        lanes.dedup();
        let sign = |holder: Holder| match holder {
            Some(lane) => {
                let place = lanes.binary_search(&lane).unwrap_or(SIGNS.len());
                char::from(SIGNS[place.min(SIGNS.len() - 1)])
            }
            None => OTHER,
        };
        let cells = |row: &Vec<Option<Holder>>| -> String {
            row.iter().map(|cell| cell.map_or(' ', sign)).collect()
        };
        let drawn = rows.iter().map(cells).collect();

        let mut meaning: Vec<String> = lanes
            .iter()
            .take(SIGNS.len() - 1)
            .map(|lane| {
                let name = cut(&label(&self.trace.lanes[*lane]), LONGEST_NAME);
                format!("{} {name}", sign(Some(*lane)))
            })
            .collect();
        if lanes.len() >= SIGNS.len() {
            meaning.push("+ the others".to_owned());
        }
        if seen().any(Option::is_none) {
            meaning.push(format!("{OTHER} a thread without a lane"));
        }
        if self.left > 0 {
            meaning.push(format!("and {} more cores", self.left));
        }

        (drawn, meaning)
    }

    /// Returns the thread that each column of a core's row belongs to. Turns that are too short for a
    /// column each have columns by their share.
    fn row(&self, number: u32, columns: usize) -> Vec<Option<Holder>> {
        let mut shares: Vec<BTreeMap<Option<Holder>, f64>> = vec![BTreeMap::new(); columns];
        let length = self.trace.end_ns.saturating_sub(self.trace.start_ns).max(1) as f64;
        let column = |t_ns: u64| self.trace.seconds(t_ns) * 1e9 / length * columns as f64;
        let turns = self.trace.turns.iter();
        for turn in turns.filter(|turn| turn.core == number) {
            let Turn {
                start_ns, end_ns, ..
            } = *turn;
            each_column(column(start_ns), column(end_ns), columns, |at, covered| {
                *shares[at].entry(Some(turn.lane)).or_default() += covered;
            });
        }

        let mut owed: BTreeMap<Option<Holder>, f64> = BTreeMap::new();
        shares
            .iter()
            .map(|shares| next(shares, &mut owed))
            .collect()
    }
}

/// Returns the thread, or none, to which most columns are owed of those that had part of this one.
fn next(
    shares: &BTreeMap<Option<Holder>, f64>,
    owed: &mut BTreeMap<Option<Holder>, f64>,
) -> Option<Holder> {
    let busy: f64 = shares.values().sum();
    let threads = shares.iter().map(|(who, share)| (*who, *share));
    let parts = threads.chain([(None, 1.0 - busy)]);
    let parts: BTreeMap<Option<Holder>, f64> = parts.filter(|(_, share)| *share > SEEN).collect();

    owed.retain(|who, _| parts.contains_key(who));
    for (who, share) in parts {
        *owed.entry(who).or_default() += share;
    }
    let most = owed.iter_mut().max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    *most.1 -= 1.0;
    *most.0
}

/// Returns the part of the run in which two or more threads computed or were in line for a core.
fn wanted_at_once(trace: &Trace) -> f64 {
    let threads = trace.lanes.iter().filter(|lane| lane.kind != Kind::Task);
    let mut edges: Vec<(u64, i64)> = Vec::new();
    for stretch in threads.flat_map(|lane: &Lane| &lane.states) {
        if stretch.state != State::Waiting && stretch.start_ns < stretch.end_ns {
            edges.push((stretch.start_ns, 1));
            edges.push((stretch.end_ns, -1));
        }
    }
    edges.sort_unstable();

    let mut wanting = 0;
    let mut at_once_ns = 0;
    let mut before_ns = 0;
    for (t_ns, change) in edges {
        if wanting > 1 {
            at_once_ns += t_ns - before_ns;
        }
        wanting += change;
        before_ns = t_ns;
    }

    let length = trace.end_ns.saturating_sub(trace.start_ns).max(1);
    at_once_ns as f64 / length as f64
}
