//! Jobs that took turns for no reason.

use std::collections::{BTreeMap, BTreeSet};

use super::times::{length, length_of, sum, time};
use recording::sort_by_numbers;
use recording::trace::{Kind, Lane, Span, Trace};

/// The length under which a job is over before it matters how it was started.
const SHORTEST_JOB_NS: u64 = 1_000_000;

/// A job with its lane, and the lane's number.
type Job<'a> = (usize, &'a Lane, &'a Span);

/// Finds jobs from one line of source, each on a lane of its own, of which each began only when the
/// one before had ended.
pub(super) fn find(trace: &Trace) -> Vec<String> {
    let mut groups: BTreeMap<(&str, u32, u32), Vec<Job>> = BTreeMap::new();
    for (number, lane) in trace.lanes.iter().enumerate() {
        if lane.kind == Kind::Process {
            continue;
        }
        for span in lane.jobs() {
            let line = (span.at.file, span.at.line, lane.pid);
            groups.entry(line).or_default().push((number, lane, span));
        }
    }

    let mut found = Vec::new();
    for mut jobs in groups.into_values() {
        sort_by_numbers(&mut jobs, |(_, _, span)| (span.start_ns, 0));
        if took_turns(trace, &jobs) {
            found.push(sentence(trace, &jobs));
        }
    }

    found
}

fn took_turns(trace: &Trace, jobs: &[Job]) -> bool {
    let count = jobs.len() as u64;
    if count < 2 {
        return false;
    }
    let lanes: BTreeSet<usize> = jobs.iter().map(|(lane, ..)| *lane).collect();
    let one_each = lanes.len() == jobs.len();

    let total = total(trace, jobs);
    let cpu = sum(jobs.iter().map(|(_, _, span)| span.cpu_ns));
    let lengths = jobs.iter().map(|(_, _, span)| length_of(trace, span));
    let longest = lengths.max().unwrap_or(0);
    let waited = cpu < total / 2;
    let something_to_gain = longest < total / 4 * 3;
    let most_of_the_run = total > length(trace.start_ns, trace.end_ns) / 2;
    let long_enough = total / count >= SHORTEST_JOB_NS;

    // A loop that waits inside starts the next as soon as the last is done; a gap would be on
    // purpose.
    let in_a_loop = jobs.windows(2).all(|pair| {
        let before = trace.end_of(pair[0].2);
        let after = pair[1].2.start_ns;
        after >= before && after - before < total / count / 10
    });
    one_each && waited && something_to_gain && most_of_the_run && long_enough && in_a_loop
}

fn total(trace: &Trace, jobs: &[Job]) -> u64 {
    sum(jobs.iter().map(|(_, _, span)| length_of(trace, span)))
}

fn sentence(trace: &Trace, jobs: &[Job]) -> String {
    let (_, first, span) = jobs[0];
    let (_, last, _) = jobs[jobs.len() - 1];
    let start = match first.kind {
        Kind::Task => "start all of them, then await",
        _ => "spawn all of them, then join",
    };

    format!(
        "'{}' to '{}' ({} jobs, {}) never overlapped: each began when the one before had ended, \
         {} in all; {start}",
        first.name,
        last.name,
        jobs.len(),
        span.at,
        time(total(trace, jobs))
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::expect::{only, quiet};
    use recording::trace::fixtures::{MS, lane, task, trace};

    #[test]
    fn jobs_that_take_turns_for_no_reason_are_named() {
        let calls = [
            ("Weather", 0, 1000),
            ("News", 1001, 3000),
            ("Stock", 3001, 4500),
        ];
        let lanes =
            calls.map(|(name, start, end)| task(name, (start, end), &[(start, start + 1)], 0));

        assert_eq!(
            only(&trace(4500, lanes.to_vec())),
            "'Weather' to 'Stock' (3 jobs, src/made_up.rs:1) never overlapped: each began when the \
             one before had ended, 4.50 s in all; start all of them, then await"
        );

        let threads = vec![
            lane("a", Kind::Thread, &[(0, 100)]),
            lane("b", Kind::Thread, &[(101, 200)]),
        ];
        assert!(only(&trace(200, threads)).contains("spawn all of them, then join"));
    }

    #[test]
    fn jobs_that_overlap_or_pause_or_compute_or_follow_on_one_lane_are_fine() {
        let threads = |b: (u64, u64)| {
            vec![
                lane("a", Kind::Thread, &[(0, 100)]),
                lane("b", Kind::Thread, &[b]),
            ]
        };
        quiet(&trace(150, threads((50, 150))));
        quiet(&trace(300, threads((200, 300))));
        let one_lane = lane("a", Kind::Thread, &[(0, 50), (50, 100)]);
        quiet(&trace(100, vec![one_lane]));

        let mut computing = threads((100, 200));
        for lane in &mut computing {
            lane.spans[0].cpu_ns = 100 * MS;
        }
        quiet(&trace(200, computing));

        // Different lines of source: a plan, not a loop.
        let mut plan = threads((100, 200));
        plan[1].spans[0].at.line = 2;
        quiet(&trace(200, plan));

        // One long job and a short one: nothing to gain.
        quiet(&trace(110, threads((100, 110))));
        // Too short to matter in this run.
        quiet(&trace(2000, threads((100, 200))));
    }
}
