//! A critical section that covers most of the work.

use std::collections::{BTreeMap, BTreeSet};

use super::times::{length, time};
use recording::trace::{Mark, SourceLine, Trace};

/// The time for which a lock was held and waited for, by how many.
#[derive(Default)]
struct Lock {
    /// The lanes that held it, by the line of source where they did.
    holders: BTreeMap<(&'static str, u32), BTreeSet<usize>>,
    held_ns: u64,
    waited_ns: u64,
    /// The time and the place where it was held longest in one go.
    longest: Option<(u64, SourceLine)>,
}

pub(super) fn find(trace: &Trace) -> Vec<String> {
    let sentences = locks(trace)
        .into_iter()
        .map(|((_, name), lock)| sentence(trace, name, &lock));
    sentences.flatten().collect()
}

/// Returns every lock, by the process and its name.
fn locks(trace: &Trace) -> BTreeMap<(u32, &str), Lock> {
    let mut locks: BTreeMap<(u32, &str), Lock> = BTreeMap::new();
    for (number, lane) in trace.lanes.iter().enumerate() {
        for span in &lane.spans {
            // One that never came back is a deadlock, which is another matter.
            let Some(end_ns) = span.end_ns else { continue };
            let took = length(span.start_ns, end_ns);
            match span.mark.as_deref() {
                Some(Mark::Holds(what)) => {
                    let lock = locks.entry((lane.pid, what)).or_default();
                    let line = (span.at.file, span.at.line);
                    lock.holders.entry(line).or_default().insert(number);
                    lock.held_ns = lock.held_ns.saturating_add(took);
                    if lock.longest.is_none_or(|(longest, _)| took > longest) {
                        lock.longest = Some((took, span.at));
                    }
                }
                Some(Mark::WaitsFor(what)) => {
                    let lock = locks.entry((lane.pid, what)).or_default();
                    lock.waited_ns = lock.waited_ns.saturating_add(took);
                }
                None => {}
            }
        }
    }

    locks
}

fn sentence(trace: &Trace, name: &str, lock: &Lock) -> Option<String> {
    // Of several places with a lock of that name, the one that held it longest is meant.
    let (_, at) = lock.longest?;
    let holders = &lock.holders[&(at.file, at.line)];
    let jobs = || holders.iter().flat_map(|lane| trace.lanes[*lane].jobs());
    let first = jobs().map(|span| span.start_ns).min()?;
    let last = jobs().map(|span| trace.end_of(span)).max()?;
    let together = length(first, last).max(1);
    // At most one has it at a time: what is held adds up to a share of the time.
    let share = lock.held_ns as f64 / together as f64;

    let in_turn = holders.len() >= 2 && share > 0.7 && lock.waited_ns > together / 2;
    in_turn.then(|| {
        format!(
            "'{name}' ({at}) was held {:.0} % of the time, so {} lanes went one at a time and waited \
             {} for it: do the slow part outside",
            100.0 * share.min(1.0),
            holders.len(),
            time(lock.waited_ns)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::expect::{marked, only, quiet};
    use recording::trace::fixtures::{lane, trace};
    use recording::trace::{Kind, Lane};

    fn held() -> Mark {
        Mark::Holds("the file".into())
    }

    fn waits() -> Mark {
        Mark::WaitsFor("the file".into())
    }

    fn thread(name: &str, spans: &[(u64, u64, Mark)]) -> Lane {
        marked(lane(name, Kind::Thread, &[(0, 200)]), spans)
    }

    fn in_turn() -> [Lane; 2] {
        [
            thread("one", &[(0, 100, held()), (100, 200, waits())]),
            thread("two", &[(0, 100, waits()), (100, 200, held())]),
        ]
    }

    #[test]
    fn a_lock_around_the_slow_part_is_named() {
        assert_eq!(
            only(&trace(200, in_turn().to_vec())),
            "'the file' (src/made_up.rs:1) was held 100 % of the time, so 2 lanes went one at a time \
             and waited 200.0 ms for it: do the slow part outside"
        );

        // Two places with a lock of that name: the one that held it long is to blame.
        let mut fixed = thread("fixed", &[(100, 101, held())]);
        fixed.spans[1].at.line = 99;
        let [one, two] = in_turn();
        let said = only(&trace(200, vec![one, two, fixed]));

        assert!(said.starts_with("'the file' (src/made_up.rs:1)"), "{said}");
    }

    #[test]
    fn a_lock_that_is_stuck_or_brief_or_of_one_lane_is_not() {
        // Stuck for ever: the deadline says so.
        let mut stuck = in_turn();
        for lane in &mut stuck {
            for span in &mut lane.spans[1..] {
                span.end_ns = None;
            }
        }

        quiet(&trace(200, stuck.to_vec()));

        let brief = |name| thread(name, &[(0, 10, held()), (100, 101, waits())]);
        quiet(&trace(200, vec![brief("one"), brief("two")]));

        let alone = thread("one", &[(0, 200, held())]);
        quiet(&trace(200, vec![alone]));
    }
}
