//! The critical path: one way through the lanes, without a gap, on which all of the run's time lies.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{Act, Graph};
use recording::measure::seconds;
use recording::sort_by_numbers;
use recording::trace::{Lane, Mark, Span, State, Trace, part_name};

/// A part of the way, on one lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The index of the lane.
    pub lane: usize,
    /// Its start.
    pub start_ns: u64,
    /// Its end.
    pub end_ns: u64,
    /// The lane's state.
    pub state: State,
    /// The index of the innermost span there.
    pub span: Option<usize>,
    /// The lane's own words: a span, and what was done in it.
    pub what: String,
}

/// The most steps of a way; of a longer one the beginning is told as one.
const MOST_STEPS: usize = 200_000;

/// Walks from the end of a run to its start, from each wait to what ended it.
pub fn path(trace: &Trace) -> Vec<Step> {
    let graph = Graph::new(trace);
    let Some(last) = graph.last_lane() else {
        return Vec::new();
    };

    let mut way = Way {
        trace,
        spans: trace
            .lanes
            .iter()
            .map(|lane| innermost(trace, lane))
            .collect(),
        steps: Vec::new(),
    };

    let mut lane = last;
    let mut t = trace.end_ns;
    // Lanes that wait for a lock, and since when: before that its holder's doings are its own.
    let mut waiting: Vec<(usize, u64)> = Vec::new();
    let mut hops = 0;

    while t > trace.start_ns && way.steps.len() < MOST_STEPS && hops <= trace.lanes.len() {
        let before = t;
        if let Some(at) = waiting.iter().position(|(_, since_ns)| t <= *since_ns) {
            lane = waiting[at].0;
            waiting.truncate(at);
        }
        let since_ns = waiting.iter().map(|(_, since_ns)| *since_ns).max();
        let since_ns = since_ns.unwrap_or(0);

        let segments = &graph.segments[lane];
        let at = segments.partition_point(|segment| segment.start_ns < t);
        let Some(segment) = segments[..at].last() else {
            let (from, from_ns) = graph.starter(lane).unwrap_or((0, t));
            let from_ns = from_ns.min(t).max(since_ns);
            way.add(lane, from_ns, t, State::Waiting, None);
            hops = if from_ns < t { 0 } else { hops + 1 };
            lane = from;
            t = from_ns;
            continue;
        };
        if segment.end_ns < t {
            // It had ended; all the same the way came here.
            let end_ns = segment.end_ns.max(since_ns);
            way.add(lane, end_ns, t, State::Waiting, None);
            t = end_ns;
        } else if segment.state == State::Waiting
            && let Some(wake) = graph.wake_of(lane, segment, t)
        {
            let from_ns = wake.from_ns.max(since_ns);
            way.add(lane, from_ns, t, State::Waiting, segment.reason);
            if wake.act == Act::LetGo {
                waiting.push((lane, segment.start_ns));
            }
            lane = wake.from;
            t = from_ns;
        } else if segment.state == State::Waiting
            && let Some(stuck) = graph.stuck(lane, segment)
        {
            lane = stuck;
        } else {
            let start_ns = segment.start_ns.max(since_ns);
            way.add(lane, start_ns, t, segment.state, segment.reason);
            t = start_ns;
        }
        hops = if t < before { 0 } else { hops + 1 };
    }

    way.add(lane, trace.start_ns, t, State::Waiting, None);
    way.finish()
}

/// The steps of a way, the last one first.
struct Way<'a> {
    trace: &'a Trace,
    /// The innermost spans of each lane: their starts and indices.
    spans: Vec<Vec<(u64, Option<usize>)>>,
    steps: Vec<Step>,
}

impl Way<'_> {
    /// Adds a part of a lane, cut where its innermost span changes.
    fn add(
        &mut self,
        lane: usize,
        start_ns: u64,
        end_ns: u64,
        state: State,
        reason: Option<&'static str>,
    ) {
        let mut end_ns = end_ns;
        while start_ns < end_ns {
            let edges = &self.spans[lane];
            let at = edges.partition_point(|(edge_ns, _)| *edge_ns < end_ns);
            let edge = edges[..at].last();
            let from_ns = edge.map_or(start_ns, |(edge_ns, _)| start_ns.max(*edge_ns));
            let number = edge.and_then(|(_, span)| *span);
            let span = number.map(|span| &self.trace.lanes[lane].spans[span]);
            let what = what(&self.trace.lanes[lane], span, state, reason);
            match self.steps.last_mut() {
                Some(last) if last.lane == lane && last.what == what && last.start_ns == end_ns => {
                    last.start_ns = from_ns;
                }
                _ => self.steps.push(Step {
                    lane,
                    start_ns: from_ns,
                    end_ns,
                    state,
                    span: number,
                    what,
                }),
            }
            end_ns = from_ns;
        }
    }

    fn finish(mut self) -> Vec<Step> {
        self.steps.reverse();
        self.steps
    }
}

/// Returns the moments at which the innermost span of a lane changes, and to which.
fn innermost(trace: &Trace, lane: &Lane) -> Vec<(u64, Option<usize>)> {
    let mut edges: Vec<(u64, Option<usize>)> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let end_of = |span: usize| trace.end_of(&lane.spans[span]);
    let close = |open: &mut Vec<usize>, edges: &mut Vec<(u64, Option<usize>)>, until: u64| {
        while let Some(last) = open.last().copied().filter(|last| end_of(*last) <= until) {
            open.pop();
            edges.push((end_of(last), open.last().copied()));
        }
    };

    // A part of the run is no act of its lane.
    let spans = lane.spans.iter().enumerate();
    for (number, span) in spans.filter(|(_, span)| part_name(span).is_none()) {
        close(&mut open, &mut edges, span.start_ns);
        edges.push((span.start_ns, Some(number)));
        open.push(number);
    }

    close(&mut open, &mut edges, u64::MAX);
    // Of overlapping spans, the edges may come out of order.
    sort_by_numbers(&mut edges, |(edge_ns, _)| (*edge_ns, 0));

    edges
}

fn what(lane: &Lane, span: Option<&Span>, state: State, reason: Option<&'static str>) -> String {
    let mark = span.and_then(|span| match span.mark.as_deref() {
        Some(Mark::WaitsFor(what)) => Some(what.as_str()),
        _ => None,
    });
    let state = match (state, mark.or(reason)) {
        (State::Computing, _) => "computing".to_owned(),
        (State::InLine, _) => "in line for a core".to_owned(),
        (State::Waiting, Some(event)) => format!("waiting for {event}"),
        (State::Waiting, None) => "waiting".to_owned(),
    };
    // The run's own span says nothing that its lane does not, nor does one of the lane's name.
    let is_told = |span: &&Span| {
        (span.job || span.depth > 0 || span.polls > 0) && span.name != lane.name.as_str()
    };

    match span.filter(is_told) {
        Some(span) => format!("{}, {state}", span.name),
        None => state,
    }
}

/// The most parts that the sentence names.
const MOST_PARTS: usize = 3;

/// Returns the largest parts of the way in words, until they are four fifths of it.
pub fn sentence(trace: &Trace, path: &[Step]) -> Option<String> {
    let whole = trace.end_ns.saturating_sub(trace.start_ns);
    let mut told = 0_u64;
    let mut words: Vec<String> = Vec::new();

    for part in shares(path).into_iter().take(MOST_PARTS) {
        if told / 4 >= whole / 5 {
            break;
        }
        told = told.saturating_add(part.ns);
        let time = seconds(part.ns as f64 / 1e9);
        let of = if words.is_empty() {
            format!(" of {}", seconds(whole as f64 / 1e9))
        } else {
            String::new()
        };
        words.push(format!("{time}{of} {}: {}", part.lanes(trace), part.what));
    }

    (!words.is_empty()).then(|| format!("the run waited for: {}", words.join(" · ")))
}

/// The part that several steps have in common.
pub(super) struct Part<'a> {
    pub(super) what: &'a str,
    pub(super) ns: u64,
    lanes: BTreeSet<usize>,
}

impl Part<'_> {
    /// Returns the name of its lane, or the number of its lanes.
    pub(super) fn lanes(&self, trace: &Trace) -> String {
        let mut names: Vec<&str> = self
            .lanes
            .iter()
            .map(|lane| trace.lanes[*lane].name.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        match names.as_slice() {
            [name] => (*name).to_owned(),
            _ => format!("{} lanes", names.len()),
        }
    }
}

/// Adds up the steps by what was done in them, the largest sum first.
pub(super) fn shares(path: &[Step]) -> Vec<Part<'_>> {
    let mut parts: BTreeMap<&str, Part> = BTreeMap::new();
    for step in path {
        let part = parts.entry(&step.what).or_insert_with(|| Part {
            what: &step.what,
            ns: 0,
            lanes: BTreeSet::new(),
        });
        part.ns = part.ns.saturating_add(step.end_ns - step.start_ns);
        part.lanes.insert(step.lane);
    }

    let mut parts: Vec<Part> = parts.into_values().collect();
    sort_by_numbers(&mut parts, |part| (u64::MAX - part.ns, 0));

    parts
}
