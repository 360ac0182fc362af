//! The states of lanes and the turns on cores, as a page has them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::numbered::{Numbered, micros};
use recording::trace::{State, Stretch, Trace, Turn};

/// The most states and turns of a run that are drawn as they are.
const MOST_STATES: usize = 6000;
/// The steps into which a run with more of them is cut at most: in a step, equal ones are put
/// together.
const STEPS: u64 = 4000;

/// Returns the length below which states and turns are put together.
pub(super) fn finest_ns(trace: &Trace) -> u64 {
    let count = |finest_ns: u64| {
        let lanes = trace.lanes.iter();
        let states = lanes.map(|lane| coarse(&lane.states, finest_ns).len());
        states.sum::<usize>() + whole_turns(trace, finest_ns).len()
    };
    let length = trace.end_ns.saturating_sub(trace.start_ns).max(1);
    let mut finest_ns = 0;
    while finest_ns < length && count(finest_ns) > MOST_STATES {
        finest_ns = (finest_ns * 2).max(length / STEPS).max(1);
    }
    finest_ns
}

/// Returns the states of a lane: start, end, first letter, core, number of the reason.
pub(super) fn states(
    trace: &Trace,
    stretches: &[Stretch],
    finest_ns: u64,
    reasons: &mut Numbered<&'static str>,
) -> Vec<Value> {
    let state = |stretch: &Stretch| {
        let start = micros(trace, stretch.start_ns);
        let end = micros(trace, stretch.end_ns);
        let letter = &stretch.state.name()[..1];
        let reason = stretch.reason.map(|reason| reasons.number(&reason));
        json!([start, end, letter, stretch.core, reason])
    };
    coarse(stretches, finest_ns).iter().map(state).collect()
}

/// Puts states together that are shorter than can be seen: the sum of each stays what it was.
fn coarse(stretches: &[Stretch], finest_ns: u64) -> Vec<Stretch> {
    let mut coarse: Vec<Stretch> = Vec::new();
    let mut rest = stretches;
    while let Some(first) = rest.first() {
        let until_ns = first.start_ns.saturating_add(finest_ns);
        let inside = rest.iter().take_while(|stretch| stretch.end_ns < until_ns);
        let (together, after) = rest.split_at(inside.count().max(1));
        rest = after;
        match together {
            [only] => coarse.push(*only),
            several => coarse.extend(sums(several)),
        }
    }
    coarse
}

/// Returns one stretch for each state of several.
fn sums(stretches: &[Stretch]) -> Vec<Stretch> {
    let mut start_ns = stretches.first().map_or(0, |first| first.start_ns);
    let mut sums = Vec::new();
    for state in [State::Computing, State::InLine, State::Waiting] {
        let of_state = stretches.iter().filter(|stretch| stretch.state == state);
        let end_ns = of_state.fold(start_ns, |end, stretch| {
            end.saturating_add(stretch.end_ns.saturating_sub(stretch.start_ns))
        });
        if end_ns > start_ns {
            sums.push(Stretch {
                state,
                start_ns,
                end_ns,
                core: None,
                reason: None,
            });
        }
        start_ns = end_ns;
    }
    sums
}

/// Returns the turns on cores: core, start, end, lane, thread.
pub(super) fn turns(trace: &Trace, finest_ns: u64) -> Vec<Value> {
    let turn = |turn: &Turn| {
        let start = micros(trace, turn.start_ns);
        let end = micros(trace, turn.end_ns);
        json!([turn.core, start, end, turn.lane, turn.tid])
    };
    whole_turns(trace, finest_ns).iter().map(turn).collect()
}

/// Returns the turns that can be seen. Those of one thread without a gap that could be are one.
fn whole_turns(trace: &Trace, finest_ns: u64) -> Vec<Turn> {
    let mut last: BTreeMap<u32, Turn> = BTreeMap::new();
    let mut whole: Vec<Turn> = Vec::new();
    for turn in &trace.turns {
        match last.get_mut(&turn.core) {
            Some(before)
                if before.tid == turn.tid
                    && turn.start_ns.saturating_sub(before.end_ns) <= finest_ns =>
            {
                before.end_ns = turn.end_ns;
            }
            _ => whole.extend(last.insert(turn.core, *turn)),
        }
    }
    whole.extend(last.into_values());

    whole.retain(|turn| turn.end_ns.saturating_sub(turn.start_ns) >= finest_ns);
    whole
}
