//! A change to a plan: one thing is otherwise, and all else as it was.

use super::locks::Hold;
use super::plan::Plan;
use super::pool::make_pool;
use super::steps::{Act, Step};
use recording::sort_by_numbers;
use recording::trace::{Lane, Span, Trace};

/// A span, by the indices of its lane and of itself.
pub(in crate::analysis) type SpanAt = (usize, usize);

/// A thing that could have been otherwise.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::analysis) enum Change {
    /// These spans take half as long.
    Half(Vec<SpanAt>),
    /// The slow part of all that is done under this lock is done before.
    OutsideLock(usize),
    /// These lanes take their jobs from one queue, and one lane more does.
    OneMore(Vec<usize>),
    /// These spans begin when the first of them does.
    AtOnce(Vec<SpanAt>),
    /// Every wait for a time or a device takes half as long.
    Waits,
}

/// Returns a plan as the change sees it, before it is made and after; `None` if it cannot be made.
pub(in crate::analysis) fn changed(
    plan: &Plan,
    trace: &Trace,
    change: &Change,
) -> Option<[Plan; 2]> {
    let mut before = plan.clone();
    let mut after = plan.clone();

    match change {
        Change::Half(spans) => half(&mut after, trace, spans),
        Change::OutsideLock(lock) => outside(&mut after, trace, *lock),
        Change::OneMore(lanes) => {
            let is_pool = make_pool(&mut before, trace, lanes, 0);
            if !(is_pool && make_pool(&mut after, trace, lanes, 1)) {
                return None;
            }
        }
        Change::AtOnce(spans) => {
            let (lane, _) = *spans.first()?;
            if spans.iter().all(|(other, _)| *other == lane) {
                for span in spans {
                    beside(&mut after, trace, *span);
                }
            } else {
                start_together(&mut after, spans)?;
            }
        }
        Change::Waits => shorten_waits(&mut after),
    }

    Some([before, after])
}

fn times(trace: &Trace, (lane, span): SpanAt) -> (u64, u64) {
    let span = &trace.lanes[lane].spans[span];
    (span.start_ns, trace.end_of(span))
}

fn half(plan: &mut Plan, trace: &Trace, spans: &[SpanAt]) {
    let mut of_lanes: Vec<Vec<(u64, u64)>> = vec![Vec::new(); plan.lanes.len()];
    for span in spans {
        let together = &mut of_lanes[span.0];
        let (start_ns, end_ns) = times(trace, *span);
        match together.last_mut() {
            Some((_, last_ns)) if start_ns < *last_ns => *last_ns = end_ns.max(*last_ns),
            _ => together.push((start_ns, end_ns)),
        }
    }

    for (steps, times) in plan.lanes.iter_mut().zip(&of_lanes) {
        for step in steps {
            let begun = times.partition_point(|(start_ns, _)| *start_ns <= step.start_ns);
            let around = times[..begun].last();
            if let Act::Compute(ns) | Act::Wait(ns) = &mut step.act
                && around.is_some_and(|(_, end_ns)| step.end_ns <= *end_ns)
            {
                *ns /= 2.0;
            }
        }
    }
}

fn is_inside(step: &Step, start_ns: u64, end_ns: u64) -> bool {
    start_ns <= step.start_ns && step.end_ns <= end_ns
}

fn shorten_waits(plan: &mut Plan) {
    for step in plan.lanes.iter_mut().flatten() {
        if let Act::Wait(ns) | Act::Signal { after_ns: ns, .. } = &mut step.act {
            *ns /= 2.0;
        }
    }
}

fn outside(plan: &mut Plan, trace: &Trace, lock: usize) {
    // A lane's holds of one lock come in the order of time: each is looked for behind the one before.
    let mut begun = vec![0; plan.lanes.len()];
    let holds = plan.holds.iter().enumerate();
    for (number, hold) in holds.filter(|(_, hold)| hold.lock == lock) {
        let steps = &mut plan.lanes[hold.lane][begun[hold.lane]..];
        let mut all = steps.iter().enumerate();
        let asked = all.find(|(_, step)| matches!(step.act, Act::Acquire(hold) if hold == number));
        let let_go = all.find(|(_, step)| matches!(step.act, Act::Release(hold) if hold == number));
        if let (Some((asked, _)), Some((let_go, _))) = (asked, let_go) {
            begun[hold.lane] += asked;
            let slow = slow_part(&trace.lanes[hold.lane], hold);
            let is_slow = |step: &Step| match slow {
                Some(slow) => is_inside(step, slow.start_ns, trace.end_of(slow)),
                None => matches!(step.act, Act::Wait(_)),
            };
            // A stable order: what is slow, then the rest.
            sort_by_numbers(&mut steps[asked..let_go], |step| {
                (u64::from(!is_slow(step)), 0)
            });
        }
    }
}

/// Returns the span that takes most of a time for which a lock is held.
pub(in crate::analysis) fn slow_part<'a>(lane: &'a Lane, hold: &Hold) -> Option<&'a Span> {
    let length = |span: &Span| span.end_ns.unwrap_or(0).saturating_sub(span.start_ns);
    let held_ns = hold.end_ns.saturating_sub(hold.start_ns);
    let inside = lane.spans[hold.span + 1..]
        .iter()
        .take_while(|span| span.start_ns <= hold.end_ns)
        .filter(|span| span.end_ns.is_some_and(|end_ns| end_ns <= hold.end_ns));

    let longest = inside.max_by_key(|span| length(span));
    longest.filter(|span| length(span) >= held_ns / 2)
}

/// Takes a span out of its lane: another lane does it meanwhile, until the span around it ends.
fn beside(plan: &mut Plan, trace: &Trace, span: SpanAt) {
    let lane = span.0;
    let (start_ns, end_ns) = times(trace, span);
    let around = trace.lanes[lane].spans[..span.1].iter().rev();
    let mut around = around.map(|other| trace.end_of(other));
    let around_end_ns = around.find(|other_end_ns| *other_end_ns >= end_ns);
    let around_end_ns = around_end_ns.unwrap_or(u64::MAX);

    let begin = plan.add_event();
    let end = plan.add_event();
    let until = |event| Act::Until {
        events: vec![event],
        lag_ns: 0.0,
    };
    let signal = |event| Act::Signal {
        event,
        after_ns: 0.0,
    };
    let mut taken = vec![Step::at(start_ns, until(begin))];
    let mut left = Vec::new();
    let mut join = Some(Step::at(around_end_ns, until(end)));
    let mut gate = Some(Step::at(start_ns, signal(begin)));

    for step in std::mem::take(&mut plan.lanes[lane]) {
        if step.start_ns >= around_end_ns {
            left.extend(join.take());
        }
        let is_own = is_inside(&step, start_ns, end_ns) && step.start_ns < end_ns;
        if is_own {
            left.extend(gate.take());
            taken.push(step);
        } else {
            left.push(step);
        }
    }

    left.extend(join);
    taken.push(Step::at(end_ns, signal(end)));
    plan.lanes[lane] = left;
    plan.lanes.push(taken);
}

/// Starts the lanes of these spans with the first of them.
fn start_together(plan: &mut Plan, spans: &[SpanAt]) -> Option<()> {
    let starts: Option<Vec<usize>> = spans.iter().map(|(lane, _)| plan.starts[*lane]).collect();
    let starts = starts?;
    let first = *starts.first()?;
    let is_of = |step: &Step, wanted: &dyn Fn(usize) -> bool| match step.act {
        Act::Signal { event, .. } => wanted(event),
        _ => false,
    };

    for steps in &mut plan.lanes {
        steps.retain(|step| !is_of(step, &|event| event != first && starts.contains(&event)));
    }

    let lane = plan.lanes.iter().position(|steps| {
        steps
            .iter()
            .any(|step| is_of(step, &|event| event == first))
    })?;
    let at = plan.lanes[lane]
        .iter()
        .position(|step| is_of(step, &|event| event == first))?;
    let begin = plan.lanes[lane][at].clone();
    let later = starts.iter().filter(|event| **event != first);
    let together = later.map(|event| Step {
        act: match begin.act {
            Act::Signal { after_ns, .. } => Act::Signal {
                event: *event,
                after_ns,
            },
            ref act => act.clone(),
        },
        ..begin.clone()
    });
    let together: Vec<Step> = together.collect();

    plan.lanes[lane].splice(at..at, together);
    Some(())
}
