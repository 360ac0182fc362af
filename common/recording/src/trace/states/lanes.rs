//! From stretches of threads to the states of lanes, and to the turns on cores.

use std::collections::HashMap;

use super::exact::{SHORTEST_NS, Threads, push};
use super::watch::Seen;
use crate::sort_by_numbers;
use crate::trace::model::{Kind, Lane, Slice, Source, State, Stretch, Trace, Turn};

/// Gives the lanes of a finished trace the states that were seen.
pub(in crate::trace) fn assign(trace: &mut Trace, seen: &Seen) {
    let (source, threads) = seen.threads(trace.start_ns, trace.end_ns);
    hand_out(trace, source, &threads);
}

/// Hands out the stretches of threads to the lanes and to the cores.
pub(super) fn hand_out(trace: &mut Trace, source: Source, threads: &Threads) {
    trace.source = source;
    if source == Source::Spans {
        return;
    }

    let end_ns = trace.end_ns;
    for lane in &mut trace.lanes {
        lane.states = match lane.kind {
            Kind::Task => of_task(lane, threads, end_ns),
            Kind::Thread | Kind::Process => of_thread(lane, threads, end_ns),
        };
    }

    trace.turns = turns(trace, threads);
}

/// Returns the states of a thread inside its outermost spans.
fn of_thread(lane: &Lane, threads: &Threads, end_ns: u64) -> Vec<Stretch> {
    let mut states = Vec::new();
    let Some(stretches) = threads.get(&lane.tid) else {
        return states;
    };

    for (start_ns, end_ns) in spans_together(lane, end_ns) {
        // Until watching began, the CPU clock is all that is known.
        let first = stretches.first().map_or(end_ns, |first| first.start_ns);
        add_slices(&mut states, lane, stretches, start_ns, end_ns.min(first));
        add_part(&mut states, stretches, start_ns, end_ns);
    }

    states
}

/// Returns the times in which a lane is inside a span.
pub(super) fn spans_together(lane: &Lane, run_end_ns: u64) -> Vec<(u64, u64)> {
    let mut together: Vec<(u64, u64)> = Vec::new();
    for span in &lane.spans {
        let end_ns = span.end_ns.unwrap_or(run_end_ns);
        match together.last_mut() {
            Some((_, last)) if span.start_ns <= *last => *last = end_ns.max(*last),
            _ => together.push((span.start_ns, end_ns)),
        }
    }

    together
}

/// Adds the part of some stretches between two moments.
fn add_part(states: &mut Vec<Stretch>, stretches: &[Stretch], start_ns: u64, end_ns: u64) {
    let first = stretches.partition_point(|stretch| stretch.end_ns <= start_ns);
    let inside = stretches[first..]
        .iter()
        .take_while(|stretch| stretch.start_ns < end_ns);

    for stretch in inside {
        let part = Stretch {
            start_ns: stretch.start_ns.max(start_ns),
            end_ns: stretch.end_ns.min(end_ns),
            ..*stretch
        };
        push(states, part);
    }
}

/// Adds what slices tell of the time between two moments, of which the second is the latest before
/// that of the stretches.
fn add_slices(
    states: &mut Vec<Stretch>,
    lane: &Lane,
    stretches: &[Stretch],
    start_ns: u64,
    end_ns: u64,
) {
    let inside = lane.slices.iter();
    let inside = inside.filter(|slice| slice.start_ns < end_ns && slice.end_ns > start_ns);
    for slice in inside {
        let from_ns = slice.start_ns.max(start_ns);
        let to_ns = slice.end_ns.min(end_ns);
        let cpu_ns = slice.cpu_ns.saturating_sub(computing_in(slice, stretches));
        let waits_ns = from_ns.saturating_add(cpu_ns).min(to_ns);
        let computing = Stretch {
            state: State::Computing,
            start_ns: from_ns,
            end_ns: waits_ns,
            core: None,
            reason: None,
        };
        push(states, computing);
        add_wait(states, waits_ns, to_ns);
    }
}

/// Returns the time within a slice in which stretches say that its thread computed.
fn computing_in(slice: &Slice, stretches: &[Stretch]) -> u64 {
    let before = stretches.iter();
    let before = before.take_while(|stretch| stretch.start_ns < slice.end_ns);
    let computing = before.filter(|stretch| stretch.state == State::Computing);
    let lengths = computing.map(|stretch| {
        let start_ns = stretch.start_ns.max(slice.start_ns);
        stretch.end_ns.min(slice.end_ns).saturating_sub(start_ns)
    });
    lengths.sum()
}

/// Returns the states of a task: those of the thread while it polls it, and waiting in between.
fn of_task(lane: &Lane, threads: &Threads, run_end_ns: u64) -> Vec<Stretch> {
    let mut states = Vec::new();
    let mut polls = lane.slices.iter().peekable();

    for (start_ns, end_ns) in spans_together(lane, run_end_ns) {
        let mut at = start_ns;
        let mut polled_ns = start_ns;
        while let Some(poll) = polls.next_if(|poll| poll.start_ns < end_ns) {
            if poll.start_ns > at {
                let woken_ns = woken_ns(lane, polled_ns, poll.start_ns).max(at);
                add_wait(&mut states, at, woken_ns);
                add_in_line(&mut states, woken_ns, poll.start_ns);
                polled_ns = poll.start_ns;
            }
            add_poll(&mut states, poll, threads);
            at = poll.end_ns.max(at);
        }
        add_wait(&mut states, at, end_ns);
    }

    states
}

/// Returns the moment at which a task was woken between two polls; that of the second if it is not
/// known, or was hardly any earlier.
fn woken_ns(lane: &Lane, polled_ns: u64, next_ns: u64) -> u64 {
    let before = lane.woken.partition_point(|woken| woken.t_ns < polled_ns);
    let woken = lane.woken.get(before).map(|woken| woken.t_ns);
    let woken = woken.filter(|t_ns| next_ns.saturating_sub(*t_ns) >= SHORTEST_NS);
    woken.unwrap_or(next_ns)
}

fn add_in_line(states: &mut Vec<Stretch>, start_ns: u64, end_ns: u64) {
    let in_line = Stretch {
        state: State::InLine,
        start_ns,
        end_ns,
        core: None,
        reason: None,
    };
    push(states, in_line);
}

fn add_wait(states: &mut Vec<Stretch>, start_ns: u64, end_ns: u64) {
    let wait = Stretch {
        state: State::Waiting,
        start_ns,
        end_ns,
        core: None,
        reason: None,
    };
    push(states, wait);
}

fn add_poll(states: &mut Vec<Stretch>, poll: &Slice, threads: &Threads) {
    let none = Vec::new();
    let stretches = threads.get(&poll.tid).unwrap_or(&none);
    add_part(states, stretches, poll.start_ns, poll.end_ns);
}

/// Returns the turns on cores, of threads with a lane and without.
fn turns(trace: &Trace, threads: &Threads) -> Vec<Turn> {
    let of_threads = trace.lanes.iter().enumerate();
    let lanes: HashMap<u64, usize> = of_threads
        .filter(|(_, lane)| lane.kind != Kind::Task)
        .map(|(index, lane)| (lane.tid, index))
        .collect();
    let mut turns = Vec::new();

    for (tid, stretches) in threads {
        let on_cores = stretches.iter().filter_map(|stretch| {
            Some(Turn {
                core: stretch.core?,
                tid: *tid,
                lane: lanes.get(tid).copied(),
                start_ns: stretch.start_ns,
                end_ns: stretch.end_ns,
            })
        });
        turns.extend(on_cores);
    }

    sort_by_numbers(&mut turns, |turn| (turn.start_ns, u64::from(turn.core)));
    turns
}
