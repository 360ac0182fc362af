//! From records to lanes. A pure function: everything that is drawn and measured can be tested without a clock.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::record::{Fields, Opened, Record, Thread, What};
use super::recorder::TASK;
use super::{At, ChildRecords, End, Kind, Lane, Link, LogLine, Mark, Slice, Span, Trace};

/// A task's future that was dropped longer than this after its last poll did not end by itself.
const DROPPED_LATER_NS: u64 = 100_000;
/// Neighbouring slices are put together while they stay shorter than this: no drawing could tell them apart.
const FINEST_NS: u64 = 10_000;

/// The records of a process, thread by thread, in pieces.
pub(super) type Records = Vec<(Thread, Vec<Vec<Record>>)>;

/// Puts together the records of this process and of its children.
pub(super) fn trace(
    start_ns: u64,
    end_ns: u64,
    pid: u32,
    own: Records,
    children: Vec<ChildRecords>,
) -> Trace {
    let mut all = All {
        trace: Trace {
            start_ns,
            end_ns,
            ..Trace::default()
        },
        firsts: Vec::new(),
        messages: Vec::new(),
    };
    all.process(pid, own, None);
    for mut child in children {
        let mut threads: Records = Vec::new();
        for (thread, record) in std::mem::take(&mut child.records) {
            match threads
                .iter_mut()
                .find(|(known, _)| known.tid == thread.tid)
            {
                Some((_, pieces)) => pieces[0].push(record),
                None => threads.push((thread, vec![vec![record]])),
            }
        }
        all.process(child.pid, threads, Some(&child));
    }
    all.finish(pid)
}

/// What is being put together.
struct All {
    trace: Trace,
    /// When each lane first did something.
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

/// A span while it is being put together.
struct Raw {
    opened: Opened,
    start_ns: u64,
    end_ns: Option<u64>,
    cpu_ns: u64,
    entered: u32,
    /// Known once it is entered.
    lane: Option<usize>,
    depth: u16,
    job: bool,
    /// When it was left last, and how long after the time before it was entered then.
    left_ns: u64,
    pause_ns: u64,
    open: bool,
    panicked: bool,
}

impl Raw {
    fn new(opened: Opened, start_ns: u64) -> Raw {
        Raw {
            opened,
            start_ns,
            end_ns: None,
            cpu_ns: 0,
            entered: 0,
            lane: None,
            depth: 0,
            job: false,
            left_ns: start_ns,
            pause_ns: 0,
            open: false,
            panicked: false,
        }
    }

    fn fields(&self) -> Option<&Fields> {
        self.opened.fields.as_deref()
    }

    /// `tracing`'s `Instrumented` enters its span once more to drop the future inside it: that is not a poll.
    fn polls(&self) -> u32 {
        if self.entered > 1 && self.end_ns.is_some() {
            self.entered - 1
        } else {
            self.entered
        }
    }

    fn finish(self, died_ns: Option<u64>) -> Span {
        let place = self.opened.source.place();
        let fields = self.fields();
        let name = match fields.filter(|fields| !fields.others.is_empty()) {
            Some(fields) => Cow::Owned(place.name.to_owned() + &fields.others),
            None => Cow::Borrowed(place.name),
        };
        let mark = fields.and_then(|fields| match (&fields.waits_for, &fields.holds) {
            (Some(what), _) => Some(Mark::WaitsFor(what.clone())),
            (None, Some(what)) => Some(Mark::Holds(what.clone())),
            (None, None) => None,
        });
        Span {
            name,
            start_ns: self.start_ns,
            end_ns: self.end_ns.or(died_ns).map(|end| end.max(self.start_ns)),
            cpu_ns: self.cpu_ns,
            polls: if self.lane_is_own() { self.polls() } else { 0 },
            depth: self.depth,
            job: self.job,
            mark: mark.map(Box::new),
            at: At {
                file: place.file,
                line: place.line,
            },
        }
    }

    fn lane_is_own(&self) -> bool {
        self.fields().is_some_and(|fields| fields.task.is_some())
    }

    fn end(&self) -> End {
        match self.end_ns {
            _ if self.panicked => End::Panicked,
            None => End::StillRunning,
            Some(_) if self.lane_is_own() && self.pause_ns > DROPPED_LATER_NS => End::Cancelled,
            Some(_) => End::Returned,
        }
    }
}

impl All {
    fn lane(&mut self, name: &str, kind: Kind, pid: u32, tid: u64, first_ns: u64) -> usize {
        let name = name.to_owned();
        self.trace.lanes.push(Lane {
            name,
            kind,
            pid,
            tid,
            spans: Vec::new(),
            slices: Vec::new(),
            ended: End::Returned,
        });
        self.firsts.push(first_ns);
        self.trace.lanes.len() - 1
    }

    fn kind(&self, lane: usize) -> Kind {
        self.trace.lanes[lane].kind
    }

    /// Adds the lanes of one process.
    fn process(&mut self, pid: u32, threads: Records, child: Option<&ChildRecords>) {
        let first_thread = threads
            .iter()
            .find(|(thread, _)| thread.first)
            .map(|(thread, _)| thread.tid);
        // A child is shown even if it died before it said anything.
        let process_lane = child.map(|child| {
            let tid = first_thread.unwrap_or_else(|| pid.into());
            let lane = self.lane(&child.name, Kind::Process, pid, tid, child.start_ns);
            self.trace.lanes[lane].ended = child
                .ended
                .as_ref()
                .map_or(End::StillRunning, |(_, how)| End::Process(how.clone()));
            let parent = self.trace.lanes.iter().position(|lane| {
                lane.kind == Kind::Thread && lane.pid != pid && lane.tid == child.started_by
            });
            if let Some(from_lane) = parent {
                let firsts = threads
                    .iter()
                    .filter_map(|(_, pieces)| pieces.first()?.first());
                let first_ns = firsts
                    .map(|record| record.t)
                    .min()
                    .unwrap_or(child.start_ns);
                let label = child.name.clone();
                self.trace.links.push(Link {
                    label,
                    from_lane,
                    from_ns: child.start_ns,
                    to_lane: lane,
                    to_ns: first_ns,
                });
            }
            lane
        });
        let died_ns = child
            .and_then(|child| child.ended.as_ref())
            .map(|(t, _)| *t);

        let mut walk = Walk {
            all: self,
            pid,
            spans: HashMap::new(),
            threads: Vec::new(),
        };
        let mut records = Vec::new();
        for (thread, pieces) in threads {
            let first_ns = pieces
                .first()
                .and_then(|piece| piece.first())
                .map_or(0, |record| record.t);
            let lane = match process_lane.filter(|_| thread.first) {
                Some(lane) => lane,
                None => walk
                    .all
                    .lane(&thread.name, Kind::Thread, pid, thread.tid, first_ns),
            };
            walk.threads.push(OneThread {
                thread,
                lane,
                inside: Vec::new(),
                before: None,
            });
            records.push(
                pieces
                    .into_iter()
                    .flatten()
                    .flat_map(Record::parts)
                    .peekable(),
            );
        }
        // All threads together, in the order of time: a task goes from one to another.
        let mut next: BinaryHeap<Reverse<(u64, usize)>> = records
            .iter_mut()
            .enumerate()
            .filter_map(|(number, records)| Some(Reverse((records.peek()?.t, number))))
            .collect();
        while let Some(Reverse((_, number))) = next.pop() {
            if let Some(record) = records[number].next() {
                walk.take(number, record);
            }
            if let Some(record) = records[number].peek() {
                next.push(Reverse((record.t, number)));
            }
        }
        let spans = walk.spans;
        let mut left: Vec<(u64, Raw)> = spans.into_iter().collect();
        left.sort_unstable_by_key(|(span, _)| *span);
        for (span, mut raw) in left {
            // Somebody still has a handle of it, but nobody is inside. A task's spans are left at every wait.
            let waits = raw.lane.is_some_and(|lane| self.kind(lane) == Kind::Task);
            if span & TASK == 0 && !raw.open && !waits {
                raw.end_ns = Some(raw.left_ns);
            }
            self.close(raw, died_ns);
        }
        if let (Some(lane), Some(child)) = (process_lane, child) {
            self.life(lane, child.start_ns, died_ns);
        }
    }

    /// A process that records nothing was there all the same.
    fn life(&mut self, lane: usize, start_ns: u64, died_ns: Option<u64>) {
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
                at: At { file: "", line: 0 },
            });
        }
    }

    /// A span is complete.
    fn close(&mut self, raw: Raw, died_ns: Option<u64>) {
        // One that was never entered belongs to no lane, unless it is a task's.
        let Some(lane) = raw.lane else { return };
        let lane = &mut self.trace.lanes[lane];
        let end = raw.end();
        // A process tells by itself how it ended. The last outermost span tells it of a thread.
        if raw.lane_is_own() || (lane.kind == Kind::Thread && raw.job) {
            lane.ended = end;
        }
        lane.spans.push(raw.finish(died_ns));
    }

    fn finish(mut self, pid: u32) -> Trace {
        let mut order: Vec<usize> = (0..self.trace.lanes.len()).collect();
        let main =
            |lane: &Lane| lane.pid == pid && lane.kind == Kind::Thread && lane.name == "main";
        self.link_messages();
        // A thread that did nothing but exist is not shown.
        let did = |lane: &Lane| {
            lane.kind != Kind::Thread || !lane.spans.is_empty() || !lane.slices.is_empty()
        };
        let mut seen: Vec<bool> = self.trace.lanes.iter().map(did).collect();
        for line in &self.trace.log {
            seen[line.lane] = true;
        }
        for link in &self.trace.links {
            seen[link.from_lane] = true;
            seen[link.to_lane] = true;
        }
        order.retain(|lane| seen[*lane]);
        order.sort_by_key(|lane| (!main(&self.trace.lanes[*lane]), self.firsts[*lane]));
        let mut place = vec![None; self.trace.lanes.len()];
        for (to, from) in order.iter().enumerate() {
            place[*from] = Some(to);
        }
        let links = std::mem::take(&mut self.trace.links).into_iter();
        self.trace.links = links
            .filter_map(|link| {
                Some(Link {
                    from_lane: place[link.from_lane]?,
                    to_lane: place[link.to_lane]?,
                    ..link
                })
            })
            .collect();
        self.trace.links.sort_by_key(|link| link.from_ns);
        for line in &mut self.trace.log {
            line.lane = place[line.lane].expect("a lane that wrote something is kept");
        }
        let mut lanes: Vec<Option<Lane>> = self.trace.lanes.into_iter().map(Some).collect();
        self.trace.lanes = order
            .into_iter()
            .filter_map(|lane| lanes[lane].take())
            .collect();
        for lane in &mut self.trace.lanes {
            lane.spans.sort_by_key(|span| (span.start_ns, span.depth));
            lane.slices.sort_by_key(|slice| slice.start_ns);
        }
        self.trace.log.sort_by_key(|line| line.t_ns);
        self.trace
    }

    /// Each receipt is linked to the last sending of the same text before it.
    fn link_messages(&mut self) {
        self.messages
            .sort_by_key(|message| (message.t_ns, !message.sent));
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

/// Goes through the records of a process in order and hands out its threads' time: to their own lanes, and to the
/// tasks that they poll.
struct Walk<'a> {
    all: &'a mut All,
    pid: u32,
    spans: HashMap<u64, Raw>,
    threads: Vec<OneThread>,
}

/// Where one thread is.
struct OneThread {
    thread: Thread,
    lane: usize,
    /// The spans that it is inside of, with their lanes and the CPU time at entry.
    inside: Vec<(u64, usize, u64)>,
    /// Since when, with how much CPU time, and whether the lane was seen to run there.
    before: Option<(u64, u64, bool)>,
}

impl Walk<'_> {
    fn take(&mut self, number: usize, record: Record) {
        let Record { span, t, cpu, what } = record;
        // A span that is only created is recorded without a look at the CPU clock.
        if let What::Created(opened) = what {
            self.create(span, t, opened);
            return;
        }
        let one = &self.threads[number];
        if let Some((since, used, mark)) = one.before {
            let tid = one.thread.tid;
            let slice = Slice {
                start_ns: since,
                end_ns: t,
                cpu_ns: cpu.saturating_sub(used),
                mark,
                tid,
            };
            self.slice(number, slice);
        }
        let mark = self.record(number, span, t, cpu, what);
        self.threads[number].before = Some((t, cpu, mark));
    }

    fn create(&mut self, span: u64, t: u64, opened: Opened) {
        let mut raw = Raw::new(opened, t);
        if let Some(task) = raw.fields().and_then(|fields| fields.task.clone()) {
            raw.job = true;
            raw.lane = Some(self.all.lane(&task, Kind::Task, self.pid, 0, t));
        }
        self.spans.insert(span, raw);
    }

    /// A stretch of a thread's time: it counts for its own lane, and for the task that it polled.
    fn slice(&mut self, number: usize, slice: Slice) {
        let one = &self.threads[number];
        let Some((_, innermost, _)) = one.inside.last().copied() else {
            return;
        };
        let own = one.lane;
        add(
            &mut self.all.trace.lanes[own].slices,
            Slice {
                mark: slice.mark && innermost == own,
                ..slice
            },
        );
        if innermost != own {
            add(&mut self.all.trace.lanes[innermost].slices, slice);
        }
    }

    /// Takes in one record; says whether the lane was seen to run at that moment.
    fn record(&mut self, number: usize, span: u64, t: u64, cpu: u64, what: What) -> bool {
        match what {
            What::Created(_) | What::Whole { .. } => false,
            What::Entered(first) => {
                if let Some(opened) = first {
                    self.create(span, t, opened);
                }
                self.enter(number, span, t, cpu)
            }
            What::Left { panicking, closed } => {
                let inside = &mut self.threads[number].inside;
                if let Some(at) = inside.iter().rposition(|(open, ..)| *open == span) {
                    let (_, _, entry) = inside.remove(at);
                    if let Some(raw) = self.spans.get_mut(&span) {
                        raw.cpu_ns = raw.cpu_ns.saturating_add(cpu.saturating_sub(entry));
                        raw.left_ns = t;
                        raw.open = false;
                        raw.panicked |= panicking;
                    }
                }
                if closed {
                    self.close(span, t);
                }
                false
            }
            What::Closed => {
                self.close(span, t);
                false
            }
            What::Log(entry) => {
                let one = &self.threads[number];
                let inside = one
                    .inside
                    .iter()
                    .rfind(|(open, ..)| *open == span)
                    .map(|(_, lane, _)| *lane);
                let lane = inside
                    .or_else(|| self.spans.get(&span)?.lane)
                    .unwrap_or(one.lane);
                for (text, sent) in [(entry.sends, true), (entry.receives, false)] {
                    if let Some(text) = text {
                        self.all.messages.push(Message {
                            text,
                            sent,
                            lane,
                            t_ns: t,
                        });
                    }
                }
                // Only the two ends of a message say nothing.
                if !entry.message.is_empty() {
                    self.all.trace.log.push(LogLine {
                        t_ns: t,
                        lane,
                        message: entry.message,
                    });
                }
                true
            }
        }
    }

    fn enter(&mut self, number: usize, span: u64, t: u64, cpu: u64) -> bool {
        let one = &self.threads[number];
        let Some(raw) = self.spans.get(&span) else {
            return false;
        };
        // A span inside a task belongs to the task, whichever thread that is on; any other belongs to its thread.
        let around = one.inside.last().map(|(_, lane, _)| *lane);
        let in_task = around.filter(|lane| self.all.kind(*lane) == Kind::Task);
        let lane = raw.lane.or(in_task).unwrap_or(one.lane);
        let is_run = raw.opened.source.is_run();
        let (first, parent, created_ns) = (raw.entered == 0, raw.opened.parent, raw.start_ns);
        let same = one.inside.iter().filter(|(open, on, _)| {
            *on == lane
                && self
                    .spans
                    .get(open)
                    .is_some_and(|raw| !raw.opened.source.is_run())
        });
        let depth = u16::try_from(same.count()).unwrap_or(u16::MAX);
        let on_task = self.all.kind(lane) == Kind::Task;
        let tid = one.thread.tid;
        self.threads[number].inside.push((span, lane, cpu));
        if let Some(raw) = self.spans.get_mut(&span) {
            if first {
                raw.lane = Some(lane);
                raw.depth = depth;
                raw.job |= depth == 0 && !is_run && !on_task;
                // A future does nothing before it is polled: that is when its work begins.
                raw.start_ns = t;
            }
            raw.pause_ns = t.saturating_sub(raw.left_ns);
            raw.entered += 1;
            raw.open = true;
        }
        if first {
            self.link(parent, created_ns, lane, t);
        }
        if on_task {
            self.all.trace.lanes[lane].tid = tid;
        }
        !is_run
    }

    /// A span whose parent lies on another lane was started from there.
    fn link(&mut self, parent: u64, from_ns: u64, to_lane: usize, to_ns: u64) {
        let known = self.spans.get(&parent).and_then(|raw| raw.lane);
        // A parent that is over is known no more, but its number tells the thread that created it.
        let prefix = parent >> super::recorder::THREAD_BITS << super::recorder::THREAD_BITS;
        let by_number = || {
            self.threads
                .iter()
                .find(|one| one.thread.prefix == prefix && parent != 0)
        };
        let Some(from_lane) = known.or_else(|| by_number().map(|one| one.lane)) else {
            return;
        };
        if from_lane != to_lane {
            let label = self.all.trace.lanes[to_lane].name.clone();
            self.all.trace.links.push(Link {
                label,
                from_lane,
                from_ns,
                to_lane,
                to_ns,
            });
        }
    }

    fn close(&mut self, span: u64, t: u64) {
        let Some(mut raw) = self.spans.remove(&span) else {
            return;
        };
        // A task ends when its future is dropped; any other span when it was last left.
        raw.end_ns = Some(if span & TASK == TASK { t } else { raw.left_ns });
        self.all.close(raw, None);
    }
}

/// Adds a slice, as part of the last one where the two are too fine to tell apart.
fn add(slices: &mut Vec<Slice>, slice: Slice) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::How;
    use crate::trace::record::{Line, Place, Source};

    fn thread(number: u64, name: &str) -> Thread {
        Thread {
            tid: number,
            prefix: number << 40,
            name: name.to_owned(),
            first: name == "main",
        }
    }

    /// A record whose CPU clock is a tenth of its time.
    fn at(t: u64, span: u64, what: What) -> Record {
        Record {
            span,
            t,
            cpu: t / 10,
            what,
        }
    }

    fn opened(name: &'static str, parent: u64, fields: Option<Fields>) -> Opened {
        let place = Box::leak(Box::new(Place {
            name,
            file: "src/made_up.rs",
            line: 1,
        }));
        Opened {
            parent,
            source: Source::Child(place),
            fields: fields.map(Box::new),
        }
    }

    fn enter(t: u64, span: u64, name: &'static str) -> Record {
        at(t, span, What::Entered(Some(opened(name, 0, None))))
    }

    fn left(t: u64, span: u64) -> Record {
        at(
            t,
            span,
            What::Left {
                panicking: false,
                closed: true,
            },
        )
    }

    fn log(t: u64, span: u64, message: &str) -> Record {
        at(
            t,
            span,
            What::Log(Box::new(Line {
                message: message.into(),
                sends: None,
                receives: None,
            })),
        )
    }

    fn names(trace: &Trace) -> Vec<&str> {
        trace.lanes.iter().map(|lane| lane.name.as_str()).collect()
    }

    #[test]
    fn jobs_are_the_outermost_spans_of_lanes() {
        let main = vec![
            enter(100, 2, "here"),
            enter(150, 4, "nested"),
            left(200, 4),
            left(300, 2),
        ];
        let other = vec![
            enter(100, 6, "there"),
            log(500, 6, "half way"),
            left(900, 6),
        ];
        let own = vec![
            (thread(2, "other"), vec![other]),
            (thread(1, "main"), vec![main]),
        ];
        let trace = trace(0, 1000, 7, own, Vec::new());
        assert_eq!(names(&trace), ["main", "other"]);
        let main = &trace.lanes[0];
        let spans: Vec<_> = main
            .spans
            .iter()
            .map(|span| (&*span.name, span.depth, span.job))
            .collect();
        assert_eq!(spans, [("here", 0, true), ("nested", 1, false)]);
        assert_eq!(main.spans[0].cpu_ns, 20);
        assert_eq!(
            trace.lanes[1]
                .slices
                .iter()
                .map(|slice| slice.cpu_ns)
                .sum::<u64>(),
            80
        );
        assert!(
            (trace.work_s() - 1e-6).abs() < 1e-12,
            "200 ns here and 800 ns there: {}",
            trace.work_s()
        );
        assert_eq!(
            (trace.log[0].lane, &trace.lanes[1].ended),
            (1, &End::Returned)
        );
    }

    /// The polls of a task, each from start to end, on a thread of this number.
    fn polls(polls: &[(u64, u64)]) -> Vec<Record> {
        let records = polls.iter().flat_map(|(from, to)| {
            [
                at(*from, 1, What::Entered(None)),
                at(
                    *to,
                    1,
                    What::Left {
                        panicking: false,
                        closed: false,
                    },
                ),
            ]
        });
        records.collect()
    }

    fn news() -> What {
        let fields = Fields {
            task: Some("News API".into()),
            others: " 3".into(),
            ..Fields::default()
        };
        What::Created(opened("call", 0, Some(fields)))
    }

    #[test]
    fn a_task_has_a_lane_of_its_own_whichever_thread_polls_it() {
        let mut one = vec![at(10, 1, news())];
        one.extend(polls(&[(20, 30)]));
        let mut two = vec![
            at(500, 1, What::Entered(None)),
            enter(510, 2 << 40, "parse"),
            log(515, 2 << 40, "parsing"),
            left(520, 2 << 40),
            at(
                530,
                1,
                What::Left {
                    panicking: false,
                    closed: false,
                },
            ),
        ];
        // The future is dropped inside its span.
        two.extend(polls(&[(530, 531)]));
        two.push(at(532, 1, What::Closed));
        let own = vec![(thread(1, "w1"), vec![one]), (thread(2, "w2"), vec![two])];
        let trace = trace(0, 600, 7, own, Vec::new());
        let task = trace
            .lanes
            .iter()
            .find(|lane| lane.kind == Kind::Task)
            .unwrap();
        assert_eq!(
            (task.name.as_str(), task.tid, &task.ended),
            ("News API", 2, &End::Returned)
        );
        let spans: Vec<_> = task
            .spans
            .iter()
            .map(|span| (&*span.name, span.start_ns, span.end_ns, span.polls))
            .collect();
        assert_eq!(
            spans,
            [("call 3", 20, Some(532), 2), ("parse", 510, Some(520), 0)]
        );
        assert!(task.spans[0].job && !task.spans[1].job);
        assert_eq!(trace.lanes[trace.log[0].lane].name, "News API");
        assert!(
            task.slices
                .iter()
                .all(|slice| !(31..500).contains(&slice.start_ns)),
            "waiting has no slice"
        );
        assert_eq!(
            task.slices
                .iter()
                .map(|slice| slice.tid)
                .collect::<Vec<_>>(),
            [1, 2]
        );
        assert_eq!(names(&trace), ["w1", "News API", "w2"]);
    }

    #[test]
    fn a_task_may_go_to_a_thread_that_is_listed_before() {
        let mut first = vec![at(10, 1, news())];
        first.extend(polls(&[(20, 30), (1000, 1010)]));
        let mut second = polls(&[(300_000, 300_010)]);
        second.extend(polls(&[(300_010, 300_011)]));
        second.push(at(300_012, 1, What::Closed));
        let own = vec![
            (thread(2, "w2"), vec![second]),
            (thread(1, "w1"), vec![first]),
        ];
        let trace = trace(0, 400_000, 7, own, Vec::new());
        let task = trace
            .lanes
            .iter()
            .find(|lane| lane.kind == Kind::Task)
            .unwrap();
        let span = &task.spans[0];
        assert_eq!(
            (span.start_ns, span.end_ns, span.polls),
            (20, Some(300_012), 3)
        );
        assert_eq!(
            task.slices
                .iter()
                .map(|slice| slice.tid)
                .collect::<Vec<_>>(),
            [1, 1, 2]
        );
    }

    #[test]
    fn a_span_inside_a_task_is_open_while_the_task_waits() {
        let mut records = vec![
            at(10, 1, news()),
            at(20, 1, What::Entered(None)),
            enter(25, 4, "booking"),
        ];
        records.push(at(
            28,
            4,
            What::Left {
                panicking: false,
                closed: false,
            },
        ));
        records.push(at(
            30,
            1,
            What::Left {
                panicking: false,
                closed: false,
            },
        ));
        let trace = trace(
            0,
            100,
            7,
            vec![(thread(1, "main"), vec![records])],
            Vec::new(),
        );
        let task = trace
            .lanes
            .iter()
            .find(|lane| lane.kind == Kind::Task)
            .unwrap();
        assert!(
            task.spans.iter().all(|span| span.end_ns.is_none()),
            "{task:?}"
        );
    }

    #[test]
    fn a_thread_that_only_logs_is_shown() {
        let own = vec![(thread(2, "quiet"), vec![vec![log(5, 0, "hi")]])];
        let trace = trace(0, 10, 7, own, Vec::new());
        assert_eq!((names(&trace), trace.log[0].lane), (vec!["quiet"], 0));
    }

    #[test]
    fn how_a_task_ended() {
        let end = |after: &[(u64, u64)], closed: bool, panicking: bool| {
            let mut records = vec![at(10, 1, news())];
            records.extend(polls(&[(20, 30)]));
            records.extend(polls(after));
            if panicking {
                records.push(at(40, 1, What::Entered(None)));
                records.push(at(41, 1, What::Left { panicking, closed }));
            } else if closed {
                records.push(at(400_000, 1, What::Closed));
            }
            trace(
                0,
                1_000_000,
                7,
                vec![(thread(1, "main"), vec![records])],
                Vec::new(),
            )
            .lanes[1]
                .ended
                .clone()
        };
        assert_eq!(end(&[(30, 31)], true, false), End::Returned);
        assert_eq!(end(&[(300_000, 300_001)], true, false), End::Cancelled);
        assert_eq!(end(&[], false, false), End::StillRunning);
        assert_eq!(end(&[], true, true), End::Panicked);
    }

    #[test]
    fn a_killed_child_keeps_what_it_sent() {
        let records = vec![
            (thread(70, "main"), enter(100, 2, "chunk 3")),
            (thread(70, "main"), log(150, 2, "half way")),
            (thread(71, "helper"), enter(160, 4, "help")),
            (thread(71, "helper"), left(170, 4)),
        ];
        let ended = Some((400, How::Killed(9)));
        let child = ChildRecords {
            name: "worker 1".into(),
            pid: 70,
            start_ns: 50,
            started_by: 1,
            ended,
            records,
        };
        let mute = ChildRecords {
            name: "mute".into(),
            pid: 72,
            start_ns: 60,
            started_by: 1,
            ended: None,
            records: Vec::new(),
        };
        let trace = trace(0, 1000, 7, Vec::new(), vec![child, mute]);
        assert_eq!(names(&trace), ["worker 1", "mute", "helper"]);
        let worker = &trace.lanes[0];
        assert_eq!(
            (worker.kind, worker.pid, worker.tid),
            (Kind::Process, 70, 70)
        );
        assert_eq!(worker.ended, End::Process(How::Killed(9)));
        assert_eq!(
            worker.spans[0].end_ns,
            Some(400),
            "an open span ends with its process"
        );
        let mute = &trace.lanes[1];
        assert_eq!(
            (mute.kind, &mute.ended),
            (Kind::Process, &End::StillRunning)
        );
        assert_eq!(
            (
                mute.spans[0].start_ns,
                mute.spans[0].end_ns,
                mute.spans[0].job
            ),
            (60, None, false)
        );
        assert_eq!(
            (trace.lanes[2].kind, trace.lanes[2].pid),
            (Kind::Thread, 70)
        );
        assert_eq!(trace.lanes[trace.log[0].lane].name, "worker 1");
        assert!(trace.links.is_empty(), "nobody here started them");
    }

    #[test]
    fn a_child_is_linked_to_the_thread_that_started_it() {
        let main = vec![enter(5, 2, "run"), left(900, 2)];
        let records = vec![(thread(70, "main"), enter(100, 2, "chunk 3"))];
        let child = ChildRecords {
            name: "w".into(),
            pid: 70,
            start_ns: 50,
            started_by: 1,
            ended: None,
            records,
        };
        let trace = trace(
            0,
            1000,
            7,
            vec![(thread(1, "main"), vec![main])],
            vec![child],
        );
        let link = Link {
            label: "w".into(),
            from_lane: 0,
            from_ns: 50,
            to_lane: 1,
            to_ns: 100,
        };
        assert_eq!(trace.links, [link]);
    }

    #[test]
    fn starts_and_messages_are_linked() {
        let message = |t: u64, sends: Option<&str>, receives: Option<&str>| {
            let text = |text: Option<&str>| text.map(str::to_owned);
            at(
                t,
                0,
                What::Log(Box::new(Line {
                    message: String::new(),
                    sends: text(sends),
                    receives: text(receives),
                })),
            )
        };
        let main = vec![
            enter(5, (1 << 40) + 2, "main"),
            message(10, Some("job 1"), None),
            left(900, (1 << 40) + 2),
        ];
        let started = at(
            50,
            (2 << 40) + 2,
            What::Entered(Some(opened("work", (1 << 40) + 2, None))),
        );
        let worker = vec![
            started,
            message(60, None, Some("job 1")),
            message(70, None, Some("job 2")),
            left(90, (2 << 40) + 2),
        ];
        let own = vec![
            (thread(1, "main"), vec![main]),
            (thread(2, "worker"), vec![worker]),
        ];
        let trace = trace(0, 1000, 7, own, Vec::new());
        let links: Vec<_> = trace
            .links
            .iter()
            .map(|link| {
                (
                    link.label.as_str(),
                    link.from_lane,
                    link.from_ns,
                    link.to_lane,
                    link.to_ns,
                )
            })
            .collect();
        assert_eq!(links, [("job 1", 0, 10, 1, 60), ("worker", 0, 50, 1, 50)]);
    }

    #[test]
    fn a_million_spans_too_fine_to_draw_are_few_slices() {
        let records: Vec<Record> = (0..10_000)
            .flat_map(|n| {
                [
                    enter(n * 20, n * 2 + 2, "tiny"),
                    left(n * 20 + 10, n * 2 + 2),
                ]
            })
            .collect();
        let trace = trace(
            0,
            200_000,
            7,
            vec![(thread(1, "main"), vec![records])],
            Vec::new(),
        );
        assert_eq!(trace.lanes[0].spans.len(), 10_000);
        assert!(trace.lanes[0].slices.len() <= 10_000);
    }

    #[test]
    fn what_makes_no_sense_is_survived() {
        let odd = vec![
            left(900, 5),
            at(100, 6, What::Closed),
            at(50, 8, What::Entered(None)),
            enter(u64::MAX, 9, ""),
            at(0, 9, What::Entered(Some(opened("its own parent", 9, None)))),
            log(3, 77, "nowhere"),
            at(2, 1, news()),
            left(1, 1),
        ];
        let trace = trace(
            500,
            100,
            7,
            vec![(thread(1, "main"), vec![odd, Vec::new()])],
            Vec::new(),
        );
        assert!(trace.work_s() >= 0.0);
        assert_eq!(trace.log.len(), 1);
    }
}
