//! A pool in a plan: lanes of one name that take their jobs from one queue.

use super::plan::{LONGEST_GAP_NS, Plan};
use super::steps::{Act, Job, Pool, Step};
use recording::sort_by_numbers;
use recording::trace::{Kind, Lane, Span, Trace};

/// Lets these lanes take their jobs from a queue, and adds so many lanes more. Returns whether they
/// can be seen as a pool at all.
pub(super) fn make_pool(plan: &mut Plan, trace: &Trace, lanes: &[usize], more: usize) -> bool {
    let mut jobs: Vec<Job> = Vec::new();
    for number in lanes {
        let lane = &trace.lanes[*number];
        let spans: Vec<&Span> = lane.jobs().collect();
        let begun = begun(trace, *number);
        let handed_out = |job: &Span| Some(plan.links[handed_out(&begun, job)?]);
        let of_spans: Vec<_> = spans.iter().map(|job| handed_out(job)).collect();
        if !are_taken(trace, &spans, &of_spans) {
            return false;
        }
        let steps = std::mem::take(&mut plan.lanes[*number]);
        let (own, of_jobs) = parted(trace, &spans, steps);
        plan.lanes[*number] = own;

        for ((span, handed_out), steps) in spans.iter().zip(of_spans).zip(of_jobs) {
            jobs.push(Job {
                start_ns: span.start_ns,
                handed_out,
                steps,
            });
        }
    }

    sort_by_numbers(&mut jobs, |job| (job.start_ns, 0));
    plan.pool = Some(Pool { jobs });
    let beginning = lanes.first().and_then(|lane| plan.lanes[*lane].first());
    let beginning = beginning.cloned();

    for _ in 0..more {
        let take = Step::at(trace.start_ns, Act::TakeJobs);
        plan.lanes
            .push(beginning.iter().cloned().chain([take]).collect());
    }
    true
}

/// Returns whether a lane's jobs may as well have been another's: each was handed out by a lane, or
/// begun as soon as the one before had ended.
fn are_taken(trace: &Trace, jobs: &[&Span], handed_out: &[Option<usize>]) -> bool {
    let lengths = jobs
        .iter()
        .map(|job| trace.end_of(job).saturating_sub(job.start_ns));
    let mean = lengths.sum::<u64>() / jobs.len().max(1) as u64;
    let begun_at_once = jobs.windows(2).all(|pair| {
        let gap = pair[1].start_ns.saturating_sub(trace.end_of(pair[0]));
        gap <= LONGEST_GAP_NS.max(mean / 10)
    });

    begun_at_once || handed_out.iter().all(Option::is_some)
}

/// Returns the links from other lanes to a lane by their ends, with their numbers.
fn begun(trace: &Trace, lane: usize) -> Vec<(u64, usize)> {
    let links = trace.links.iter().enumerate();
    let to_lane = links.filter(|(_, link)| link.to_lane == lane && link.from_lane != lane);
    let mut begun: Vec<_> = to_lane.map(|(number, link)| (link.to_ns, number)).collect();
    begun.sort_unstable();
    begun
}

/// Returns the first of the links that end where a job starts.
fn handed_out(begun: &[(u64, usize)], job: &Span) -> Option<usize> {
    let is_before = |(to_ns, _): &(u64, usize)| to_ns.saturating_add(LONGEST_GAP_NS) < job.start_ns;
    let near = begun[begun.partition_point(is_before)..].iter();
    let near = near.take_while(|(to_ns, _)| to_ns.abs_diff(job.start_ns) <= LONGEST_GAP_NS);
    near.map(|(_, number)| *number).min()
}

/// Parts a lane's steps: its own, with the taking of jobs among them, and those of each job.
fn parted(trace: &Trace, jobs: &[&Span], steps: Vec<Step>) -> (Vec<Step>, Vec<Vec<Step>>) {
    let mut own = Vec::new();
    let mut of_jobs: Vec<Vec<Step>> = vec![Vec::new(); jobs.len()];
    let mut is_taking = false;

    for step in steps {
        let begun = jobs.partition_point(|job| job.start_ns <= step.start_ns);
        let Some(last) = begun.checked_sub(1) else {
            own.push(step);
            continue;
        };
        if !is_taking {
            own.push(Step::at(step.start_ns, Act::TakeJobs));
            is_taking = true;
        }

        let end_ns = trace.end_of(jobs[last]);
        let is_signal = matches!(step.act, Act::Signal { .. });
        let is_inside = step.start_ns < end_ns
            || (is_signal && step.start_ns <= end_ns.saturating_add(LONGEST_GAP_NS));
        if is_inside {
            of_jobs[last].push(step);
        } else if begun == jobs.len() {
            own.push(step);
        } else if is_signal {
            of_jobs[last].push(step);
        }
        // What lay between two jobs was waiting for the next one.
    }

    (own, of_jobs)
}

/// Returns the lanes of one process whose names differ only by a number, if they did more jobs than
/// they are.
pub(in crate::analysis) fn workers(trace: &Trace) -> Vec<(&str, Vec<usize>)> {
    let mut all: Vec<(&str, Vec<usize>)> = Vec::new();
    for (number, lane) in trace.lanes.iter().enumerate() {
        let Some(stem) = stem(lane).filter(|_| lane.jobs().next().is_some()) else {
            continue;
        };
        // Processes of a pool have each a number of their own.
        let is_like = |other: &Lane| {
            other.kind == lane.kind && (lane.kind == Kind::Process || other.pid == lane.pid)
        };
        let same = all.iter_mut().find(|(other, lanes)| {
            *other == stem && lanes.iter().all(|lane| is_like(&trace.lanes[*lane]))
        });
        match same {
            Some((_, lanes)) => lanes.push(number),
            None => all.push((stem, vec![number])),
        }
    }

    all.retain(|(_, lanes)| {
        let jobs = lanes.iter().map(|lane| trace.lanes[*lane].jobs().count());
        jobs.sum::<usize>() > lanes.len()
    });
    all
}

/// Returns the words of a lane's name before its number, if it has both.
fn stem(lane: &Lane) -> Option<&str> {
    let stem = lane.name.trim_end_matches(|c: char| c.is_ascii_digit());
    let words = stem.trim_end_matches(['-', ' ']);
    (stem.len() < lane.name.len() && !words.is_empty()).then_some(words)
}
