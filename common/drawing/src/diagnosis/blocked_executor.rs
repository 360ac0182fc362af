//! A task that kept its thread to itself while others were ready.

use super::times::{length, time};
use recording::trace::{Kind, Lane, Slice, Trace};

/// The length of a poll that keeps the others waiting, if it is a twentieth of the run as well.
const LONG_POLL_NS: u64 = 10_000_000;
/// The time within which a task is polled after another one's long poll if it was ready before.
const AT_ONCE_NS: u64 = 1_000_000;

/// A task's lane and its polls.
type Task<'a> = (&'a Lane, Vec<Slice>);

pub(super) fn find(trace: &Trace) -> Vec<String> {
    let limit = LONG_POLL_NS.max(length(trace.start_ns, trace.end_ns) / 20);
    let lanes = trace.lanes.iter();
    let tasks: Vec<Task> = lanes
        .filter(|lane| lane.kind == Kind::Task)
        .map(|lane| (lane, lane.polls()))
        .collect();

    let mut found = Vec::new();
    for (lane, polls) in &tasks {
        let longest = polls
            .iter()
            .filter(|poll| length(poll.start_ns, poll.end_ns) > limit)
            .max_by_key(|poll| length(poll.start_ns, poll.end_ns));
        let Some(longest) = longest else { continue };
        let waiting = tasks
            .iter()
            .find(|task| is_kept_waiting(task, lane, longest));
        if let Some((other, _)) = waiting {
            found.push(sentence(lane, longest, other));
        }
    }

    found
}

/// Returns whether a task was ready while `lane` was in its longest poll, and had to wait.
fn is_kept_waiting((other, polls): &Task, lane: &Lane, longest: &Slice) -> bool {
    let was_there = other.jobs().any(|span| span.start_ns < longest.start_ns);
    let ran_meanwhile = polls
        .iter()
        .any(|poll| poll.start_ns < longest.end_ns && poll.end_ns > longest.start_ns);
    let next = polls
        .iter()
        .find(|poll| poll.tid == longest.tid && poll.start_ns >= longest.end_ns);
    let was_ready = next.is_some_and(|poll| poll.start_ns - longest.end_ns < AT_ONCE_NS);
    let is_beside = other.name != lane.name && other.pid == lane.pid;

    is_beside && was_there && !ran_meanwhile && was_ready
}

fn sentence(lane: &Lane, longest: &Slice, other: &Lane) -> String {
    let took = length(longest.start_ns, longest.end_ns);
    let (did, instead) = if longest.cpu_ns > took / 2 {
        (
            "computed",
            "move it to spawn_blocking, or give way with yield_now",
        )
    } else {
        (
            "blocked its thread",
            "use the async kind of what it calls, or spawn_blocking",
        )
    };
    let at = lane.jobs().next().map(|span| format!(" ({})", span.at));

    format!(
        "the task '{}'{} {did} for {} in one poll, and '{}', which was ready, had to wait: {instead}",
        lane.name,
        at.unwrap_or_default(),
        time(took),
        other.name
    )
}

#[cfg(test)]
mod tests {
    use crate::diagnosis::expect::{only, quiet};
    use recording::trace::fixtures::{task, trace};

    #[test]
    fn a_task_that_sleeps_in_a_poll_is_named() {
        let sleeper = task("sleeper", (0, 1000), &[(0, 1), (100, 600)], 0);
        let polls = [(50, 51), (600, 601), (700, 701)];
        let heart = task("heartbeat", (0, 1000), &polls, 0);

        assert_eq!(
            only(&trace(1000, vec![sleeper, heart])),
            "the task 'sleeper' (src/made_up.rs:1) blocked its thread for 500.0 ms in one poll, \
             and 'heartbeat', which was ready, had to wait: use the async kind of what it calls, \
             or spawn_blocking"
        );

        let computer = task("computer", (0, 1000), &[(100, 600)], 100);
        let heart = task("heartbeat", (0, 1000), &[(50, 51), (600, 601)], 0);
        let said = only(&trace(1000, vec![computer, heart]));

        assert!(said.contains("computed for 500.0 ms"), "{said}");
    }

    #[test]
    fn a_long_poll_that_kept_no_task_waiting_is_fine() {
        let busy = || task("busy", (0, 1000), &[(100, 600)], 100);
        quiet(&trace(1000, vec![busy()]));

        let later = task("later", (0, 1000), &[(50, 51), (800, 801)], 0);
        quiet(&trace(1000, vec![busy(), later]));

        let new = task("new", (600, 1000), &[(600, 601)], 0);
        quiet(&trace(1000, vec![busy(), new]));

        let mut elsewhere = task("elsewhere", (0, 1000), &[(50, 51), (600, 601)], 0);
        for poll in &mut elsewhere.slices {
            poll.tid = 9;
        }
        quiet(&trace(1000, vec![busy(), elsewhere]));

        let short = task("a", (0, 1000), &[(100, 120)], 0);
        let next = task("b", (0, 1000), &[(5, 6), (120, 121)], 0);

        quiet(&trace(1000, vec![short, next]));
    }
}
