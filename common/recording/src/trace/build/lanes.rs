//! The lanes of a trace while it is being put together.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::span::RawSpan;
use crate::sort_by_numbers;
use crate::trace::model::{End, Kind, Lane, Link, LogLine, Slice, SourceLine, Span, Trace, Woken};

/// The length up to which neighbouring slices are put together: no drawing could tell them apart.
const FINEST_NS: u64 = 10_000;

/// The lanes of a trace while it is being put together.
pub(super) struct Lanes {
    trace: Trace,
    /// The moment at which each lane first did something.
    firsts: Vec<u64>,
    messages: Vec<Message>,
}

/// One end of a message.
struct Message {
    text: String,
    sent: bool,
    lane: usize,
    t_ns: u64,
}

impl Lanes {
    pub(super) fn new(start_ns: u64, end_ns: u64) -> Lanes {
        Lanes {
            trace: Trace {
                start_ns,
                end_ns,
                ..Trace::default()
            },
            firsts: Vec::new(),
            messages: Vec::new(),
        }
    }

    pub(super) fn add(
        &mut self,
        name: &str,
        kind: Kind,
        pid: u32,
        tid: u64,
        first_ns: u64,
    ) -> usize {
        self.trace.lanes.push(Lane {
            name: name.to_owned(),
            kind,
            pid,
            tid,
            spans: Vec::new(),
            slices: Vec::new(),
            states: Vec::new(),
            woken: Vec::new(),
            ended: End::Returned,
        });
        self.firsts.push(first_ns);
        self.trace.lanes.len() - 1
    }

    pub(super) fn kind(&self, lane: usize) -> Kind {
        self.trace.lanes[lane].kind
    }

    pub(super) fn name(&self, lane: usize) -> &str {
        &self.trace.lanes[lane].name
    }

    pub(super) fn position(&self, is_wanted: impl Fn(&Lane) -> bool) -> Option<usize> {
        self.trace.lanes.iter().position(is_wanted)
    }

    pub(super) fn rename(&mut self, lane: usize, name: String) {
        self.trace.lanes[lane].name = name;
    }

    pub(super) fn set_tid(&mut self, lane: usize, tid: u64) {
        self.trace.lanes[lane].tid = tid;
    }

    pub(super) fn set_end(&mut self, lane: usize, ended: End) {
        self.trace.lanes[lane].ended = ended;
    }

    pub(super) fn link(&mut self, link: Link) {
        self.trace.links.push(link);
    }

    pub(super) fn log(&mut self, line: LogLine) {
        self.trace.log.push(line);
    }

    pub(super) fn wake(&mut self, lane: usize, t_ns: u64, by: Option<usize>) {
        self.trace.lanes[lane].woken.push(Woken { t_ns, by });
    }

    /// Adds one end of a message.
    pub(super) fn message(&mut self, text: String, sent: bool, lane: usize, t_ns: u64) {
        self.messages.push(Message {
            text,
            sent,
            lane,
            t_ns,
        });
    }

    /// Adds a slice, as part of the last one where the two are too fine to tell apart.
    pub(super) fn add_slice(&mut self, lane: usize, slice: Slice) {
        let slices = &mut self.trace.lanes[lane].slices;
        if let Some(last) = slices.last_mut()
            && last.end_ns == slice.start_ns
            && last.tid == slice.tid
            && slice.end_ns.saturating_sub(last.start_ns) < FINEST_NS
        {
            last.end_ns = slice.end_ns;
            last.cpu_ns = last.cpu_ns.saturating_add(slice.cpu_ns);
            last.mark |= slice.mark;
        } else {
            slices.push(slice);
        }
    }

    /// Adds a complete span to its lane. One that was never entered belongs to none, unless it is a
    /// task's.
    pub(super) fn close(&mut self, span: RawSpan, died_ns: Option<u64>) {
        let Some(lane) = span.lane else { return };
        let lane = &mut self.trace.lanes[lane];

        // The end of a process is known from elsewhere. A thread's is that of its last outermost
        // span.
        if span.task().is_some() || (lane.kind == Kind::Thread && span.job) {
            lane.ended = span.end();
        }

        lane.spans.push(span.finish(died_ns));
    }

    /// Adds the life of a process that recorded nothing: it was there all the same.
    pub(super) fn add_life(&mut self, lane: usize, start_ns: u64, died_ns: Option<u64>) {
        let lane = &mut self.trace.lanes[lane];
        if lane.spans.is_empty() {
            lane.spans.push(Span {
                name: Cow::Borrowed("process"),
                start_ns,
                end_ns: died_ns.map(|died| died.max(start_ns)),
                cpu_ns: 0,
                polls: 0,
                depth: 0,
                job: false,
                mark: None,
                at: SourceLine { file: "", line: 0 },
            });
        }
    }

    /// Links messages and puts everything in order, the main thread of `pid` first.
    pub(super) fn finish(mut self, pid: u32) -> Trace {
        self.link_messages();
        let order = self.order(pid);
        let mut places = vec![None; self.trace.lanes.len()];

        for (to, from) in order.iter().enumerate() {
            places[*from] = Some(to);
        }

        let links = std::mem::take(&mut self.trace.links).into_iter();
        let kept = links.filter_map(|link| {
            Some(Link {
                from_lane: places[link.from_lane]?,
                to_lane: places[link.to_lane]?,
                ..link
            })
        });

        self.trace.links = kept.collect();
        sort_by_numbers(&mut self.trace.links, |link| (link.from_ns, 0));

        for line in &mut self.trace.log {
            line.lane = places[line.lane].expect("a lane that wrote something is kept");
        }
        sort_by_numbers(&mut self.trace.log, |line| (line.t_ns, 0));

        let mut lanes: Vec<Option<Lane>> = self.trace.lanes.into_iter().map(Some).collect();
        let ordered = order.into_iter().filter_map(|lane| lanes[lane].take());

        self.trace.lanes = ordered.collect();
        for lane in &mut self.trace.lanes {
            sort_by_numbers(&mut lane.spans, |span| {
                (span.start_ns, u64::from(span.depth))
            });
            sort_by_numbers(&mut lane.slices, |slice| (slice.start_ns, 0));
            sort_by_numbers(&mut lane.woken, |woken| (woken.t_ns, 0));
            for woken in &mut lane.woken {
                woken.by = woken.by.and_then(|by| places[by]);
            }
        }

        self.trace
    }

    /// Returns the lanes to show in their order: not a thread that did nothing but exist.
    fn order(&self, pid: u32) -> Vec<usize> {
        let did_something = |lane: &Lane| {
            lane.kind != Kind::Thread || !lane.spans.is_empty() || !lane.slices.is_empty()
        };
        let mut seen: Vec<bool> = self.trace.lanes.iter().map(did_something).collect();

        for line in &self.trace.log {
            seen[line.lane] = true;
        }
        for link in &self.trace.links {
            seen[link.from_lane] = true;
            seen[link.to_lane] = true;
        }

        let is_main =
            |lane: &Lane| lane.pid == pid && lane.kind == Kind::Thread && lane.name == "main";
        let mut order: Vec<usize> = (0..seen.len()).filter(|lane| seen[*lane]).collect();

        sort_by_numbers(&mut order, |lane| {
            let is_other = !is_main(&self.trace.lanes[*lane]);
            (u64::from(is_other), self.firsts[*lane])
        });
        self.sort_numbered(&mut order);
        order
    }

    /// Puts neighbours whose names differ by numbers alone in the order of those numbers. Numbers that
    /// come again begin another round.
    fn sort_numbered(&self, order: &mut [usize]) {
        let mut start = 0;
        while start < order.len() {
            let key = |lane: usize| {
                let lane = &self.trace.lanes[lane];
                let (words, numbers) = words_and_numbers(&lane.name);
                ((words, lane.pid), numbers)
            };
            let first = key(order[start]).0;
            let mut rounds = HashSet::new();
            let alike = order[start..].iter().take_while(|lane| {
                let (name, numbers) = key(**lane);
                name == first && !numbers.is_empty() && rounds.insert(numbers)
            });
            let count = alike.count().max(1);
            order[start..start + count].sort_by_cached_key(|lane| key(*lane).1);
            start += count;
        }
    }

    /// Links each receipt to the last sending of the same text before it.
    fn link_messages(&mut self) {
        sort_by_numbers(&mut self.messages, |message| {
            (message.t_ns, u64::from(!message.sent))
        });
        let mut sent: HashMap<&str, &Message> = HashMap::new();
        for message in &self.messages {
            if message.sent {
                sent.insert(&message.text, message);
            } else if let Some(from) = sent.get(message.text.as_str()) {
                self.trace.links.push(Link {
                    label: message.text.clone(),
                    from_lane: from.lane,
                    from_ns: from.t_ns,
                    to_lane: message.lane,
                    to_ns: message.t_ns,
                });
            }
        }
    }
}

/// Splits a name into its words and its numbers.
fn words_and_numbers(name: &str) -> (Vec<&str>, Vec<u64>) {
    let is_digit = |c: char| c.is_ascii_digit();
    let words = name.split(is_digit).filter(|word| !word.is_empty());
    let numbers = name.split(|c| !is_digit(c));
    let numbers = numbers.filter_map(|number| number.parse().ok());
    (words.collect(), numbers.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_stand_as_they_began_and_numbered_ones_by_number() {
        let names = [
            "asker 1",
            "asker 3",
            "asker 2",
            "asker 10",
            "asker 2",
            "asker 1",
            "last",
            "a 2",
            "a 1",
            "pool-2-1",
            "pool-1-10",
            "pool-1-9",
        ];
        let mut lanes = Lanes::new(0, 100);
        for (first_ns, name) in (1..).zip(names) {
            lanes.add(name, Kind::Process, 1, first_ns, first_ns);
        }
        lanes.add("main", Kind::Process, 1, 0, 0);
        let trace = lanes.finish(1);
        let names: Vec<&str> = trace.lanes.iter().map(|lane| lane.name.as_str()).collect();
        let expected = [
            "main",
            "asker 1",
            "asker 2",
            "asker 3",
            "asker 10",
            "asker 1",
            "asker 2",
            "last",
            "a 1",
            "a 2",
            "pool-1-9",
            "pool-1-10",
            "pool-2-1",
        ];
        assert_eq!(names, expected);
    }
}
