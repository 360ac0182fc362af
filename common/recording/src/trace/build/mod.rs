//! From records to lanes. A pure function: all that is drawn and measured can be tested without a
//! clock.

mod lanes;
mod span;
mod walk;
#[cfg(test)]
mod tests;

use lanes::Lanes;
use walk::Walk;

use super::children::ChildRecords;
use super::model::{End, Kind, Link, Trace};
use super::record::{ThreadRecords, is_task};

/// Puts together the records of this process and of its children.
pub(super) fn trace(
    start_ns: u64,
    end_ns: u64,
    pid: u32,
    own: Vec<ThreadRecords>,
    children: Vec<ChildRecords>,
) -> Trace {
    let mut lanes = Lanes::new(start_ns, end_ns);
    add_process(&mut lanes, pid, own, None, None);
    for mut child in children {
        let threads = std::mem::take(&mut child.threads);
        let lane = add_child(&mut lanes, &child, &threads);
        let died_ns = child.ended.as_ref().map(|(t, _)| *t);
        add_process(&mut lanes, child.pid, threads, Some(lane), died_ns);
        lanes.add_life(lane, child.start_ns, died_ns);
    }

    lanes.finish(pid)
}

/// Adds the lane of a child process. It is shown even if it died before it sent anything.
fn add_child(lanes: &mut Lanes, child: &ChildRecords, threads: &[ThreadRecords]) -> usize {
    let first = threads.iter().find(|records| records.thread.first);
    let tid = first.map_or_else(|| child.pid.into(), |first| first.thread.tid);
    let parent = lanes.position(|lane| {
        lane.kind == Kind::Thread && lane.pid != child.pid && lane.tid == child.started_by
    });
    let lane = lanes.add(&child.name, Kind::Process, child.pid, tid, child.start_ns);
    let ended = child.ended.as_ref();
    let ended = ended.map_or(End::StillRunning, |(_, exit)| End::Process(exit.clone()));

    lanes.set_end(lane, ended);

    if let Some(from_lane) = parent {
        let firsts = threads.iter().filter_map(ThreadRecords::first);
        let to_ns = firsts.map(|record| record.t).min();
        lanes.link(Link {
            label: child.name.clone(),
            from_lane,
            from_ns: child.start_ns,
            to_lane: lane,
            to_ns: to_ns.unwrap_or(child.start_ns),
        });
    }

    lane
}

/// Adds the lanes of one process; `lane` is that of its first thread if it is a child.
fn add_process(
    lanes: &mut Lanes,
    pid: u32,
    threads: Vec<ThreadRecords>,
    lane: Option<usize>,
    died_ns: Option<u64>,
) {
    let mut walk = Walk::new(lanes, pid);
    for records in threads {
        walk.add_thread(records, lane);
    }
    walk.run();

    for (number, mut span) in walk.finish() {
        // A handle of it is still kept, but no thread is inside. A task's spans are left at every
        // wait.
        let waits = span.lane.is_some_and(|lane| lanes.kind(lane) == Kind::Task);
        if !is_task(number) && !span.open && !waits {
            span.end_ns = Some(span.left_ns);
        }
        lanes.close(span, died_ns);
    }
}
