//! For checks of real threads and processes: deadlines, and what was left behind.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use super::judge::KNOWN_TO_HANG;
use super::{Kind, fail, not_ended};
use crate::deadline;

/// Runs `work` on a thread of its own, and ends the check as [`Kind::Stuck`] if it has not ended after `limit`; `what`
/// says what did not end.
///
/// # Panics
/// With a [`super::Fault`] when the time is up; and when `work` panics.
pub fn within<T: Send + 'static>(
    limit: Duration,
    what: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    let share = if std::env::var_os(KNOWN_TO_HANG).is_some() {
        4
    } else {
        1
    };
    deadline::within(limit / share, work)
        .unwrap_or_else(|stuck| fail(Kind::Stuck, not_ended(what, &format!("{:?}", stuck.after))))
}

/// The processes that this one has started and that are still there: process id, and whether it is a zombie (it has
/// ended, and nobody has waited for it).
pub fn children() -> Vec<(u32, bool)> {
    let own = std::process::id();
    let mut children = Vec::new();
    if cfg!(target_os = "linux") {
        for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Some(pid) = process
                .file_name()
                .to_str()
                .and_then(|name| name.parse().ok())
            else {
                continue;
            };
            let Ok(stat) = fs::read_to_string(process.path().join("stat")) else {
                continue;
            };
            // The name, in brackets, may hold anything: what counts comes behind the last one. State, parent.
            let mut fields = stat
                .rsplit(')')
                .next()
                .unwrap_or_default()
                .split_whitespace();
            let (state, parent) = (fields.next(), fields.next());
            if parent == Some(own.to_string().as_str()) {
                children.push((pid, state == Some("Z")));
            }
        }
    } else if let Ok(listed) = Command::new("ps")
        .args(["-A", "-o", "pid=,ppid=,stat=,comm="])
        .output()
    {
        for line in String::from_utf8_lossy(&listed.stdout).lines() {
            let mut fields = line.split_whitespace();
            let (pid, parent, state) = (
                fields.next(),
                fields.next(),
                fields.next().unwrap_or_default(),
            );
            let is_ps = fields.next().is_some_and(|name| name.ends_with("ps"));
            if let Some(pid) = pid.and_then(|pid| pid.parse().ok())
                && parent == Some(own.to_string().as_str())
                && !is_ps
            {
                children.push((pid, state.starts_with('Z')));
            }
        }
    }
    children
}

/// Ends the check unless all processes that it started have ended and were waited for.
///
/// # Panics
/// With a [`super::Fault`] when one is still there.
pub fn expect_no_children() {
    if let Some((pid, zombie)) = children().first() {
        let state = if *zombie {
            "has ended, and nobody has waited for it: a zombie"
        } else {
            "is still running"
        };
        fail(Kind::LeftProcess, format!("process {pid} {state}"));
    }
}

/// How many threads this process has; 0 where the system does not say.
pub fn threads() -> usize {
    fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}

/// Ends the check unless there are no more threads than `before`, or soon will be: a thread that has been joined takes a
/// moment to go.
///
/// # Panics
/// With a [`super::Fault`] when there are more for longer than two seconds.
pub fn expect_no_more_threads_than(before: usize) {
    let patience = Instant::now() + Duration::from_secs(2);
    while threads() > before {
        if Instant::now() > patience {
            let more = threads() - before;
            fail(
                Kind::LeftThread,
                format!("{more} more than before are still there when all is done"),
            );
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_seen_until_it_has_been_waited_for() {
        let mut child = Command::new("true").spawn().unwrap();
        let of_child = |pid| children().into_iter().find(|(other, _)| *other == pid);
        let patience = Instant::now() + Duration::from_mins(1);
        while of_child(child.id()) != Some((child.id(), true)) {
            assert!(Instant::now() < patience, "it never became a zombie");
            std::thread::sleep(Duration::from_millis(1));
        }
        child.wait().unwrap();
        assert_eq!(of_child(child.id()), None);
    }

    #[test]
    fn what_hangs_is_stuck() {
        let hang = || {
            within(Duration::from_millis(10), "a nap", || {
                std::thread::sleep(Duration::from_secs(1000));
            });
        };
        let panic = std::panic::catch_unwind(hang).unwrap_err();
        let fault = panic.downcast_ref::<super::super::Fault>().unwrap();
        assert_eq!(
            (fault.kind, fault.what.as_str()),
            (Kind::Stuck, not_ended("a nap", "10ms").as_str())
        );
    }
}
