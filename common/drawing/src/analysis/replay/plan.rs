//! A run as the steps of its lanes: each computes, waits for a time or until others have done
//! something, and does what others wait for.

use std::collections::HashMap;

use super::locks::{Hold, Lock, locks};
use super::steps::{Act, Pool, Step};
use crate::analysis::graph::{self, Graph, Segment};
use recording::sort_by_numbers;
use recording::trace::{Kind, Source, State};

/// The shortest wait for which a reason is looked for.
const SHORTEST_WAIT_NS: u64 = 1000;
/// The most steps of a run that is replayed.
const MOST_STEPS: usize = 200_000;
/// The most lanes of which each has started the next.
const DEEPEST: usize = 4;
/// The longest time between the start of a job and the link that says so, or between its end and the
/// sign that it has ended.
pub(super) const LONGEST_GAP_NS: u64 = 1_000_000;

/// A run that can be replayed.
#[derive(Clone, Debug)]
pub(in crate::analysis) struct Plan {
    /// The steps of each lane, by its number; behind them those of lanes that a change adds.
    pub(super) lanes: Vec<Vec<Step>>,
    pub(in crate::analysis) locks: Vec<Lock>,
    pub(in crate::analysis) holds: Vec<Hold>,
    /// The number of events.
    pub(super) events: usize,
    /// The event with which each lane starts.
    pub(super) starts: Vec<Option<usize>>,
    /// The event in which each link begins, by its number in the trace.
    pub(super) links: Vec<usize>,
    /// The lane that the run ends with.
    pub(super) last: usize,
    /// The time from the end of that lane to the end of the run.
    pub(super) tail_ns: u64,
    /// The queue of a pool, if a change needs one.
    pub(super) pool: Option<Pool>,
    /// Whether more lanes than there are cores cannot compute at once: it was measured.
    pub(super) has_cores: bool,
}

impl Plan {
    /// Returns the plan of a run; `None` for one that is too long, or has no lane.
    ///
    /// Time in line comes of the run's own work, unless `is_shared`: other programs had the cores.
    pub(in crate::analysis) fn of(graph: &Graph<'_>, is_shared: bool) -> Option<Plan> {
        let trace = graph.trace;
        let segments: usize = graph.segments.iter().map(Vec::len).sum();
        let spans: usize = trace.lanes.iter().map(|lane| lane.spans.len()).sum();
        if segments + spans + trace.links.len() > MOST_STEPS {
            return None;
        }

        let last = graph.last_lane()?;
        let last_end_ns = graph.segments[last].last()?.end_ns;
        let (locks, holds) = locks(trace);
        let mut drawing = Drawing::new(graph, is_shared);

        drawing.lock(&holds);
        let starts = drawing.start_lanes();
        let links = drawing.link();
        let untils = drawing.wait();
        let lanes = (0..trace.lanes.len()).map(|lane| drawing.steps(lane, &untils[lane]));

        Some(Plan {
            lanes: lanes.collect(),
            locks,
            holds,
            events: drawing.events.len(),
            starts,
            links,
            last,
            tail_ns: trace.end_ns.saturating_sub(last_end_ns),
            pool: None,
            has_cores: trace.source != Source::Spans,
        })
    }

    /// Adds an event.
    pub(super) fn add_event(&mut self) -> usize {
        self.events += 1;
        self.events - 1
    }
}

/// A wait until some events have happened, by the number of its segment.
type Untils = HashMap<usize, Act>;

/// A plan that is being drawn.
struct Drawing<'a, 'b> {
    graph: &'a Graph<'b>,
    /// The events so far: each is a moment of a lane.
    events: HashMap<(usize, u64), usize>,
    /// Acts to be done at a moment of a lane, with their order at that moment.
    cuts: Vec<Vec<(u64, u8, Act)>>,
    /// The times in which each lane waited for a lock, one after the other.
    at_locks: Vec<Vec<(u64, u64)>>,
    is_shared: bool,
}

impl<'a, 'b> Drawing<'a, 'b> {
    fn new(graph: &'a Graph<'b>, is_shared: bool) -> Drawing<'a, 'b> {
        let lanes = graph.trace.lanes.len();
        Drawing {
            graph,
            events: HashMap::new(),
            cuts: vec![Vec::new(); lanes],
            at_locks: vec![Vec::new(); lanes],
            is_shared,
        }
    }

    fn event(&mut self, lane: usize, t_ns: u64) -> usize {
        let next = self.events.len();
        *self.events.entry((lane, t_ns)).or_insert_with(|| {
            let signal = Act::Signal {
                event: next,
                after_ns: 0.0,
            };
            self.cuts[lane].push((t_ns, 1, signal));
            next
        })
    }

    fn lock(&mut self, holds: &[Hold]) {
        for (number, hold) in holds.iter().enumerate() {
            let cuts = &mut self.cuts[hold.lane];
            cuts.push((hold.asked_ns, 2, Act::Acquire(number)));
            cuts.push((hold.end_ns, 0, Act::Release(number)));
            self.at_locks[hold.lane].push((hold.asked_ns, hold.start_ns));
        }
        for times in &mut self.at_locks {
            *times = merged(std::mem::take(times));
        }
    }

    /// Lets each lane start when the one that started it came so far.
    fn start_lanes(&mut self) -> Vec<Option<usize>> {
        let lanes = self.graph.segments.len();
        let start = |lane: usize| {
            let (from, from_ns) = starter(self.graph, lane)?;
            Some(self.event(from, from_ns))
        };
        (0..lanes).map(start).collect()
    }

    fn link(&mut self) -> Vec<usize> {
        let links = self.graph.trace.links.iter();
        links
            .map(|link| self.event(link.from_lane, link.from_ns))
            .collect()
    }

    /// Finds what each wait of each lane waited for.
    fn wait(&mut self) -> Vec<Untils> {
        let own = own_jobs(self.graph);
        let lanes = self.graph.segments.len();
        (0..lanes)
            .map(|lane| self.untils(lane, &own[lane]))
            .collect()
    }

    fn untils(&mut self, lane: usize, own: &[(u64, usize)]) -> Untils {
        let mut untils = Untils::new();
        // Jobs of its own that have ended so far were waited for.
        let mut waited = 0;

        for (number, segment) in self.graph.segments[lane].iter().enumerate() {
            let is_short = segment.end_ns.saturating_sub(segment.start_ns) < SHORTEST_WAIT_NS;
            if segment.state != State::Waiting || is_short || self.is_at_lock(lane, segment) {
                continue;
            }
            let Some(wake) = self.graph.wake_of(lane, segment, segment.end_ns) else {
                continue;
            };

            let mut events = Vec::new();
            if let graph::Act::Ended(end_ns) = wake.act {
                // Another lane's job ended at that moment; that was chance.
                if own.binary_search(&(end_ns, wake.from)).is_err() {
                    continue;
                }
                let ended = own.partition_point(|(other_ns, _)| *other_ns <= end_ns);
                let fresh = &own[waited.min(ended)..ended];
                events.extend(
                    fresh
                        .iter()
                        .map(|(end_ns, from)| self.event(*from, *end_ns)),
                );
                waited = ended;
            } else {
                events.push(self.event(wake.from, wake.from_ns));
            }

            let lag_ns = segment.end_ns.saturating_sub(wake.from_ns) as f64;
            untils.insert(number, Act::Until { events, lag_ns });
        }

        untils
    }

    fn is_at_lock(&self, lane: usize, segment: &Segment) -> bool {
        let middle = segment.start_ns.midpoint(segment.end_ns);
        is_within(&self.at_locks[lane], middle)
    }

    /// Returns the steps of a lane.
    fn steps(&self, lane: usize, untils: &Untils) -> Vec<Step> {
        let segments = &self.graph.segments[lane];
        let Some(first) = segments.first() else {
            return self.cuts[lane]
                .iter()
                .map(|(t_ns, _, act)| Step::at(*t_ns, act.clone()))
                .collect();
        };

        let mut cuts = self.cuts[lane].clone();
        sort_by_numbers(&mut cuts, |(t_ns, order, _)| (*t_ns, u64::from(*order)));
        let mut cuts = cuts.into_iter().peekable();
        let edges = self.edges(lane);
        let alive = tasks_of(self.graph, lane);
        let mut steps = self.beginning(lane, first.start_ns);

        for (number, segment) in segments.iter().enumerate() {
            if let Some(until) = untils.get(&number) {
                while let Some((t_ns, _, act)) = cuts.next_if(|cut| cut.0 < segment.end_ns) {
                    // Something of its own happened meanwhile, so long after the wait had begun.
                    let after_ns = t_ns.saturating_sub(segment.start_ns) as f64;
                    let act = match act {
                        Act::Signal { event, .. } => Act::Signal { event, after_ns },
                        act => act,
                    };
                    steps.push(Step::at(t_ns.min(segment.start_ns), act));
                }
                steps.push(Step {
                    start_ns: segment.start_ns,
                    end_ns: segment.end_ns,
                    act: until.clone(),
                });
                continue;
            }

            let behind = edges.partition_point(|edge_ns| *edge_ns <= segment.start_ns);
            let inside = edges[behind..]
                .iter()
                .take_while(|edge_ns| **edge_ns < segment.end_ns);
            let mut start_ns = segment.start_ns;

            for end_ns in inside.copied().chain([segment.end_ns]) {
                while let Some((t_ns, _, act)) = cuts.next_if(|cut| cut.0 <= start_ns) {
                    steps.push(Step::at(t_ns, act));
                }
                let part = Segment {
                    start_ns,
                    end_ns,
                    ..*segment
                };
                steps.extend(self.step(lane, &part, &alive));
                start_ns = end_ns;
            }
        }

        steps.extend(cuts.map(|(t_ns, _, act)| Step::at(t_ns, act)));
        steps
    }

    /// Returns the steps before a lane's first: it is started, or was there from the beginning.
    fn beginning(&self, lane: usize, first_ns: u64) -> Vec<Step> {
        let start_ns = self.graph.trace.start_ns;
        let starter = starter(self.graph, lane);
        let event = starter.and_then(|starter| Some((self.events.get(&starter)?, starter.1)));
        let act = match event {
            Some((event, from_ns)) => Act::Until {
                events: vec![*event],
                lag_ns: first_ns.saturating_sub(from_ns) as f64,
            },
            None => Act::Wait(first_ns.saturating_sub(start_ns) as f64),
        };

        vec![Step {
            start_ns,
            end_ns: first_ns,
            act,
        }]
    }

    /// Returns the moments at which a lane's steps are cut: those of its spans, and of other acts.
    fn edges(&self, lane: usize) -> Vec<u64> {
        let trace = self.graph.trace;
        let spans = trace.lanes[lane].spans.iter();
        let of_spans = spans.flat_map(|span| [span.start_ns, trace.end_of(span)]);
        let of_cuts = self.cuts[lane].iter().map(|(t_ns, ..)| *t_ns);
        let of_locks = self.at_locks[lane].iter();
        let of_locks = of_locks.flat_map(|(start_ns, end_ns)| [*start_ns, *end_ns]);

        let mut edges: Vec<u64> = of_spans.chain(of_cuts).chain(of_locks).collect();
        edges.sort_unstable();
        edges.dedup();
        edges
    }

    /// Returns the step of a part of a segment, if it takes time of its own.
    fn step(&self, lane: usize, part: &Segment, alive: &[(u64, u64)]) -> Option<Step> {
        let length = part.end_ns.saturating_sub(part.start_ns) as f64;
        let is_task = self.graph.trace.lanes[lane].kind == Kind::Task;
        let middle = part.start_ns.midpoint(part.end_ns);
        let act = match part.state {
            State::Computing => Act::Compute(length),
            // A task waits for its thread, which is with another one: how long depends on that.
            State::InLine if is_task || self.is_shared => Act::Wait(length),
            State::InLine => return None,
            State::Waiting if self.is_at_lock(lane, part) || is_within(alive, middle) => {
                return None;
            }
            State::Waiting => Act::Wait(length),
        };

        Some(Step {
            start_ns: part.start_ns,
            end_ns: part.end_ns,
            act,
        })
    }
}

/// Returns the lane that started another, and when: the main thread, unless it is known better.
fn starter(graph: &Graph<'_>, lane: usize) -> Option<(usize, u64)> {
    let first_ns = graph.segments[lane].first()?.start_ns;
    if lane == 0 {
        return None;
    }
    let known = graph.starter(lane);
    let known = known.filter(|(from, from_ns)| *from != lane && *from_ns <= first_ns);
    known.or(Some((0, first_ns)))
}

/// Returns the ends of the jobs that each lane began, in the order of time.
fn own_jobs(graph: &Graph<'_>) -> Vec<Vec<(u64, usize)>> {
    let trace = graph.trace;
    let mut begun: Vec<Vec<(u64, usize)>> = vec![Vec::new(); trace.lanes.len()];
    for link in &trace.links {
        begun[link.to_lane].push((link.to_ns, link.from_lane));
    }
    let mut own: Vec<Vec<(u64, usize)>> = vec![Vec::new(); trace.lanes.len()];

    for (number, lane) in trace.lanes.iter().enumerate() {
        begun[number].sort_unstable();
        let starter = graph.starter(number).map_or(0, |(from, _)| from);
        for span in lane.jobs().filter(|span| span.end_ns.is_some()) {
            let until_ns = span.start_ns.saturating_add(LONGEST_GAP_NS);
            let before = begun[number].partition_point(|(to_ns, _)| *to_ns <= until_ns);
            let link = begun[number][..before].last();
            let link = link.filter(|(to_ns, _)| to_ns.abs_diff(span.start_ns) <= LONGEST_GAP_NS);
            let mut from = link.map_or(starter, |(_, from)| *from);
            own[from].push((trace.end_of(span), number));
            // What one has started was started by the one that started it, too.
            for _ in 0..DEEPEST {
                match graph.starter(from) {
                    Some((above, _)) if above != from && above != number => from = above,
                    _ => break,
                }
                own[from].push((trace.end_of(span), number));
            }
        }
    }

    for ends in &mut own {
        ends.sort_unstable();
        ends.dedup();
    }
    own
}

/// Returns times one after the other: those that overlap are one.
fn merged(mut times: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    times.sort_unstable();
    let mut apart: Vec<(u64, u64)> = Vec::new();
    for (start_ns, end_ns) in times {
        match apart.last_mut() {
            Some((_, last_ns)) if start_ns <= *last_ns => *last_ns = end_ns.max(*last_ns),
            _ => apart.push((start_ns, end_ns)),
        }
    }
    apart
}

/// Returns whether a moment lies in one of these times, which are [`merged`].
fn is_within(times: &[(u64, u64)], t_ns: u64) -> bool {
    let begun = times.partition_point(|(start_ns, _)| *start_ns <= t_ns);
    times[..begun]
        .last()
        .is_some_and(|(_, end_ns)| t_ns <= *end_ns)
}

/// Returns the times of the tasks that a thread polls: meanwhile it waits for them.
fn tasks_of(graph: &Graph<'_>, lane: usize) -> Vec<(u64, u64)> {
    let trace = graph.trace;
    let thread = &trace.lanes[lane];
    if thread.kind == Kind::Task {
        return Vec::new();
    }

    let polled = |task: &&recording::trace::Lane| {
        let same = task.pid == thread.pid && task.kind == Kind::Task;
        same && task.slices.iter().any(|slice| slice.tid == thread.tid)
    };
    let tasks = trace.lanes.iter().filter(polled);
    let times = tasks.filter_map(|task| {
        let start_ns = task.spans.iter().map(|span| span.start_ns).min()?;
        let end_ns = task.spans.iter().map(|span| trace.end_of(span)).max()?;
        Some((start_ns, end_ns))
    });

    merged(times.collect())
}
