//! Two runs beside each other, or the two parts of one.

use std::collections::BTreeMap;

use super::path::{Part, Step, shares};
use recording::measure::seconds;
use recording::sort_by_numbers;
use recording::trace::{Lane, Link, LogLine, Slice, SourceLine, Span, Stretch, Trace, part_name};

/// A change of the run's length that is smaller than this part of it is none.
const SMALLEST_CHANGE: u64 = 50;

/// The sums of the spans of one name and source line.
type Sum = ((String, String), [Option<u64>; 2]);

/// The sum of the spans of one name and source line, in two runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The name.
    pub name: String,
    /// The place in the source.
    pub at: String,
    /// The sum in the earlier run, ns; `None` if it had no such span.
    pub before_ns: Option<u64>,
    /// The sum in the later one.
    pub now_ns: Option<u64>,
}

impl Difference {
    fn is_shorter(&self) -> bool {
        self.now_ns.unwrap_or(0) < self.before_ns.unwrap_or(0)
    }
}

/// Returns what became of the spans of each name and source line, the largest change first.
pub fn differences(before: &Trace, now: &Trace) -> Vec<Difference> {
    differences_of(before, now, |_| true)
}

fn differences_of(
    before: &Trace,
    now: &Trace,
    is_wanted: impl Fn(&Span) -> bool,
) -> Vec<Difference> {
    let mut sums: BTreeMap<(String, String), [Option<u64>; 2]> = BTreeMap::new();
    for (number, trace) in [before, now].into_iter().enumerate() {
        let spans = trace.lanes.iter().flat_map(|lane| &lane.spans);
        for span in spans.filter(|span| is_wanted(span)) {
            let key = (span.name.to_string(), place(span.at));
            let sum = &mut sums.entry(key).or_default()[number];
            let length = trace.end_of(span).saturating_sub(span.start_ns);
            *sum = Some(sum.unwrap_or(0).saturating_add(length));
        }
    }

    let difference = |((name, at), [before_ns, now_ns]): Sum| Difference {
        name,
        at,
        before_ns,
        now_ns,
    };
    let mut all: Vec<Difference> = sums.into_iter().map(difference).collect();
    let change = |one: &Difference| one.before_ns.unwrap_or(0).abs_diff(one.now_ns.unwrap_or(0));
    sort_by_numbers(&mut all, |one| (u64::MAX - change(one), 0));

    all
}

fn place(at: SourceLine) -> String {
    if at.file.is_empty() {
        String::new()
    } else {
        at.to_string()
    }
}

/// One of two runs, with its name in the sentence about both.
pub struct Side<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its recording.
    pub trace: &'a Trace,
    /// The path that decided how long it took.
    pub path: &'a [Step],
}

impl Side<'_> {
    fn length(&self) -> u64 {
        self.trace.end_ns.saturating_sub(self.trace.start_ns)
    }
}

/// Names the part of the critical path that made the difference between two runs.
pub fn changed(before: &Side<'_>, now: &Side<'_>) -> String {
    let told = |side: &Side<'_>, ns: u64| format!("{} {}", side.name, seconds(ns as f64 / 1e9));
    let lengths = [before.length(), now.length()];
    let both = format!("{}, {}", told(before, lengths[0]), told(now, lengths[1]));
    if lengths[0].abs_diff(lengths[1]) <= lengths[0].max(lengths[1]) / SMALLEST_CHANGE {
        return format!("{both}: as long as each other");
    }

    let sides = [before, now].map(|side| sums(side));
    let keys = sides.iter().flat_map(BTreeMap::keys);
    let sum = |side: usize, key: &str| sides[side].get(key).map_or(0, |(ns, _)| *ns);
    let is_shorter = lengths[0] > lengths[1];
    let gained = |key: &&String| {
        let [from, to] = if is_shorter { [0, 1] } else { [1, 0] };
        sum(from, key).saturating_sub(sum(to, key))
    };
    let Some(key) = keys.max_by_key(gained) else {
        return both;
    };

    let longer = usize::from(!is_shorter);
    let lanes = sides[longer].get(key).map_or("", |(_, lanes)| lanes);
    let [first, second] = [told(before, sum(0, key)), told(now, sum(1, key))];
    let sentence = format!("{both}: what made the difference is {lanes}: {key}: {first}, {second}");

    // The path did not lead into a span: the sums of all say which changed most.
    let is_own = |span: &Span| span.job || span.polls > 0 || span.depth > 0;
    let is_told = |span: &Span| is_own(span) && part_name(span).is_none();
    let spans = differences_of(before.trace, now.trace, is_told);
    let mut spans = spans.iter().filter(|one| one.is_shorter() == is_shorter);
    match spans.next().filter(|_| !key.contains(", ")) {
        Some(span) => {
            let first = told(before, span.before_ns.unwrap_or(0));
            let second = told(now, span.now_ns.unwrap_or(0));
            format!("{sentence}; all {} together: {first}, {second}", span.name)
        }
        None => sentence,
    }
}

/// Adds up the parts of a path by what was done, without the kind of event that was waited for.
fn sums(side: &Side<'_>) -> BTreeMap<String, (u64, String)> {
    let mut sums: BTreeMap<String, (u64, String)> = BTreeMap::new();
    for part in shares(side.path) {
        let Part { what, ns, .. } = part;
        let end = what.rfind("waiting for ").map(|at| at + "waiting".len());
        let what = &what[..end.unwrap_or(what.len())];
        // Jobs that differ by their number are of one kind.
        let what = match what.rsplit_once(", ") {
            Some((span, state)) => {
                let kind = span.trim_end_matches(|c: char| c.is_ascii_digit());
                format!("{}, {state}", kind.trim_end())
            }
            None => what.to_owned(),
        };
        let sum = sums
            .entry(what)
            .or_insert_with(|| (0, part.lanes(side.trace)));
        sum.0 = sum.0.saturating_add(ns);
    }

    sums
}

/// Draws two runs as one: each lane with the earlier run's below it, on one axis that starts at 0.
pub fn together(before: &Trace, now: &Trace) -> Trace {
    let mut left: Vec<Option<Lane>> = before.lanes.iter().cloned().map(Some).collect();
    let mut lanes = Vec::new();
    let mut numbers = Vec::new();

    for lane in &now.lanes {
        numbers.push(lanes.len());
        lanes.push(shifted(lane, now.start_ns, now.end_ns, ""));
        let same = left.iter_mut().find(|other| {
            let other = other.as_ref();
            other.is_some_and(|other| other.name == lane.name && other.kind == lane.kind)
        });
        if let Some(other) = same.and_then(Option::take) {
            lanes.push(shifted(&other, before.start_ns, before.end_ns, "before "));
        }
    }

    for other in left.into_iter().flatten() {
        lanes.push(shifted(&other, before.start_ns, before.end_ns, "before "));
    }

    let since = |t: u64| t.saturating_sub(now.start_ns);
    let log = now.log.iter().map(|line| LogLine {
        t_ns: since(line.t_ns),
        lane: numbers[line.lane],
        message: line.message.clone(),
    });
    let links = now.links.iter().map(|link| Link {
        from_lane: numbers[link.from_lane],
        from_ns: since(link.from_ns),
        to_lane: numbers[link.to_lane],
        to_ns: since(link.to_ns),
        label: link.label.clone(),
    });
    let length = |trace: &Trace| trace.end_ns.saturating_sub(trace.start_ns);

    Trace {
        start_ns: 0,
        end_ns: length(before).max(length(now)),
        lanes,
        log: log.collect(),
        links: links.collect(),
        source: now.source,
        turns: Vec::new(),
    }
}

/// Returns a lane of a run that starts at 0, with a word before its name.
fn shifted(lane: &Lane, start_ns: u64, end_ns: u64, word: &str) -> Lane {
    let since = |t: u64| t.saturating_sub(start_ns);
    let span = |span: &Span| Span {
        start_ns: since(span.start_ns),
        // What the recording ended before ends with its run, not with the longer one.
        end_ns: Some(since(span.end_ns.unwrap_or(end_ns))),
        ..span.clone()
    };
    let slice = |slice: &Slice| Slice {
        start_ns: since(slice.start_ns),
        end_ns: since(slice.end_ns),
        ..*slice
    };
    let state = |stretch: &Stretch| Stretch {
        start_ns: since(stretch.start_ns),
        end_ns: since(stretch.end_ns),
        ..*stretch
    };

    Lane {
        name: format!("{word}{}", lane.name),
        spans: lane.spans.iter().map(span).collect(),
        slices: lane.slices.iter().map(slice).collect(),
        states: lane.states.iter().map(state).collect(),
        // Of two runs drawn as one, no lane is the one that it was.
        woken: Vec::new(),
        ..lane.clone()
    }
}

/// Returns the parts of a run, with the names that the main thread gave them.
pub fn parts(trace: &Trace) -> Vec<(String, Trace)> {
    let main = trace.lanes.iter().take(1).flat_map(|lane| &lane.spans);
    let named = main.filter_map(|span| {
        let name = part_name(span)?;
        let end_ns = trace.end_of(span);
        Some((name.to_owned(), between(trace, span.start_ns, end_ns)))
    });
    named.collect()
}

/// Returns what happened between two moments of a run.
fn between(trace: &Trace, start_ns: u64, end_ns: u64) -> Trace {
    let is_inside = |start: u64, end: u64| start < end_ns && end > start_ns;
    let lane = |lane: &Lane| {
        let spans = lane.spans.iter();
        let spans = spans.filter(|span| is_inside(span.start_ns, trace.end_of(span)));
        let slices = lane.slices.iter();
        let slices = slices.filter(|slice| is_inside(slice.start_ns, slice.end_ns));
        let states = lane.states.iter();
        let states = states.filter(|stretch| is_inside(stretch.start_ns, stretch.end_ns));
        Lane {
            spans: spans
                .map(|span| Span {
                    start_ns: span.start_ns.max(start_ns),
                    end_ns: Some(trace.end_of(span).min(end_ns)),
                    ..span.clone()
                })
                .collect(),
            slices: slices
                .map(|slice| Slice {
                    start_ns: slice.start_ns.max(start_ns),
                    end_ns: slice.end_ns.min(end_ns),
                    ..*slice
                })
                .collect(),
            states: states
                .map(|stretch| Stretch {
                    start_ns: stretch.start_ns.max(start_ns),
                    end_ns: stretch.end_ns.min(end_ns),
                    ..*stretch
                })
                .collect(),
            ..lane.clone()
        }
    };

    let is_within = |link: &&Link| link.from_ns >= start_ns && link.to_ns <= end_ns;
    Trace {
        start_ns,
        end_ns,
        lanes: trace.lanes.iter().map(lane).collect(),
        log: Vec::new(),
        links: trace.links.iter().filter(is_within).cloned().collect(),
        source: trace.source,
        turns: Vec::new(),
    }
}
