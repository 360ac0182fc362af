//! A pool that is too small for work that waits.

use super::times::{length, length_of, sum, time};
use recording::trace::{Lane, Span, Trace};

/// Finds workers that had no pause while their jobs waited: more of them would help, if the work is
/// waiting.
pub(super) fn find(trace: &Trace) -> Vec<String> {
    let mut by_worker: Vec<Vec<u64>> = vec![Vec::new(); trace.lanes.len()];
    for link in &trace.links {
        // Messages only: the label of a start is the name of the lane that was started.
        if trace.lanes[link.to_lane].name != link.label {
            by_worker[link.to_lane].push(length(link.from_ns, link.to_ns));
        }
    }

    let waits: Vec<u64> = by_worker.iter().flatten().copied().collect();
    let lanes = trace.lanes.iter().zip(&by_worker);
    let workers = lanes.filter(|(_, waits)| !waits.is_empty());
    let workers: Vec<&Lane> = workers.map(|(lane, _)| lane).collect();
    let jobs: Vec<&Span> = workers.iter().flat_map(|lane| lane.jobs()).collect();
    let done: Vec<u64> = jobs.iter().map(|span| length_of(trace, span)).collect();

    if waits.len() < 3 || done.is_empty() {
        return Vec::new();
    }

    let cpu = sum(jobs.iter().map(|span| span.cpu_ns));
    let mostly_waiting = cpu < sum(done.iter().copied()) / 2;
    let all_busy = workers.iter().all(|lane| is_busy(trace, lane));

    if !(all_busy && mostly_waiting && mean(&waits) > mean(&done)) {
        return Vec::new();
    }
    let at = jobs.first().map(|span| format!(" ({})", span.at));
    vec![format!(
        "{} workers for {} jobs{}: a job lay in the queue for {} on average and then took {}, mostly \
         waiting; more workers would shorten it",
        workers.len(),
        waits.len(),
        at.unwrap_or_default(),
        time(mean(&waits)),
        time(mean(&done))
    )]
}

fn mean(times: &[u64]) -> u64 {
    sum(times.iter().copied()) / times.len() as u64
}

/// Returns whether a worker had a job for nine tenths of its time.
fn is_busy(trace: &Trace, lane: &Lane) -> bool {
    let first = lane.jobs().map(|span| span.start_ns).min();
    let last = lane.jobs().map(|span| trace.end_of(span)).max();
    let there = length(first.unwrap_or(0), last.unwrap_or(0));
    let inside = sum(lane.jobs().map(|span| length_of(trace, span)));
    inside / 9 > there / 10
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::expect::{only, quiet};
    use recording::trace::fixtures::{MS, lane, trace};
    use recording::trace::{Kind, Link};

    /// Two workers do `jobs` jobs, handed out at once; `cpu` is their share of CPU in percent.
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
                links.push(Link {
                    label: format!("job {start} of {worker}"),
                    from_lane: 0,
                    from_ns: 0,
                    to_lane: usize::try_from(worker).unwrap(),
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
        let expected =
            "2 workers for 10 jobs (src/made_up.rs:1): a job lay in the queue for 200.0 ms";

        assert!(said.starts_with(expected), "{said}");

        // Short queue; workers that compute need cores, not colleagues.
        quiet(&queue(4, 100, 0));
        quiet(&queue(10, 100, 90));
    }
}
