//! Why is it sequential? What a finished recording says about a run that gained less than it could.
//!
//! A pure function of a [`Trace`]. It says nothing where there is nothing to say: each sentence rests on times that were
//! measured, and names them.

use std::collections::BTreeMap;

use crate::measure::seconds;
use crate::trace::{At, End, Kind, Lane, Mark, Slice, Span, Trace};

/// A poll longer than this, and than a twentieth of the run, keeps the others waiting.
const LONG_POLL_NS: u64 = 10_000_000;
/// A task that is polled this soon after another one's long poll had been ready before.
const AT_ONCE_NS: u64 = 1_000_000;
/// Jobs shorter than this are over before it matters how they were started.
const SHORTEST_JOB_NS: u64 = 1_000_000;

/// One sentence for each thing that is wrong; none if nothing is.
pub fn diagnose(trace: &Trace) -> Vec<String> {
    let rules = [
        blocked_executor,
        never_overlapped,
        one_at_a_time,
        queue_too_long,
        ended_too_early,
    ];
    rules.iter().flat_map(|rule| rule(trace)).collect()
}

fn time(ns: u64) -> String {
    seconds(ns as f64 / 1e9)
}

fn length(start_ns: u64, end_ns: u64) -> u64 {
    end_ns.saturating_sub(start_ns)
}

/// A sum that stays at the end of what there is: a child may send any number.
fn sum(values: impl Iterator<Item = u64>) -> u64 {
    values.fold(0, u64::saturating_add)
}

fn end(trace: &Trace, span: &Span) -> u64 {
    span.end_ns.unwrap_or(trace.end_ns)
}

fn jobs(lane: &Lane) -> impl Iterator<Item = &Span> {
    lane.spans.iter().filter(|span| span.job)
}

/// A task's polls: slices of the same thread without a gap.
pub(crate) fn polls(lane: &Lane) -> Vec<Slice> {
    let mut polls: Vec<Slice> = Vec::new();
    for slice in &lane.slices {
        match polls.last_mut() {
            Some(last) if last.end_ns == slice.start_ns && last.tid == slice.tid => {
                last.end_ns = slice.end_ns;
                last.cpu_ns = last.cpu_ns.saturating_add(slice.cpu_ns);
            }
            _ => polls.push(*slice),
        }
    }
    polls
}

/// A task that kept its thread to itself while others were ready.
fn blocked_executor(trace: &Trace) -> Vec<String> {
    let limit = LONG_POLL_NS.max(length(trace.start_ns, trace.end_ns) / 20);
    let tasks: Vec<(&Lane, Vec<Slice>)> = trace
        .lanes
        .iter()
        .filter(|lane| lane.kind == Kind::Task)
        .map(|lane| (lane, polls(lane)))
        .collect();
    let mut found = Vec::new();
    for (lane, own) in &tasks {
        let long = own
            .iter()
            .filter(|poll| length(poll.start_ns, poll.end_ns) > limit);
        let Some(longest) = long.max_by_key(|poll| length(poll.start_ns, poll.end_ns)) else {
            continue;
        };
        let kept_waiting = tasks.iter().filter(|(other, polls)| {
            let ready = |poll: &&Slice| poll.tid == longest.tid && poll.start_ns >= longest.end_ns;
            let next = polls.iter().find(ready);
            let there = jobs(other).any(|span| span.start_ns < longest.start_ns);
            let ran = polls
                .iter()
                .any(|poll| poll.start_ns < longest.end_ns && poll.end_ns > longest.start_ns);
            let soon = next.is_some_and(|poll| poll.start_ns - longest.end_ns < AT_ONCE_NS);
            other.name != lane.name && other.pid == lane.pid && there && !ran && soon
        });
        let Some((other, _)) = kept_waiting.into_iter().next() else {
            continue;
        };
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
        let at = jobs(lane)
            .next()
            .map_or(String::new(), |span| format!(" ({})", span.at));
        found.push(format!(
            "the task '{}'{at} {did} for {} in one poll, and '{}', which was ready, had to wait: {instead}",
            lane.name,
            time(took),
            other.name
        ));
    }
    found
}

/// Jobs from one line of source, each on a lane of its own, of which each began only when the one before had ended.
fn never_overlapped(trace: &Trace) -> Vec<String> {
    type Group<'a> = Vec<(usize, &'a Lane, &'a Span)>;
    let mut groups: BTreeMap<(&str, u32, u32), Group> = BTreeMap::new();
    for (number, lane) in trace
        .lanes
        .iter()
        .enumerate()
        .filter(|(_, lane)| lane.kind != Kind::Process)
    {
        for span in jobs(lane) {
            groups
                .entry((span.at.file, span.at.line, lane.pid))
                .or_default()
                .push((number, lane, span));
        }
    }
    let mut found = Vec::new();
    for mut group in groups.into_values() {
        group.sort_by_key(|(_, _, span)| span.start_ns);
        let one_each = group
            .iter()
            .map(|(number, ..)| *number)
            .collect::<std::collections::BTreeSet<_>>();
        let total = sum(group
            .iter()
            .map(|(_, _, span)| length(span.start_ns, end(trace, span))));
        let cpu = sum(group.iter().map(|(_, _, span)| span.cpu_ns));
        let waiting = cpu < total / 2;
        let longest = group
            .iter()
            .map(|(_, _, span)| length(span.start_ns, end(trace, span)))
            .max()
            .unwrap_or(0);
        let something_to_gain = longest < total / 4 * 3;
        let most_of_it = total > length(trace.start_ns, trace.end_ns) / 2;
        let count = group.len() as u64;
        // A loop that waits inside starts the next as soon as the last is done; a gap would be somebody's intention.
        let in_a_loop = group.windows(2).all(|pair| {
            let (before, after) = (end(trace, pair[0].2), pair[1].2.start_ns);
            after >= before && after - before < total / count / 10
        });
        let long = total / count >= SHORTEST_JOB_NS;
        if count < 2
            || one_each.len() < group.len()
            || !(waiting && something_to_gain && most_of_it && in_a_loop && long)
        {
            continue;
        }
        let (first, last) = (group[0], group[group.len() - 1]);
        let start = if first.1.kind == Kind::Task {
            "start all of them, then await"
        } else {
            "spawn all of them, then join"
        };
        found.push(format!(
            "'{}' to '{}' ({} jobs, {}) never overlapped: each began when the one before had ended, {} in all; {start}",
            first.1.name,
            last.1.name,
            count,
            first.2.at,
            time(total)
        ));
    }
    found
}

/// Where a lock is taken, how long it was held and waited for, by how many.
#[derive(Default)]
struct Lock {
    /// The lanes that held it, by the line of source where they did.
    holders: BTreeMap<(&'static str, u32), std::collections::BTreeSet<usize>>,
    held_ns: u64,
    waited_ns: u64,
    /// Where it was held longest in one go, and for how long.
    longest: Option<(u64, At)>,
}

/// A critical section that covers most of the work.
fn one_at_a_time(trace: &Trace) -> Vec<String> {
    let mut locks: BTreeMap<(u32, &str), Lock> = BTreeMap::new();
    for (number, lane) in trace.lanes.iter().enumerate() {
        for span in &lane.spans {
            // One that never came back is a deadlock, which is another matter.
            let Some(end_ns) = span.end_ns else { continue };
            let took = length(span.start_ns, end_ns);
            match span.mark.as_deref() {
                Some(Mark::Holds(what)) => {
                    let lock = locks.entry((lane.pid, what)).or_default();
                    lock.holders
                        .entry((span.at.file, span.at.line))
                        .or_default()
                        .insert(number);
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
    let mut found = Vec::new();
    for ((_, name), lock) in locks {
        // Of several places with a lock of that name, the one that held it longest is meant.
        let Some((_, at)) = lock.longest else {
            continue;
        };
        let holders = &lock.holders[&(at.file, at.line)];
        let lanes = holders.iter().map(|number| &trace.lanes[*number]);
        let spans = || lanes.clone().flat_map(jobs);
        let (Some(first), Some(last)) = (
            spans().map(|span| span.start_ns).min(),
            spans().map(|span| end(trace, span)).max(),
        ) else {
            continue;
        };
        let together = length(first, last).max(1);
        // At most one has it at a time: what is held adds up to a share of the time.
        let share = lock.held_ns as f64 / together as f64;
        let count = holders.len();
        if count >= 2 && share > 0.7 && lock.waited_ns > together / 2 {
            found.push(format!(
                "'{name}' ({at}) was held {:.0} % of the time, so {count} lanes went one at a time and waited {} for it: \
                 do the slow part outside",
                100.0 * share.min(1.0),
                time(lock.waited_ns)
            ));
        }
    }
    found
}

/// Workers that had no pause while their jobs waited: more of them would help, if the work is waiting.
fn queue_too_long(trace: &Trace) -> Vec<String> {
    // Messages only: what a lane was started by carries the lane's own name.
    let messages = trace
        .links
        .iter()
        .filter(|link| trace.lanes[link.to_lane].name != link.label);
    let mut by_worker: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
    for link in messages {
        by_worker
            .entry(link.to_lane)
            .or_default()
            .push(length(link.from_ns, link.to_ns));
    }
    let waits: Vec<u64> = by_worker.values().flatten().copied().collect();
    let workers: Vec<&Lane> = by_worker.keys().map(|lane| &trace.lanes[*lane]).collect();
    let done: Vec<u64> = workers
        .iter()
        .flat_map(|lane| jobs(lane))
        .map(|span| length(span.start_ns, end(trace, span)))
        .collect();
    if waits.len() < 3 || done.is_empty() {
        return Vec::new();
    }
    let mean = |times: &[u64]| sum(times.iter().copied()) / times.len() as u64;
    let busy = workers.iter().all(|lane| {
        let (first, last) = (
            jobs(lane).map(|span| span.start_ns).min(),
            jobs(lane).map(|span| end(trace, span)).max(),
        );
        let inside = sum(jobs(lane).map(|span| length(span.start_ns, end(trace, span))));
        let there = length(first.unwrap_or(0), last.unwrap_or(0));
        inside / 9 > there / 10
    });
    let cpu = sum(workers
        .iter()
        .flat_map(|lane| jobs(lane))
        .map(|span| span.cpu_ns));
    let waiting = cpu < sum(done.iter().copied()) / 2;
    if busy && waiting && mean(&waits) > mean(&done) {
        let at = workers
            .first()
            .and_then(|lane| jobs(lane).next())
            .map_or(String::new(), |span| format!(" ({})", span.at));
        return vec![format!(
            "{} workers for {} jobs{at}: a job lay in the queue for {} on average and then took {}, mostly waiting; \
             more workers would shorten it",
            workers.len(),
            waits.len(),
            time(mean(&waits)),
            time(mean(&done))
        )];
    }
    Vec::new()
}

/// The program ended while a thread of it was at work.
fn ended_too_early(trace: &Trace) -> Vec<String> {
    let Some(main) = trace
        .lanes
        .iter()
        .find(|lane| lane.name == "main" && lane.kind == Kind::Thread)
    else {
        return Vec::new();
    };
    let unfinished = trace.lanes.iter().filter(|lane| {
        lane.kind == Kind::Thread
            && lane.pid == main.pid
            && lane.name != "main"
            && lane.ended == End::StillRunning
    });
    let mut found = Vec::new();
    for lane in unfinished {
        let open: Vec<&Span> = lane
            .spans
            .iter()
            .filter(|span| span.end_ns.is_none())
            .collect();
        // One that waits for ever has another trouble.
        let stuck = open
            .iter()
            .any(|span| matches!(span.mark.as_deref(), Some(Mark::WaitsFor(_))));
        if let Some(outermost) = open.first().filter(|_| !stuck) {
            found.push(format!(
                "main ended while '{}' was still at '{}' ({}): what it had left to do was never done; join it",
                lane.name, outermost.name, outermost.at
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::fixtures::{MS, lane, slice, task, trace};
    use crate::trace::{Link, Mark};

    fn only(trace: &Trace) -> String {
        let found = diagnose(trace);
        assert_eq!(found.len(), 1, "{found:#?}");
        found.into_iter().next().unwrap_or_default()
    }

    fn quiet(trace: &Trace) {
        assert_eq!(diagnose(trace), Vec::<String>::new());
    }

    fn marked(mut lane: Lane, spans: &[(u64, u64, Mark)]) -> Lane {
        for (start, end, mark) in spans {
            let mut span = lane.spans[0].clone();
            (span.start_ns, span.end_ns, span.depth, span.job) =
                (start * MS, Some(end * MS), 1, false);
            span.mark = Some(Box::new(mark.clone()));
            lane.spans.push(span);
        }
        lane
    }

    #[test]
    fn a_task_that_sleeps_in_a_poll_is_named() {
        let sleeper = task("sleeper", (0, 1000), &[(0, 1), (100, 600)], 0);
        let heart = task(
            "heartbeat",
            (0, 1000),
            &[(50, 51), (600, 601), (700, 701)],
            0,
        );
        let said = only(&trace(1000, vec![sleeper, heart]));
        assert_eq!(
            said,
            "the task 'sleeper' (src/made_up.rs:1) blocked its thread for 500.0 ms in one poll, and 'heartbeat', \
             which was ready, had to wait: use the async kind of what it calls, or spawn_blocking"
        );
        let computer = task("computer", (0, 1000), &[(100, 600)], 100);
        let heart = task("heartbeat", (0, 1000), &[(50, 51), (600, 601)], 0);
        assert!(only(&trace(1000, vec![computer, heart])).contains("computed for 500.0 ms"));
    }

    #[test]
    fn long_polls_that_nobody_waited_for_are_none_of_our_business() {
        let busy = || task("busy", (0, 1000), &[(100, 600)], 100);
        // Alone; with a task that had nothing to do until later; with one that came later; on another thread.
        quiet(&trace(1000, vec![busy()]));
        quiet(&trace(
            1000,
            vec![busy(), task("later", (0, 1000), &[(50, 51), (800, 801)], 0)],
        ));
        quiet(&trace(
            1000,
            vec![busy(), task("new", (600, 1000), &[(600, 601)], 0)],
        ));
        let mut elsewhere = task("elsewhere", (0, 1000), &[(50, 51), (600, 601)], 0);
        for poll in &mut elsewhere.slices {
            poll.tid = 9;
        }
        quiet(&trace(1000, vec![busy(), elsewhere]));
        // Short polls.
        quiet(&trace(
            1000,
            vec![
                task("a", (0, 1000), &[(100, 120)], 0),
                task("b", (0, 1000), &[(5, 6), (120, 121)], 0),
            ],
        ));
    }

    #[test]
    fn jobs_that_take_turns_for_no_reason_are_named() {
        let calls = [
            ("Weather", 0, 1000),
            ("News", 1001, 3000),
            ("Stock", 3001, 4500),
        ];
        let lanes =
            calls.map(|(name, start, end)| task(name, (start, end), &[(start, start + 1)], 0));
        let said = only(&trace(4500, lanes.to_vec()));
        assert_eq!(
            said,
            "'Weather' to 'Stock' (3 jobs, src/made_up.rs:1) never overlapped: each began when the one before had ended, \
             4.50 s in all; start all of them, then await"
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
        quiet(&trace(
            100,
            vec![lane("a", Kind::Thread, &[(0, 50), (50, 100)])],
        ));
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

    #[test]
    fn a_lock_around_the_slow_part_is_named() {
        let (held, wait) = (
            Mark::Holds("the file".into()),
            Mark::WaitsFor("the file".into()),
        );
        let one = marked(
            lane("one", Kind::Thread, &[(0, 200)]),
            &[(0, 100, held.clone()), (100, 200, wait.clone())],
        );
        let two = marked(
            lane("two", Kind::Thread, &[(0, 200)]),
            &[(0, 100, wait.clone()), (100, 200, held.clone())],
        );
        assert_eq!(
            only(&trace(200, vec![one, two])),
            "'the file' (src/made_up.rs:1) was held 100 % of the time, so 2 lanes went one at a time and waited 200.0 ms \
             for it: do the slow part outside"
        );
        // Two places with a lock of that name: the one that held it long is to blame.
        let mut fixed = marked(
            lane("fixed", Kind::Thread, &[(0, 200)]),
            &[(100, 101, held.clone())],
        );
        fixed.spans[1].at.line = 99;
        let one = marked(
            lane("one", Kind::Thread, &[(0, 200)]),
            &[(0, 100, held.clone()), (100, 200, wait.clone())],
        );
        let two = marked(
            lane("two", Kind::Thread, &[(0, 200)]),
            &[(0, 100, wait.clone()), (100, 200, held.clone())],
        );
        assert!(
            only(&trace(200, vec![one.clone(), two.clone(), fixed]))
                .starts_with("'the file' (src/made_up.rs:1)")
        );
        // Stuck for ever: the deadline says so.
        let mut stuck = vec![one, two];
        for lane in &mut stuck {
            for span in &mut lane.spans[1..] {
                span.end_ns = None;
            }
        }
        quiet(&trace(200, stuck));
        // Held briefly; held long, but by one alone.
        let brief = |name| {
            marked(
                lane(name, Kind::Thread, &[(0, 200)]),
                &[(0, 10, held.clone()), (100, 101, wait.clone())],
            )
        };
        quiet(&trace(200, vec![brief("one"), brief("two")]));
        quiet(&trace(
            200,
            vec![marked(
                lane("one", Kind::Thread, &[(0, 200)]),
                &[(0, 200, held.clone())],
            )],
        ));
    }

    /// Two workers do four jobs of 100 ms each, handed out at once; the second two wait in the queue.
    fn queue(jobs: u64, job_ms: u64, cpu: u64) -> Trace {
        let mut lanes = vec![lane("main", Kind::Thread, &[])];
        let mut links = Vec::new();
        for worker in 1..=2_u64 {
            let spans: Vec<(u64, u64)> = (0..jobs / 2)
                .map(|n| (n * job_ms, (n + 1) * job_ms))
                .collect();
            let mut lane = lane(&format!("worker {worker}"), Kind::Thread, &spans);
            for (span, (start, _)) in lane.spans.iter_mut().zip(&spans) {
                span.cpu_ns = job_ms * MS * cpu / 100;
                let label = format!("job {start} of {worker}");
                let to_lane = usize::try_from(worker).unwrap();
                links.push(Link {
                    label,
                    from_lane: 0,
                    from_ns: 0,
                    to_lane,
                    to_ns: start * MS,
                });
            }
            lanes.push(lane);
        }
        Trace {
            links,
            ..trace(jobs / 2 * job_ms, lanes)
        }
    }

    #[test]
    fn a_pool_that_is_too_small_is_named() {
        let said = only(&queue(10, 100, 0));
        assert!(
            said.starts_with(
                "2 workers for 10 jobs (src/made_up.rs:1): a job lay in the queue for 200.0 ms"
            ),
            "{said}"
        );
        // Short queue; workers that compute need cores, not colleagues.
        quiet(&queue(4, 100, 0));
        quiet(&queue(10, 100, 90));
    }

    #[test]
    fn a_thread_that_outlives_main_is_named() {
        let mut printer = lane("printer", Kind::Thread, &[(0, 100)]);
        printer.spans[0].end_ns = None;
        printer.ended = End::StillRunning;
        let run = |printer: Lane| trace(100, vec![lane("main", Kind::Thread, &[]), printer]);
        assert_eq!(
            only(&run(printer.clone())),
            "main ended while 'printer' was still at 'span' (src/made_up.rs:1): what it had left to do was never done; \
             join it"
        );
        quiet(&run(lane("printer", Kind::Thread, &[(0, 100)])));
        // One that hangs is reported by the deadline.
        let mut stuck = marked(printer, &[(10, 100, Mark::WaitsFor("a lock".into()))]);
        stuck.spans[1].end_ns = None;
        quiet(&run(stuck));
    }

    #[test]
    fn nothing_is_said_of_nothing() {
        quiet(&Trace::default());
        quiet(&trace(0, vec![lane("main", Kind::Thread, &[(0, 0)])]));
        let mut odd = lane("odd", Kind::Task, &[(5, 3)]);
        odd.slices.push(slice(9, 9, 0));
        quiet(&trace(10, vec![odd]));
    }
}
