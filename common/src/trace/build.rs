//! From records to lanes. A pure function: everything that is drawn and measured can be tested without a clock.

use std::collections::HashMap;

use super::record::{Edge, Record, Thread};
use super::{ChildRecords, Kind, Lane, LogLine, Slice, Span, Trace};

/// Puts together the records of this process, thread by thread, and of its children.
pub(super) fn trace(
    start_ns: u64,
    end_ns: u64,
    pid: u32,
    own: &[(Thread, Vec<Record>)],
    children: &[ChildRecords],
) -> Trace {
    let mut lanes = Vec::new();
    let mut log = Vec::new();
    process(&mut lanes, &mut log, pid, own, None);
    for child in children {
        let mut threads: Vec<(Thread, Vec<Record>)> = Vec::new();
        for (thread, record) in &child.records {
            match threads.iter_mut().find(|(known, _)| known.tid == thread.tid) {
                Some((_, records)) => records.push(record.clone()),
                None => threads.push((thread.clone(), vec![record.clone()])),
            }
        }
        process(&mut lanes, &mut log, child.pid, &threads, Some(child));
    }
    lanes.sort_by_key(|(first, lane)| (!(lane.name == "main" && lane.pid == pid), *first));
    log.sort_by_key(|line: &LogLine| line.t_ns);
    Trace { start_ns, end_ns, lanes: lanes.into_iter().map(|(_, lane)| lane).collect(), log }
}

/// A span while it is being put together.
struct Raw {
    name: String,
    task: Option<String>,
    run: bool,
    parent: u64,
    start_ns: u64,
    end_ns: Option<u64>,
    cpu_ns: u64,
    entered: u32,
    lane: usize,
    depth: u16,
}

/// Adds the lanes of one process, each with the time of its first record.
fn process(
    lanes: &mut Vec<(u64, Lane)>,
    log: &mut Vec<LogLine>,
    pid: u32,
    threads: &[(Thread, Vec<Record>)],
    child: Option<&ChildRecords>,
) {
    let begin = lanes.len();
    // A child is shown even if it died before it said anything.
    let mut first_thread = None;
    if let Some(child) = child {
        let tid =
            threads.iter().find(|(thread, _)| thread.first).map_or(u64::from(pid), |(thread, _)| thread.tid);
        first_thread = Some(lanes.len());
        lanes.push((child.start_ns, lane(child.name.clone(), Kind::Process, pid, tid)));
        lanes[begin].1.ended = child.ended.as_ref().map(|(_, how)| how.clone());
    }
    let mut thread_lanes = Vec::new();
    for (thread, records) in threads {
        if let (true, Some(known)) = (thread.first, first_thread) {
            thread_lanes.push(known);
        } else {
            thread_lanes.push(lanes.len());
            let first = records.first().map_or(0, |record| record.t);
            lanes.push((first, lane(thread.name.clone(), Kind::Thread, pid, thread.tid)));
        }
    }

    let mut spans = spans(lanes, pid, threads, &thread_lanes);
    for ((thread, records), thread_lane) in threads.iter().zip(&thread_lanes) {
        walk(lanes, log, &mut spans, thread, records, *thread_lane);
    }
    let died = child.and_then(|child| child.ended.as_ref()).map(|(t, _)| *t);
    let mut numbers: Vec<u64> = spans.keys().copied().collect();
    numbers.sort_unstable();
    for number in numbers {
        let raw = &spans[&number];
        let outermost = spans.get(&raw.parent).is_none_or(|around| around.run || around.lane != raw.lane);
        let end_ns = if raw.task.is_none() && raw.entered == 0 { Some(raw.start_ns) } else { raw.end_ns };
        let span = Span {
            name: raw.name.clone(),
            start_ns: raw.start_ns,
            end_ns: end_ns.or(died).map(|end| end.max(raw.start_ns)),
            cpu_ns: raw.cpu_ns,
            polls: if lanes[raw.lane].1.kind == Kind::Task { polls(raw.entered) } else { 0 },
            depth: raw.depth,
            job: outermost && !raw.run,
        };
        lanes[raw.lane].1.spans.push(span);
    }
    let mut index = 0;
    lanes.retain_mut(|(_, lane)| {
        lane.spans.sort_by_key(|span| (span.start_ns, span.depth));
        lane.slices.sort_by_key(|slice| slice.start_ns);
        index += 1;
        index <= begin || lane.kind == Kind::Process || !lane.spans.is_empty() || !lane.slices.is_empty()
    });
}

/// `tracing`'s `Instrumented` enters its span once more to drop the future inside it: that is not a poll.
fn polls(entered: u32) -> u32 {
    if entered > 1 { entered - 1 } else { entered }
}

fn lane(name: String, kind: Kind, pid: u32, tid: u64) -> Lane {
    Lane { name, kind, pid, tid, spans: Vec::new(), slices: Vec::new(), ended: None }
}

/// All spans of a process with the lane that each belongs to, from their first records. Adds the lanes of tasks.
fn spans(
    lanes: &mut Vec<(u64, Lane)>,
    pid: u32,
    threads: &[(Thread, Vec<Record>)],
    thread_lanes: &[usize],
) -> HashMap<u64, Raw> {
    let mut spans = HashMap::new();
    let mut firsts: Vec<(&Record, &str, usize)> = Vec::new();
    for ((_, records), thread_lane) in threads.iter().zip(thread_lanes) {
        let named = records.iter().filter(|record| matches!(record.edge, Edge::Created | Edge::Entered));
        firsts.extend(
            named.filter_map(|record| record.text.as_deref().map(|text| (record, text, *thread_lane))),
        );
    }
    // A span's number is higher than its parent's: parents come first.
    firsts.sort_by_key(|(record, ..)| record.span);
    for (record, text, thread_lane) in firsts {
        let (name, task) = text.split_once('\n').map_or((text, None), |(name, task)| (name, Some(task)));
        let around: Option<&Raw> = spans.get(&record.parent);
        let (lane_index, depth) = match (task, around) {
            (Some(task), _) => {
                lanes.push((record.t, lane(task.to_owned(), Kind::Task, pid, 0)));
                (lanes.len() - 1, 0)
            }
            (None, Some(around)) if around.lane == thread_lane || lanes[around.lane].1.kind == Kind::Task => {
                (around.lane, around.depth + u16::from(!around.run))
            }
            (None, _) => (thread_lane, 0),
        };
        let raw = Raw {
            name: name.trim_end_matches('\r').to_owned(),
            task: task.map(str::to_owned),
            run: name.ends_with('\r'),
            parent: record.parent,
            start_ns: record.t,
            end_ns: None,
            cpu_ns: 0,
            entered: 0,
            lane: lane_index,
            depth,
        };
        spans.insert(record.span, raw);
    }
    spans
}

/// Goes through one thread's records in order and hands out its time: to its own lane, and to the task it polls.
fn walk(
    lanes: &mut [(u64, Lane)],
    log: &mut Vec<LogLine>,
    spans: &mut HashMap<u64, Raw>,
    thread: &Thread,
    records: &[Record],
    thread_lane: usize,
) {
    // The spans that the thread is inside of, with the CPU time at entry.
    let mut inside: Vec<(u64, u64)> = Vec::new();
    for (index, record) in records.iter().enumerate() {
        match record.edge {
            Edge::Created => {}
            Edge::Entered => {
                inside.push((record.span, record.cpu));
                if let Some(raw) = spans.get_mut(&record.span) {
                    raw.entered += 1;
                    if lanes[raw.lane].1.kind == Kind::Task {
                        lanes[raw.lane].1.tid = thread.tid;
                    }
                }
            }
            Edge::Left => {
                // Not always the innermost: spans may be left in any order.
                if let Some(at) = inside.iter().rposition(|(span, _)| *span == record.span) {
                    let (_, cpu) = inside.remove(at);
                    if let Some(raw) = spans.get_mut(&record.span) {
                        raw.cpu_ns += record.cpu.saturating_sub(cpu);
                        if raw.task.is_none() {
                            raw.end_ns = raw.end_ns.max(Some(record.t));
                        }
                    }
                }
            }
            Edge::Closed => {
                if let Some(raw) = spans.get_mut(&record.span) {
                    raw.end_ns = Some(record.t);
                }
            }
            Edge::Log => {
                let lane = spans.get(&record.span).map_or(thread_lane, |raw| raw.lane);
                let message = record.text.as_deref().unwrap_or_default().to_owned();
                log.push(LogLine { t_ns: record.t, lane: lanes[lane].1.name.clone(), message });
            }
        }
        let (Some(next), Some((innermost, _))) = (records.get(index + 1), inside.last()) else { continue };
        let innermost = spans.get(innermost);
        let seen = record.edge == Edge::Log
            || (record.edge == Edge::Entered && !innermost.is_some_and(|raw| raw.run));
        let slice = Slice {
            start_ns: record.t,
            end_ns: next.t,
            cpu_ns: next.cpu.saturating_sub(record.cpu),
            mark: seen,
        };
        // A thread's time in a task counts for both: the task was polled, the thread was busy.
        lanes[thread_lane]
            .1
            .slices
            .push(Slice { mark: seen && innermost.is_none_or(|raw| raw.lane == thread_lane), ..slice });
        if let Some(task_lane) = innermost.map(|raw| raw.lane).filter(|lane| *lane != thread_lane) {
            lanes[task_lane].1.slices.push(slice);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::How;

    fn thread(tid: u64, name: &str) -> Thread {
        Thread { tid, name: name.to_owned(), first: name == "main" }
    }

    /// A record whose CPU clock is a tenth of its time.
    fn at(t: u64, edge: Edge, span: u64, text: Option<&str>) -> Record {
        Record { edge, span, parent: 0, t, cpu: t / 10, text: text.map(Into::into) }
    }

    fn inside(parent: u64, record: Record) -> Record {
        Record { parent, ..record }
    }

    fn names(trace: &Trace) -> Vec<&str> {
        trace.lanes.iter().map(|lane| lane.name.as_str()).collect()
    }

    #[test]
    fn jobs_are_the_outermost_spans_of_lanes_but_not_the_run() {
        let main = vec![
            at(0, Edge::Entered, 1, Some("run\r")),
            inside(1, at(100, Edge::Entered, 2, Some("here"))),
            inside(2, at(150, Edge::Entered, 3, Some("nested"))),
            at(200, Edge::Left, 3, None),
            at(300, Edge::Left, 2, None),
            at(1000, Edge::Left, 1, None),
        ];
        let other = vec![at(100, Edge::Entered, 4, Some("there")), at(900, Edge::Left, 4, None)];
        let trace = trace(0, 1000, 7, &[(thread(1, "main"), main), (thread(2, "other"), other)], &[]);
        assert_eq!(names(&trace), ["main", "other"]);
        let main = &trace.lanes[0];
        let spans: Vec<_> =
            main.spans.iter().map(|span| (span.name.as_str(), span.depth, span.job)).collect();
        assert_eq!(spans, [("run", 0, false), ("here", 0, true), ("nested", 1, false)]);
        assert_eq!(main.spans[1].cpu_ns, 20);
        assert_eq!(main.slices.iter().map(|slice| slice.cpu_ns).sum::<u64>(), 100);
        assert!((trace.work_s() - 1e-6).abs() < 1e-12, "200 ns here and 800 ns there: {}", trace.work_s());
    }

    #[test]
    fn a_task_has_a_lane_of_its_own_whichever_thread_polls_it() {
        let one = vec![
            at(10, Edge::Created, 1, Some("call\nNews API")),
            at(20, Edge::Entered, 1, None),
            at(30, Edge::Left, 1, None),
        ];
        let two = vec![
            at(500, Edge::Entered, 1, None),
            inside(1, at(510, Edge::Entered, 2, Some("parse"))),
            at(515, Edge::Log, 2, Some("parsing")),
            at(520, Edge::Left, 2, None),
            at(530, Edge::Left, 1, None),
            // The future is dropped inside its span.
            at(530, Edge::Entered, 1, None),
            at(531, Edge::Left, 1, None),
            at(532, Edge::Closed, 1, None),
        ];
        let trace = trace(0, 600, 7, &[(thread(1, "w1"), one), (thread(2, "w2"), two)], &[]);
        let task = trace.lanes.iter().find(|lane| lane.kind == Kind::Task).unwrap();
        assert_eq!((task.name.as_str(), task.tid), ("News API", 2));
        let spans: Vec<_> = task
            .spans
            .iter()
            .map(|span| (span.name.as_str(), span.start_ns, span.end_ns, span.polls))
            .collect();
        assert_eq!(spans, [("call", 10, Some(532), 2), ("parse", 510, Some(520), 1)]);
        assert!(task.spans[0].job && !task.spans[1].job);
        assert_eq!(trace.log[0].lane, "News API");
        assert!(task.slices.iter().all(|slice| !(31..500).contains(&slice.start_ns)), "waiting has no slice");
    }

    #[test]
    fn a_killed_child_keeps_what_it_sent() {
        let records = vec![
            (thread(70, "main"), at(100, Edge::Entered, 1, Some("chunk 3"))),
            (thread(70, "main"), at(150, Edge::Log, 1, Some("half way"))),
            (thread(71, "helper"), at(160, Edge::Entered, 2, Some("help"))),
            (thread(71, "helper"), at(170, Edge::Left, 2, None)),
        ];
        let ended = Some((400, How::Killed(9)));
        let child = ChildRecords { name: "worker 1".into(), pid: 70, start_ns: 50, ended, records };
        let mute =
            ChildRecords { name: "mute".into(), pid: 72, start_ns: 60, ended: None, records: Vec::new() };
        let trace = trace(0, 1000, 7, &[], &[child, mute]);
        assert_eq!(names(&trace), ["worker 1", "mute", "helper"]);
        let worker = &trace.lanes[0];
        assert_eq!((worker.kind, worker.pid, worker.tid), (Kind::Process, 70, 70));
        assert_eq!(worker.ended, Some(How::Killed(9)));
        assert_eq!(worker.spans[0].end_ns, Some(400), "an open span ends with its process");
        assert_eq!((trace.lanes[1].kind, trace.lanes[1].spans.len()), (Kind::Process, 0));
        assert_eq!((trace.lanes[2].kind, trace.lanes[2].pid), (Kind::Thread, 70));
        assert_eq!(trace.log[0].lane, "worker 1");
    }

    #[test]
    fn what_makes_no_sense_is_survived() {
        let odd = vec![
            at(900, Edge::Left, 5, None),
            at(100, Edge::Closed, 6, None),
            at(50, Edge::Entered, 8, None),
            at(u64::MAX, Edge::Entered, 9, Some("")),
            inside(9, at(0, Edge::Entered, 9, Some("its own parent"))),
            at(3, Edge::Log, 77, None),
        ];
        let trace = trace(500, 100, 7, &[(thread(1, "main"), odd)], &[]);
        assert!(trace.work_s() >= 0.0);
        assert_eq!(trace.log.len(), 1);
    }
}
