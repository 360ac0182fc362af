//! From records to lanes. A pure function: everything that is drawn and measured can be tested without a clock.

use std::collections::HashMap;

use super::record::{Edge, Record, Thread};
use super::{ChildRecords, Kind, Lane, LogLine, Slice, Span, Trace};

/// Puts together the records of this process, thread by thread, and of its children.
pub(super) fn trace(
    start_ns: u64,
    end_ns: u64,
    pid: u32,
    own: Vec<(Thread, Vec<Record>)>,
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
        process(&mut lanes, &mut log, child.pid, threads, Some(child));
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
    threads: Vec<(Thread, Vec<Record>)>,
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
    for (thread, records) in &threads {
        if let (true, Some(known)) = (thread.first, first_thread) {
            thread_lanes.push(known);
        } else {
            thread_lanes.push(lanes.len());
            let first = records.first().map_or(0, |record| record.t);
            lanes.push((first, lane(thread.name.clone(), Kind::Thread, pid, thread.tid)));
        }
    }

    let mut spans = spans(lanes, pid, &threads, &thread_lanes);
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
