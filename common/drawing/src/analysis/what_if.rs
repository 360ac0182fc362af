//! What if? The end of a run if one thing in it had been otherwise.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use super::path::Step;
use super::replay::{Change, Hold, Plan, SpanAt, changed, length_ns, slow_part, workers};
use recording::sort_by_numbers;
use recording::trace::{Kind, Lane, Mark, SourceLine, Span, Trace};

/// The gain of a run that is worth a line: one part of so many.
const SMALLEST_GAIN: f64 = 10.0;
/// The lines about a run.
const MOST_LINES: usize = 2;
/// A replay of the run as it was that is further from it than one part of so many tells nothing.
const LARGEST_ERROR: f64 = 20.0;
/// The shortest run that is worth a question.
const SHORTEST_RUN_NS: u64 = 1_000_000;
/// The most polls of a task that is no loop.
const MOST_POLLS: u32 = 20;
/// The most of each kind of change that are tried.
const MOST_TRIED: usize = 4;

/// A thing in a run that could be otherwise, by the names that its spans, locks and lanes have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhatIf {
    /// The spans of this name take half as long.
    HalfAsLong(&'static str),
    /// What is slow is done before the lock of this name is asked for.
    BeforeTheLock(&'static str),
    /// Of the lanes of this name and a number there is one more.
    OneMore(&'static str),
    /// The spans of this name begin when the first of them does, and what follows does not wait.
    AtOnce(&'static str),
    /// Every wait for a time or a device takes half as long.
    WaitsHalfAsLong,
}

/// A question about a run in the words of its author.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// The change, as in "what if: one worker more".
    pub words: &'static str,
    /// The same for the analysis.
    pub what_if: WhatIf,
}

/// The answer to such a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The change.
    pub change: String,
    /// The length of the run.
    pub from_s: f64,
    /// The length that it would have had.
    pub to_s: f64,
}

impl Prediction {
    /// Returns the line about it.
    pub fn line(&self) -> String {
        let Prediction {
            change,
            from_s,
            to_s,
        } = self;
        let times = match *from_s {
            0.1.. => format!("{from_s:.2} → {to_s:.2} s"),
            0.001.. => format!("{:.1} → {:.1} ms", from_s * 1e3, to_s * 1e3),
            _ => format!("{:.0} → {:.0} µs", from_s * 1e6, to_s * 1e6),
        };
        format!("what if: {change}: {times}")
    }
}

/// Answers one question about a run; `None` where it cannot be answered.
pub fn predict(trace: &Trace, wish: Wish, cores: usize) -> Option<Prediction> {
    let plans = plans(trace);
    let question = Question {
        words: wish.words.to_owned(),
        change: wanted(trace, plans.first()?, wish.what_if)?,
        is_half: false,
    };
    question.answer(trace, &plans, cores)
}

/// Returns the plans of a run: with the cores to itself, and with other programs on them.
fn plans(trace: &Trace) -> Vec<Plan> {
    let graph = Graph::new(trace);
    let plans = [false, true].map(|is_shared| Plan::of(&graph, is_shared));
    plans.into_iter().flatten().collect()
}

/// Returns the answers that are worth a line, the largest gain first.
pub fn what_if(trace: &Trace, path: &[Step], wishes: &[Wish], cores: usize) -> Vec<Prediction> {
    let is_long = trace.end_ns.saturating_sub(trace.start_ns) >= SHORTEST_RUN_NS;
    let plans = if is_long { plans(trace) } else { Vec::new() };
    let Some(plan) = plans.first() else {
        return Vec::new();
    };

    let mut questions: Vec<Question> = Vec::new();
    for wish in wishes {
        questions.extend(wanted(trace, plan, wish.what_if).map(|change| Question {
            words: wish.words.to_owned(),
            change,
            is_half: matches!(wish.what_if, WhatIf::HalfAsLong(_)),
        }));
    }
    let all = [
        outside_locks(trace, plan),
        workers_more(trace),
        begun_at_once(trace),
        halves(trace, path),
    ];
    for question in all.into_iter().flatten() {
        let is_known = questions
            .iter()
            .any(|known| known.change == question.change);
        if !is_known {
            questions.push(question);
        }
    }

    let mut answers: Vec<(bool, Prediction)> = Vec::new();
    for question in questions {
        let answer = question.answer(trace, &plans, cores);
        let worth =
            answer.filter(|answer| answer.from_s - answer.to_s >= answer.from_s / SMALLEST_GAIN);
        answers.extend(worth.map(|answer| (question.is_half, answer)));
    }

    // Another order of things says more than the same in less time, and of that the largest part.
    answers.sort_by(|(a_half, a), (b_half, b)| {
        let by_gain = a.to_s.total_cmp(&b.to_s);
        let by_gain = Some(by_gain).filter(|_| !a_half);
        a_half.cmp(b_half).then(by_gain.unwrap_or(Ordering::Equal))
    });
    let mut has_half = false;
    answers.retain(|(is_half, _)| !is_half || !std::mem::replace(&mut has_half, true));
    answers.truncate(MOST_LINES);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// A change, in words and as it is made.
struct Question {
    words: String,
    change: Change,
    is_half: bool,
}

impl Question {
    /// Answers from the first plan that comes out as the run did.
    fn answer(&self, trace: &Trace, plans: &[Plan], cores: usize) -> Option<Prediction> {
        let mut plans = plans.iter();
        plans.find_map(|plan| self.answer_from(trace, plan, cores))
    }

    fn answer_from(&self, trace: &Trace, plan: &Plan, cores: usize) -> Option<Prediction> {
        let length = trace.end_ns.saturating_sub(trace.start_ns) as f64;
        let [before, after] = changed(plan, trace, &self.change)?;
        let now = length_ns(&before, cores)?;
        if (now - length).abs() > length / LARGEST_ERROR {
            return None;
        }

        let then = length_ns(&after, cores)?;
        Some(Prediction {
            change: self.words.clone(),
            from_s: length / 1e9,
            to_s: (length - (now - then)).max(0.0) / 1e9,
        })
    }
}

/// Returns the change that is meant by names, if the run has what they name.
fn wanted(trace: &Trace, plan: &Plan, what_if: WhatIf) -> Option<Change> {
    let spans = |name: &str| {
        let found = spans_where(trace, |_, span| is_called(&span.name, name));
        (!found.is_empty()).then_some(found)
    };
    match what_if {
        WhatIf::HalfAsLong(name) => spans(name).map(Change::Half),
        WhatIf::AtOnce(name) => spans(name).map(Change::AtOnce),
        WhatIf::WaitsHalfAsLong => Some(Change::Waits),
        WhatIf::BeforeTheLock(name) => {
            let lock = plan.locks.iter().position(|lock| lock.name == name);
            lock.map(Change::OutsideLock)
        }
        WhatIf::OneMore(name) => {
            let mut pools = workers(trace).into_iter();
            let pool = pools.find(|(stem, _)| *stem == name);
            pool.map(|(_, lanes)| Change::OneMore(lanes))
        }
    }
}

/// Returns whether a span has this name, with values of fields behind it or without.
fn is_called(span: &str, name: &str) -> bool {
    let rest = span.strip_prefix(name);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Returns the spans of a kind, by their start.
fn spans_where(trace: &Trace, is_wanted: impl Fn(usize, &Span) -> bool) -> Vec<SpanAt> {
    let mut found: Vec<SpanAt> = Vec::new();
    for (number, lane) in trace.lanes.iter().enumerate() {
        let spans = lane.spans.iter().enumerate();
        let wanted = spans.filter(|(_, span)| is_wanted(number, span));
        found.extend(wanted.map(|(index, _)| (number, index)));
    }

    sort_by_numbers(&mut found, |(lane, span)| {
        (trace.lanes[*lane].spans[*span].start_ns, 0)
    });
    found
}

fn outside_locks(trace: &Trace, plan: &Plan) -> Vec<Question> {
    let mut questions = Vec::new();
    for (number, lock) in plan.locks.iter().enumerate().take(MOST_TRIED) {
        let of_lock = plan.holds.iter().filter(|hold| hold.lock == number);
        let longest = of_lock.max_by_key(|hold| hold.end_ns.saturating_sub(hold.start_ns));
        questions.extend(longest.map(|hold| Question {
            words: outside_words(trace, hold, &lock.name),
            change: Change::OutsideLock(number),
            is_half: false,
        }));
    }
    questions
}

fn outside_words(trace: &Trace, hold: &Hold, lock: &str) -> String {
    let lane = &trace.lanes[hold.lane];
    match slow_part(lane, hold) {
        Some(slow) => format!("{} before the lock of {lock}", slow.name),
        None => format!(
            "the waits of {} before the lock of {lock}",
            lane.spans[hold.span].name
        ),
    }
}

fn workers_more(trace: &Trace) -> Vec<Question> {
    let pools = workers(trace).into_iter().take(MOST_TRIED);
    let question = |(stem, lanes): (&str, Vec<usize>)| Question {
        words: format!("{} {}s, not {}", lanes.len() + 1, stem, lanes.len()),
        change: Change::OneMore(lanes),
        is_half: false,
    };
    pools.map(question).collect()
}

/// Finds jobs from one line of source, each on a lane of its own, of which each began when the one
/// before had ended.
fn begun_at_once(trace: &Trace) -> Vec<Question> {
    let mut groups: BTreeMap<(&str, u32), Vec<SpanAt>> = BTreeMap::new();
    for at in spans_where(trace, |_, span| span.job) {
        let SourceLine { file, line } = trace.lanes[at.0].spans[at.1].at;
        groups.entry((file, line)).or_default().push(at);
    }
    groups.retain(|_, spans| {
        let lanes: BTreeSet<usize> = spans.iter().map(|(lane, _)| *lane).collect();
        lanes.len() > 1 && lanes.len() == spans.len() && is_sequence(trace, spans)
    });

    let question = |spans: Vec<SpanAt>| {
        let (lane, span) = spans[0];
        let name = &trace.lanes[lane].spans[span].name;
        Question {
            words: format!("all {} of {name} begun at once", spans.len()),
            change: Change::AtOnce(spans),
            is_half: false,
        }
    };
    groups
        .into_values()
        .take(MOST_TRIED)
        .map(question)
        .collect()
}

fn is_sequence(trace: &Trace, spans: &[SpanAt]) -> bool {
    let span = |at: SpanAt| &trace.lanes[at.0].spans[at.1];
    spans.windows(2).all(|pair| {
        let before = span(pair[0]);
        let before_end_ns = trace.end_of(before);
        let gap = span(pair[1]).start_ns.checked_sub(before_end_ns);
        let length = before_end_ns.saturating_sub(before.start_ns);
        gap.is_some_and(|gap| gap <= length / 5)
    })
}

/// Returns whether a lane waited for another one until the end, or nearly: it was stuck, and time was
/// not what it lacked.
fn is_stuck(trace: &Trace) -> bool {
    let length = trace.end_ns.saturating_sub(trace.start_ns);
    let mut spans = trace.lanes.iter().flat_map(|lane| &lane.spans);
    spans.any(|span| {
        let end_ns = trace.end_of(span);
        matches!(span.mark.as_deref(), Some(Mark::WaitsFor(_)))
            && end_ns.saturating_sub(span.start_ns) >= length / 2
            && trace.end_ns.saturating_sub(end_ns) <= length / 50
    })
}

/// Returns whether a lane is a task that goes round and round: half as long, it would do so twice as
/// often.
fn is_loop(lane: &Lane) -> bool {
    lane.kind == Kind::Task && lane.spans.iter().any(|span| span.polls > MOST_POLLS)
}

/// Returns the spans that most of the critical path lies in, those of one name and line together.
fn halves(trace: &Trace, path: &[Step]) -> Vec<Question> {
    if is_stuck(trace) {
        return Vec::new();
    }
    if trace
        .lanes
        .iter()
        .filter(|lane| !lane.spans.is_empty())
        .count()
        < 2
    {
        return Vec::new();
    }

    let mut parts: BTreeMap<(&str, &str, u32), (u64, BTreeSet<usize>)> = BTreeMap::new();
    for step in path.iter().filter(|step| !is_loop(&trace.lanes[step.lane])) {
        let span = step.span.map(|span| &trace.lanes[step.lane].spans[span]);
        // The run's own span is all of it.
        let is_own = |span: &&Span| span.job || span.depth > 0 || span.polls > 0;
        // One that waits for another lane is as long as that makes it.
        let waits = |span: &Span| matches!(span.mark.as_deref(), Some(Mark::WaitsFor(_)));
        if let Some(span) = span.filter(|span| is_own(span) && !waits(span)) {
            let key = (&*span.name, span.at.file, span.at.line);
            let (ns, lanes) = parts.entry(key).or_default();
            *ns = ns.saturating_add(step.end_ns.saturating_sub(step.start_ns));
            lanes.insert(step.lane);
        }
    }
    let mut parts: Vec<_> = parts.into_iter().collect();
    sort_by_numbers(&mut parts, |(_, (ns, _))| (u64::MAX - ns, 0));

    let question = |((name, file, line), (_, lanes)): (_, (u64, BTreeSet<usize>))| {
        let is_of = |lane: usize, span: &Span| {
            lanes.contains(&lane)
                && span.name == name
                && (span.at.file, span.at.line) == (file, line)
        };
        Question {
            words: half_words(trace, name, &lanes),
            change: Change::Half(spans_where(trace, is_of)),
            is_half: true,
        }
    };
    parts.into_iter().take(MOST_TRIED).map(question).collect()
}

fn half_words(trace: &Trace, name: &str, lanes: &BTreeSet<usize>) -> String {
    let mut names: Vec<&str> = lanes
        .iter()
        .map(|lane| trace.lanes[*lane].name.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    let is_main = lanes.contains(&0) && trace.lanes[0].kind == Kind::Thread;
    match names.as_slice() {
        [lane] if *lane == name || is_main => format!("{name} half as long"),
        [lane] => format!("{name} of {lane} half as long"),
        lanes => format!("{name} half as long, on {} lanes", lanes.len()),
    }
}
