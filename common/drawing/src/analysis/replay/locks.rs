//! The locks of a run, and the times for which they were held.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use recording::trace::{Mark, Trace};

/// The longest time between the end of a wait for a lock and the start of what is done under it.
const LONGEST_GAP_NS: u64 = 2_000_000;
/// The overlap up to which two holds are one after the other: clocks are read a moment late.
const SHORTEST_OVERLAP_NS: u64 = 50_000;

/// A lock, or anything else that only so many lanes can have at once.
#[derive(Clone, Debug)]
pub(in crate::analysis) struct Lock {
    pub(in crate::analysis) name: String,
    /// The most lanes that had it at once.
    pub(super) permits: usize,
}

/// A time for which a lane had a lock.
#[derive(Clone, Debug)]
pub(in crate::analysis) struct Hold {
    /// The index of its lane.
    pub(in crate::analysis) lane: usize,
    /// The index of its lock.
    pub(in crate::analysis) lock: usize,
    /// The index of its span in the lane.
    pub(in crate::analysis) span: usize,
    /// The moment at which it was asked for.
    pub(super) asked_ns: u64,
    pub(in crate::analysis) start_ns: u64,
    pub(in crate::analysis) end_ns: u64,
}

/// Returns the locks that more than one lane had, and all times for which they were held.
pub(super) fn locks(trace: &Trace) -> (Vec<Lock>, Vec<Hold>) {
    let mut by_name: BTreeMap<(u32, &str), Vec<Hold>> = BTreeMap::new();
    for (number, lane) in trace.lanes.iter().enumerate() {
        let mut waits: HashMap<&str, (u64, u64)> = HashMap::new();
        for (index, span) in lane.spans.iter().enumerate() {
            // One that was never let go is a deadlock, which is another matter.
            let Some(end_ns) = span.end_ns else { continue };
            match span.mark.as_deref() {
                Some(Mark::WaitsFor(what)) => {
                    waits.insert(what, (span.start_ns, end_ns));
                }
                Some(Mark::Holds(what)) => {
                    let wait = waits.remove(what.as_str());
                    let wait = wait.filter(|(_, wait_end_ns)| {
                        wait_end_ns.abs_diff(span.start_ns) <= LONGEST_GAP_NS
                    });
                    let hold = Hold {
                        lane: number,
                        lock: 0,
                        span: index,
                        asked_ns: wait.map_or(span.start_ns, |(start_ns, _)| start_ns),
                        start_ns: span.start_ns,
                        end_ns,
                    };
                    by_name.entry((lane.pid, what)).or_default().push(hold);
                }
                None => {}
            }
        }
    }

    let mut locks = Vec::new();
    let mut holds = Vec::new();

    for ((_, name), of_lock) in by_name {
        let lanes: BTreeSet<usize> = of_lock.iter().map(|hold| hold.lane).collect();
        if lanes.len() > 1 {
            let lock = locks.len();
            locks.push(Lock {
                name: name.to_owned(),
                permits: most_at_once(&of_lock),
            });
            holds.extend(of_lock.into_iter().map(|hold| Hold { lock, ..hold }));
        }
    }

    (locks, holds)
}

fn most_at_once(holds: &[Hold]) -> usize {
    let starts = holds.iter().map(|hold| (hold.start_ns, true));
    let ends = holds.iter().map(|hold| {
        let end_ns = hold.end_ns.saturating_sub(SHORTEST_OVERLAP_NS);
        (end_ns.max(hold.start_ns), false)
    });
    // At one moment, ends come first.
    let mut edges: Vec<(u64, bool)> = starts.chain(ends).collect();
    edges.sort_unstable();

    let mut now = 0_usize;
    let mut most = 1;
    for (_, is_start) in edges {
        now = if is_start {
            now + 1
        } else {
            now.saturating_sub(1)
        };
        most = most.max(now);
    }

    most
}
