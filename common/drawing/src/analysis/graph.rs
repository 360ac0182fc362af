//! The lanes of a run and what connects them: a wait of one ends by an act of another.

use std::collections::{HashMap, HashSet};

use recording::sort_by_numbers;
use recording::trace::{Kind, Lane, Mark, Slice, Span, State, Stretch, Trace};

/// The shortest wait whose end is worth an arrow.
const SHORTEST_WAIT_NS: u64 = 100_000;
/// The longest time that a lane has still to do when it has sent the result of its job.
const LONGEST_REST_NS: u64 = 1_000_000;
/// The longest time for which other programs keep it from that.
const LONGEST_IN_LINE_NS: u64 = 20_000_000;

/// A time in which a lane was in one state; a lane's cover all of its life.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Segment {
    pub(super) state: State,
    pub(super) start_ns: u64,
    pub(super) end_ns: u64,
    pub(super) reason: Option<&'static str>,
}

/// The end of a wait, and what it was ended by.
#[derive(Clone, Debug, PartialEq)]
pub struct Wake {
    /// The index of the lane that ended the wait.
    pub from: usize,
    /// The time of its act.
    pub from_ns: u64,
    /// The index of the lane that waited.
    pub to: usize,
    /// The end of the wait.
    pub to_ns: u64,
    /// Its act.
    pub by: String,
    /// The kind of act.
    pub(super) act: Act,
}

/// The kinds of acts that end a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// It let go of what only one lane can have.
    LetGo,
    /// It went on, and its name was waited for.
    WentOn,
    /// It sent a message, or started the lane.
    Sent,
    /// It called the waker of a task.
    Woke,
    /// It ended a job, at this time: a moment after the wait where it had sent its result before.
    Ended(u64),
}

/// A span of a lane that no other lane can be inside of.
struct Held {
    lane: usize,
    end_ns: u64,
}

/// A run with what connects its lanes.
pub(super) struct Graph<'a> {
    pub(super) trace: &'a Trace,
    pub(super) segments: Vec<Vec<Segment>>,
    /// The ends of jobs, by time.
    ends: Vec<(u64, usize)>,
    /// By their ends.
    held: HashMap<&'a str, Vec<Held>>,
    /// The links to each lane by their ends, with their numbers in the trace.
    links_to: Vec<Vec<usize>>,
    /// The lanes from which there are links to each lane.
    linked_from: Vec<HashSet<usize>>,
    /// The threads that poll tasks.
    executors: HashSet<usize>,
}

impl<'a> Graph<'a> {
    pub(super) fn new(trace: &'a Trace) -> Graph<'a> {
        let mut polls: HashMap<u64, Vec<Slice>> = HashMap::new();
        let mut ends = Vec::new();
        let mut held: HashMap<&str, Vec<Held>> = HashMap::new();

        for (number, lane) in trace.lanes.iter().enumerate() {
            if lane.kind == Kind::Task {
                for poll in &lane.slices {
                    polls.entry(poll.tid).or_default().push(*poll);
                }
            }
            for span in &lane.spans {
                let end_ns = trace.end_of(span);
                if span.job && span.end_ns.is_some() {
                    ends.push((end_ns, number));
                }
                if let Some(Mark::Holds(what)) = span.mark.as_deref() {
                    let lane = number;
                    held.entry(what).or_default().push(Held { lane, end_ns });
                }
            }
        }

        ends.sort_unstable();
        for held in held.values_mut() {
            sort_by_numbers(held, |held| (held.end_ns, 0));
        }
        for polls in polls.values_mut() {
            sort_by_numbers(polls, |poll| (poll.start_ns, 0));
        }

        let mut links_to: Vec<Vec<usize>> = vec![Vec::new(); trace.lanes.len()];
        let mut linked_from = vec![HashSet::new(); trace.lanes.len()];

        for (number, link) in trace.links.iter().enumerate() {
            if link.from_lane != link.to_lane {
                links_to[link.to_lane].push(number);
                linked_from[link.to_lane].insert(link.from_lane);
            }
        }
        for links in &mut links_to {
            sort_by_numbers(links, |link| (trace.links[*link].to_ns, 0));
        }

        let lanes = trace.lanes.iter().enumerate();
        let executors =
            lanes.filter(|(_, lane)| lane.kind != Kind::Task && polls.contains_key(&lane.tid));
        let executors = executors.map(|(number, _)| number).collect();

        let segments = trace.lanes.iter().map(|lane| {
            let others = polls.get(&lane.tid).filter(|_| lane.kind != Kind::Task);
            segments(trace, lane, others.map_or(&[], Vec::as_slice))
        });

        Graph {
            segments: segments.collect(),
            trace,
            ends,
            held,
            links_to,
            linked_from,
            executors,
        }
    }

    /// Returns the time within which a lane that was woken is seen to go on.
    fn slack_ns(&self) -> u64 {
        2_000_000 + self.trace.end_ns.saturating_sub(self.trace.start_ns) / 100
    }

    /// Returns what ended a wait, if it is known and came not after `until_ns`.
    pub(super) fn wake_of(&self, lane: usize, wait: &Segment, until_ns: u64) -> Option<Wake> {
        let until_ns = wait.end_ns.min(until_ns);
        self.of_mark(lane, wait, until_ns)
            .or_else(|| self.of_waker(lane, wait, until_ns))
            .or_else(|| self.of_link(lane, wait, until_ns))
            .or_else(|| self.of_end(lane, wait, until_ns))
    }

    /// Finds the lane that had what a span says it waits for.
    fn of_mark(&self, lane: usize, wait: &Segment, until_ns: u64) -> Option<Wake> {
        let spans = &self.trace.lanes[lane].spans;
        let started = spans.partition_point(|span| span.start_ns < wait.end_ns);
        let around = spans[..started].iter().rev().take(64);
        let mut around = around.filter(|span| self.trace.end_of(span) > wait.start_ns);
        let what = around.find_map(|span| match span.mark.as_deref() {
            Some(Mark::WaitsFor(what)) => Some(what.as_str()),
            _ => None,
        })?;

        let held = self.held.get(what).map_or(&[][..], Vec::as_slice);
        let ended = held.partition_point(|held| held.end_ns <= until_ns);
        let freed = held[..ended].iter().rev();
        let mut freed = freed.take_while(|held| held.end_ns > wait.start_ns);

        if let Some(last) = freed.find(|held| held.lane != lane) {
            return Some(Wake {
                from: last.lane,
                from_ns: last.end_ns,
                to: lane,
                to_ns: wait.end_ns,
                by: format!("it let go of {what}"),
                act: Act::LetGo,
            });
        }

        // A lane by its name: it ended, or went on.
        let named = self.trace.lanes.iter();
        let from = named
            .enumerate()
            .position(|(number, other)| number != lane && other.name == what)?;
        let segments = &self.segments[from];
        let ended = segments.partition_point(|segment| segment.end_ns <= until_ns);
        let from_ns = segments[..ended].last()?.end_ns;
        if from_ns <= wait.start_ns {
            return None;
        }

        Some(Wake {
            from,
            from_ns,
            to: lane,
            to_ns: wait.end_ns,
            by: "it went on".to_owned(),
            act: Act::WentOn,
        })
    }

    /// Finds the lane that called a task's waker.
    fn of_waker(&self, lane: usize, wait: &Segment, until_ns: u64) -> Option<Wake> {
        let woken = &self.trace.lanes[lane].woken;
        let first = woken.partition_point(|woken| woken.t_ns <= wait.start_ns);
        let woken = woken.get(first).filter(|woken| woken.t_ns <= until_ns)?;
        // A thread that polls tasks does so when their time, or a message from outside, has come.
        let is_executor = |by: &usize| self.executors.contains(by);
        let from = woken.by.filter(|by| *by != lane && !is_executor(by))?;

        Some(Wake {
            from,
            from_ns: woken.t_ns,
            to: lane,
            to_ns: wait.end_ns,
            by: "it called its waker".to_owned(),
            act: Act::Woke,
        })
    }

    /// Finds a message, or a job, that came from another lane.
    fn of_link(&self, lane: usize, wait: &Segment, until_ns: u64) -> Option<Wake> {
        let slack_ns = self.slack_ns();
        let link = |number: &usize| &self.trace.links[*number];
        let is_before = |number: &usize| link(number).to_ns.saturating_add(slack_ns) < wait.end_ns;
        let links = &self.links_to[lane];
        let near = links[links.partition_point(is_before)..].iter().map(link);
        let near = near.take_while(|link| link.to_ns.abs_diff(wait.end_ns) <= slack_ns);
        let arrived = near.filter(|link| wait.start_ns < link.from_ns && link.from_ns <= until_ns);
        let link = arrived.min_by_key(|link| link.to_ns.abs_diff(wait.end_ns))?;

        Some(Wake {
            from: link.from_lane,
            from_ns: link.from_ns,
            to: lane,
            to_ns: wait.end_ns,
            by: format!("it sent {}", link.label),
            act: Act::Sent,
        })
    }

    /// Finds a job that ended with the wait: it was joined, or its result was waited for.
    fn of_end(&self, lane: usize, wait: &Segment, until_ns: u64) -> Option<Wake> {
        if wait.reason == Some("a timer") {
            return None;
        }

        let after = self.ends.partition_point(|(end_ns, _)| *end_ns <= until_ns);
        let from_ns = wait.start_ns.max(until_ns.saturating_sub(self.slack_ns()));
        let is_own = |(_, other): &&(u64, usize)| self.linked_from[*other].contains(&lane);
        let near = self.ends[..after].iter().rev();
        let mut near = near
            .take_while(|(end_ns, _)| *end_ns > from_ns)
            .filter(|(_, other)| *other != lane)
            .peekable();
        let last = near.peek().copied();
        // One that the lane started itself comes before any other.
        let own = near.find(is_own);
        // A result may come before the end of the job that sent it.
        let is_at_end = until_ns == wait.end_ns;
        let latest_ns = until_ns.saturating_add(LONGEST_IN_LINE_NS);
        let later = self.ends[after..].iter();
        let mut later = later.take_while(|(end_ns, _)| is_at_end && *end_ns <= latest_ns);
        let went_on_ns = || self.went_on_ns(lane, until_ns);
        let was_ending = |job: &&_| is_own(job) && self.was_ending(job, until_ns, went_on_ns());
        // Time in line is known as a sum, and stands at the end of a wait, also that of its beginning.
        let in_line = || {
            let went_on_ns = went_on_ns();
            let meanwhile = self.ends[after..].iter();
            let meanwhile = meanwhile.take_while(|(end_ns, _)| is_at_end && *end_ns <= went_on_ns);
            meanwhile.filter(is_own).last()
        };
        let own = own.or_else(in_line).or_else(|| later.find(was_ending));
        let (end_ns, from) = *own.or(last)?;

        Some(Wake {
            from,
            from_ns: end_ns.min(until_ns),
            to: lane,
            to_ns: wait.end_ns,
            by: "it was done".to_owned(),
            act: Act::Ended(end_ns),
        })
    }

    /// Returns the moment from which a lane computes again after a wait, at once or after its time in
    /// line.
    fn went_on_ns(&self, lane: usize, wait_end_ns: u64) -> u64 {
        let segments = &self.segments[lane];
        let after = segments.partition_point(|segment| segment.start_ns < wait_end_ns);
        let mut after = segments[after..].iter().take(2);
        let computing = after.find(|segment| segment.state == State::Computing);
        computing.map_or(wait_end_ns, |segment| segment.start_ns)
    }

    /// Returns whether a job had no more to do at a moment than to end, and waited for nothing once the
    /// lane that it may have woken went on: it may as well have been woken by that one.
    fn was_ending(&self, (end_ns, lane): &(u64, usize), t_ns: u64, went_on_ns: u64) -> bool {
        let segments = &self.segments[*lane];
        let rest = &segments[segments.partition_point(|segment| segment.end_ns <= t_ns)..];
        let rest = rest.iter().take_while(|rest| rest.start_ns < *end_ns);
        let mut computing_ns = 0;

        for segment in rest {
            let until_ns = segment.end_ns.min(*end_ns);
            match segment.state {
                State::Computing => computing_ns += until_ns - segment.start_ns.max(t_ns),
                State::Waiting if until_ns > went_on_ns => return false,
                State::Waiting | State::InLine => {}
            }
        }
        computing_ns <= LONGEST_REST_NS
    }

    /// Returns the lane that a wait was for if it never came: to the end, it waited itself.
    pub(super) fn stuck(&self, lane: usize, wait: &Segment) -> Option<usize> {
        let is_long = |start_ns: u64| {
            let length = wait.end_ns.saturating_sub(wait.start_ns);
            wait.end_ns.saturating_sub(start_ns) >= length / 2
        };
        if wait.reason == Some("a timer") {
            return None;
        }

        let waits_to_the_end = |lane: &Lane| {
            lane.spans.iter().any(|span| {
                matches!(span.mark.as_deref(), Some(Mark::WaitsFor(_)))
                    && self.trace.end_of(span) >= self.trace.end_ns
                    // One that began before the run, or a part of it, is another one's.
                    && span.start_ns > self.trace.start_ns
                    && is_long(span.start_ns)
            })
        };
        let lanes = &self.trace.lanes;
        let stuck = lanes.iter().position(waits_to_the_end)?;
        (!waits_to_the_end(&lanes[lane])).then_some(stuck)
    }

    /// Returns the lane that the run ended with: the main thread, unless it ended long before.
    pub(super) fn last_lane(&self) -> Option<usize> {
        if self.segments.is_empty() {
            return None;
        }
        let run_end_ns = self.trace.end_ns;
        let length = run_end_ns.saturating_sub(self.trace.start_ns);
        let end = |lane: usize| self.segments[lane].last().map(|segment| segment.end_ns);

        let first = end(0).filter(|end| run_end_ns.saturating_sub(*end) <= length / 100);
        let latest = || (0..self.segments.len()).max_by_key(|lane| end(*lane));
        first.map(|_| 0).or_else(latest)
    }

    /// Returns the lane that started another, and when.
    pub(super) fn starter(&self, lane: usize) -> Option<(usize, u64)> {
        let first = &self.trace.links[*self.links_to[lane].first()?];
        Some((first.from_lane, first.from_ns))
    }
}

/// Returns the known wakes of a run, in the order of time.
pub fn wakes(trace: &Trace) -> Vec<Wake> {
    let graph = Graph::new(trace);
    let mut wakes = Vec::new();

    for (lane, segments) in graph.segments.iter().enumerate() {
        let waits = segments.iter().filter(|segment| {
            segment.state == State::Waiting
                && segment.end_ns.saturating_sub(segment.start_ns) >= SHORTEST_WAIT_NS
        });
        wakes.extend(waits.filter_map(|wait| graph.wake_of(lane, wait, wait.end_ns)));
    }

    sort_by_numbers(&mut wakes, |wake| (wake.from_ns, wake.to as u64));
    wakes
}

/// Returns a lane's states without a gap. While a thread polls tasks of others, it waits itself.
fn segments(trace: &Trace, lane: &Lane, polls: &[Slice]) -> Vec<Segment> {
    let known: Vec<Segment> = if lane.states.is_empty() {
        lane.slices.iter().flat_map(of_slice).collect()
    } else {
        lane.states.iter().map(of_stretch).collect()
    };
    let start_ns = lane.spans.iter().map(|span| span.start_ns).min();
    let end_ns = lane
        .spans
        .iter()
        .map(|span: &Span| trace.end_of(span))
        .max();
    let (Some(start_ns), Some(end_ns)) = (start_ns, end_ns) else {
        return Vec::new();
    };

    let mut all: Vec<Segment> = Vec::new();
    let mut polls = polls.iter().peekable();
    let mut at = start_ns;

    for segment in known {
        add_wait(&mut all, at, segment.start_ns.min(end_ns), None);
        at = at.max(segment.start_ns);
        while let Some(poll) = polls.peek().filter(|poll| poll.start_ns < segment.end_ns) {
            let poll_start_ns = poll.start_ns.max(at);
            let poll_end_ns = poll.end_ns.min(segment.end_ns).max(at);
            add(&mut all, &segment, at, poll_start_ns);
            add_wait(&mut all, poll_start_ns, poll_end_ns, None);
            at = poll_end_ns;
            if poll.end_ns > segment.end_ns {
                break;
            }
            polls.next();
        }
        add(&mut all, &segment, at, segment.end_ns);
        at = at.max(segment.end_ns);
    }

    add_wait(&mut all, at, end_ns, None);
    cut_at_marks(trace, lane, all)
}

/// Cuts waits where a span that says what it waits for begins or ends.
fn cut_at_marks(trace: &Trace, lane: &Lane, segments: Vec<Segment>) -> Vec<Segment> {
    let waits = lane
        .spans
        .iter()
        .filter(|span| matches!(span.mark.as_deref(), Some(Mark::WaitsFor(_))));
    let mut edges: Vec<u64> = waits
        .flat_map(|span| [span.start_ns, trace.end_of(span)])
        .collect();
    if edges.is_empty() {
        return segments;
    }

    edges.sort_unstable();
    let mut cut = Vec::new();
    for mut segment in segments {
        let first = edges.partition_point(|edge| *edge <= segment.start_ns);
        let inside = edges[first..].iter();
        let is_wait = segment.state == State::Waiting;
        for edge in inside.take_while(|edge| is_wait && **edge < segment.end_ns) {
            if *edge > segment.start_ns {
                cut.push(Segment {
                    end_ns: *edge,
                    ..segment
                });
                segment.start_ns = *edge;
            }
        }
        cut.push(segment);
    }
    cut
}

/// Splits a slice: what was computed in it comes first, since it begins with something that ran.
fn of_slice(slice: &Slice) -> [Segment; 2] {
    let length = slice.end_ns.saturating_sub(slice.start_ns);
    let waits_ns = slice.start_ns + slice.cpu_ns.min(length);
    let segment = |state, start_ns, end_ns| Segment {
        state,
        start_ns,
        end_ns,
        reason: None,
    };

    [
        segment(State::Computing, slice.start_ns, waits_ns),
        segment(State::Waiting, waits_ns, slice.end_ns),
    ]
}

fn of_stretch(stretch: &Stretch) -> Segment {
    Segment {
        state: stretch.state,
        start_ns: stretch.start_ns,
        end_ns: stretch.end_ns,
        reason: stretch.reason,
    }
}

fn add_wait(all: &mut Vec<Segment>, start_ns: u64, end_ns: u64, reason: Option<&'static str>) {
    let wait = Segment {
        state: State::Waiting,
        start_ns,
        end_ns,
        reason,
    };
    add(all, &wait, start_ns, end_ns);
}

/// Adds a part of a segment, as part of the last one where nothing changes.
fn add(all: &mut Vec<Segment>, segment: &Segment, start_ns: u64, end_ns: u64) {
    if start_ns >= end_ns {
        return;
    }

    let part = Segment {
        start_ns,
        end_ns,
        ..*segment
    };
    match all.last_mut() {
        Some(last) if last.state == part.state && last.end_ns == start_ns => {
            last.end_ns = end_ns;
            last.reason = part.reason.or(last.reason);
        }
        _ => all.push(part),
    }
}
