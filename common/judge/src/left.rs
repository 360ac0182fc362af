//! What an answer leaves behind: processes, threads and open files; and a deadline for each call.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::sys::wait::waitpid;
use nix::unistd::Pid;
use recording::lock::lock;

use crate::{Kind, doing, expect, fail, not_ended};

/// Set where the answer is known to hang: its deadline may be a short one.
pub(super) const KNOWN_TO_HANG: &str = "COURSE_KNOWN_TO_HANG";

/// Runs `work` on a thread of its own, and ends the check as [`Kind::Stuck`] if it has not ended
/// after `limit`; `what` says what did not end.
///
/// # Panics
/// With a [`crate::Fault`] when the time is up; and when `work` panics.
pub fn within<T: Send + 'static>(
    limit: Duration,
    what: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    let ended = ended_within(limit, work);
    ended.unwrap_or_else(|late| fail(Kind::Stuck, late.told(what)))
}

/// A call that has not ended in time.
#[derive(Debug)]
pub struct Late {
    /// The time that it was given.
    pub limit: Duration,
    /// What its threads do, where that is known.
    doing: Vec<String>,
}

impl Late {
    /// Says what has not ended, and what it does instead.
    pub fn told(&self, what: &str) -> String {
        let limit = format!("{:?}", self.limit);
        if self.doing.is_empty() {
            return not_ended(what, &limit);
        }
        let doing = self.doing.join("; and ");
        format!("{what} did not end within {limit}: {doing}")
    }
}

/// The time between two looks once the limit is over, and the share of it in which something must
/// have been done or have been in line for a core.
const GLANCE: Duration = Duration::from_millis(500);
const SHARE: u32 = 10;

/// Runs `work` on a thread of its own. On a machine that has much else to do the limit is a longer
/// one: it is over when this process and those that it has started have either computed for so
/// long, or have nothing to do any more.
///
/// # Errors
/// When the limit is over, what is done meanwhile. The thread is then left behind, to end with the program.
///
/// # Panics
/// When `work` panics, with its own message; and when no thread can be started.
pub fn ended_within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Late> {
    let known_to_hang = std::env::var_os(KNOWN_TO_HANG).is_some();
    let limit = limit / if known_to_hang { 4 } else { 1 };
    let (finished, wait) = mpsc::channel();
    let start = Instant::now();
    let before = Work::now();
    let others = doing::threads();
    let worker = std::thread::Builder::new()
        .name("under-deadline".into())
        .spawn(move || finished.send(work()).is_ok())
        .expect("one more thread");

    let mut last = before;
    let mut patience = limit;

    loop {
        match wait.recv_timeout(patience) {
            Ok(value) => return Ok(value),
            Err(RecvTimeoutError::Disconnected) => {
                let panic = worker.join();
                let panic =
                    panic.expect_err("the sender went away without a value only by a panic");
                std::panic::resume_unwind(panic)
            }
            Err(RecvTimeoutError::Timeout) => {
                let now = Work::now();
                let computed = now.computed.saturating_sub(before.computed);
                let idle = now.busy().saturating_sub(last.busy()) < patience / SHARE;
                if computed >= limit || idle || start.elapsed() > limit * 7 {
                    let doing = doing::described(&others);
                    return Err(Late { limit, doing });
                }
                (last, patience) = (now, GLANCE);
            }
        }
    }
}

/// The work so far of this process and of all that are below it.
#[derive(Clone, Copy, Default)]
struct Work {
    computed: Duration,
    /// Ready to compute, while others had the cores.
    in_line: Duration,
}

impl Work {
    /// Nothing where the system does not say.
    fn now() -> Work {
        let mut family = vec![std::process::id()];
        let parents: Vec<(u32, u32)> = pids()
            .filter_map(|pid| Some((pid, stat_of(pid)?.parent)))
            .collect();
        let mut next = 0;

        while let Some(parent) = family.get(next).copied() {
            next += 1;
            let children = parents.iter().filter(|(_, of)| *of == parent);
            family.extend(children.map(|(pid, _)| pid));
        }

        let mut work = Work::default();
        for pid in family {
            let threads = fs::read_dir(format!("/proc/{pid}/task"));
            for thread in threads.into_iter().flatten().flatten() {
                let times = fs::read_to_string(thread.path().join("schedstat")).unwrap_or_default();
                let mut times = times
                    .split_whitespace()
                    .filter_map(|time| time.parse().ok());
                work.computed += Duration::from_nanos(times.next().unwrap_or(0));
                work.in_line += Duration::from_nanos(times.next().unwrap_or(0));
            }
        }

        work
    }

    fn busy(&self) -> Duration {
        self.computed + self.in_line
    }
}

/// Runs `work` as [`within`] does, and ends the check if it has left a process, a thread or an open
/// file behind.
///
/// # Panics
/// As [`within`], and with a [`crate::Fault`] when something was left.
pub fn alone<T: Send + 'static>(
    limit: Duration,
    what: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    alone_or(limit, what, |late| late.told(what), work)
}

/// Runs `work` as [`alone`] does; `stuck` describes what is seen when it has not ended.
///
/// # Panics
/// As [`alone`].
pub fn alone_or<T: Send + 'static>(
    limit: Duration,
    what: &str,
    stuck: impl FnOnce(&Late) -> String,
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    adopt_orphans();
    let threads = threads();
    let open = open_files();
    // Looked at by the same thread: no time passes in which something could still be put right.
    let ended = ended_within(limit, move || {
        let value = work();
        (value, children())
    });
    let (value, children) = ended.unwrap_or_else(|late| fail(Kind::Stuck, stuck(&late)));

    if let Some(child) = children.first() {
        if is_one_of_ours_gone() {
            let how = "it has waited for a child that the caller itself has started";
            fail(Kind::WrongResult, format!("{what}: {how}"));
        }
        fail(Kind::LeftProcess, format!("{what}: {child}"));
    }

    let more = settled(|| self::threads().saturating_sub(threads));
    if more > 0 {
        let what = format!("{what}: {more} more than before when it was over");
        fail(Kind::LeftThread, what);
    }

    let more = settled(|| open_files().saturating_sub(open));
    if more > 0 {
        let what = format!("{what}: {more} more than before when it was over");
        fail(Kind::LeftOpen, what);
    }

    value
}

/// Returns how many are left when there are none, or two seconds later: a thread that was joined
/// takes a moment to go.
fn settled(left: impl Fn() -> usize) -> usize {
    let patience = Instant::now() + Duration::from_secs(2);
    loop {
        let left = left();
        if left == 0 || Instant::now() > patience {
            return left;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// A process that this one has started, or whose parent has ended.
#[derive(Clone, Debug)]
pub struct Child {
    /// Its process id.
    pub pid: u32,
    /// It has ended, and has not been waited for.
    pub zombie: bool,
    name: String,
}

impl std::fmt::Display for Child {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Child { pid, name, .. } = self;
        if self.zombie {
            write!(
                f,
                "process {pid} ({name}) has ended, and nothing has waited for it: a zombie"
            )
        } else {
            write!(f, "process {pid} ({name}) is still running")
        }
    }
}

/// Processes of the check itself.
static OWN: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// Returns whether something else has waited for a process of the check itself. Only Linux tells.
fn is_one_of_ours_gone() -> bool {
    let own = lock(&OWN);
    let here = std::process::id();
    cfg!(target_os = "linux")
        && own
            .iter()
            .any(|pid| stat_of(*pid).is_none_or(|stat| stat.parent != here))
}

/// A process of the check itself, which ends soon and counts nowhere as left behind. It is waited
/// for when this is dropped.
pub(super) struct Helper(std::process::Child);

impl Helper {
    pub(super) fn start(command: &mut Command) -> std::io::Result<Helper> {
        let mut own = lock(&OWN);
        let child = command.spawn()?;
        own.push(child.id());
        Ok(Helper(child))
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        let _ = self.0.wait();
        lock(&OWN).retain(|pid| *pid != self.0.id());
    }
}

/// Two children that the check itself has started, of which one has ended: an answer that waits for any child takes
/// that one away, and waits for the other one in vain.
pub struct Bystanders {
    ended: Helper,
    // Ends with its input: when it is waited for, or with this process.
    _runs: Helper,
}

impl Bystanders {
    const CODE: i32 = 6;

    /// Starts them. Nothing else may run beside the answer.
    ///
    /// # Panics
    /// When the system has no room for two more processes.
    pub fn start() -> Bystanders {
        let start = |script: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", script]).stdin(Stdio::piped());
            Helper::start(&mut command).expect("there is room for one more process")
        };
        let ended = start(&format!("exit {}", Bystanders::CODE));
        let patience = Instant::now() + Duration::from_secs(2);
        while stat_of(ended.0.id()).is_some_and(|stat| !stat.zombie) && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(1));
        }
        Bystanders {
            ended,
            _runs: start("read line"),
        }
    }

    /// Ends the check if the answer has waited for the one that has ended.
    ///
    /// # Panics
    /// With a [`crate::Fault`] when it has.
    pub fn expect_untouched(mut self, what: &str) {
        let code = self.ended.0.wait().ok().and_then(|status| status.code());
        let what = format!("{what}: the exit code of a child that the caller itself has started");
        expect(Kind::WrongResult, &what, &code, &Some(Bystanders::CODE));
    }
}

/// Makes this process the parent of all that it has started and whose own parent has ended: they
/// are its children then, whatever session or group they have gone to. Only Linux can do that.
pub fn adopt_orphans() {
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_child_subreaper(true);
}

/// The processes that this one has started, or adopted, and that are still there.
pub fn children() -> Vec<Child> {
    let own = lock(&OWN);
    let mut children = if cfg!(target_os = "linux") {
        children_by_proc()
    } else {
        children_by_ps()
    };
    children.retain(|child| !own.contains(&child.pid));
    children
}

fn children_by_proc() -> Vec<Child> {
    // Quick where the kernel keeps a list, but the list may miss one while another one ends.
    let tasks = fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten();
    let listed: Vec<u32> = tasks
        .filter_map(|task| fs::read_to_string(task.path().join("children")).ok())
        .flat_map(|pids| {
            pids.split_whitespace()
                .filter_map(|pid| pid.parse().ok())
                .collect::<Vec<u32>>()
        })
        .collect();

    let own = std::process::id();
    let quick: Vec<Child> = listed
        .into_iter()
        .filter_map(|pid| child_of(own, pid))
        .collect();
    if !quick.is_empty() {
        return quick;
    }

    pids().filter_map(|pid| child_of(own, pid)).collect()
}

fn pids() -> impl Iterator<Item = u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes.filter_map(|process| process.file_name().to_str()?.parse().ok())
}

struct Stat {
    name: String,
    zombie: bool,
    parent: u32,
}

fn stat_of(pid: u32) -> Option<Stat> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in brackets, may hold anything: what counts comes behind the last one. State,
    // parent.
    let (name, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace();

    Some(Stat {
        name: name.split_once('(')?.1.to_owned(),
        zombie: fields.next()? == "Z",
        parent: fields.next()?.parse().ok()?,
    })
}

fn child_of(parent: u32, pid: u32) -> Option<Child> {
    let stat = stat_of(pid).filter(|stat| stat.parent == parent)?;
    let words = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let words = String::from_utf8_lossy(&words).replace('\0', " ");
    let words = words.trim();
    let name = if words.is_empty() { &stat.name } else { words };

    Some(Child {
        pid,
        zombie: stat.zombie,
        name: name.chars().take(60).collect(),
    })
}

fn children_by_ps() -> Vec<Child> {
    let Ok(listed) = Command::new("ps")
        .args(["-A", "-o", "pid=,ppid=,stat=,comm="])
        .output()
    else {
        return Vec::new();
    };

    let own = std::process::id().to_string();
    let child = |line: &str| {
        let mut fields = line.split_whitespace();
        let pid = fields.next()?.parse().ok()?;
        let parent = fields.next()?;
        let state = fields.next()?;
        let name: String = fields.collect::<Vec<_>>().join(" ");
        let is_child = parent == own && !name.ends_with("ps");
        is_child.then(|| Child {
            pid,
            zombie: state.starts_with('Z'),
            name,
        })
    };

    String::from_utf8_lossy(&listed.stdout)
        .lines()
        .filter_map(child)
        .collect()
}

/// Ends the check unless all processes that it started have ended and were waited for.
///
/// # Panics
/// With a [`crate::Fault`] when one is still there.
pub fn expect_no_children() {
    if let Some(child) = children().first() {
        fail(Kind::LeftProcess, child.to_string());
    }
}

/// Ends all that this process has started or adopted, and what those leave.
pub(super) fn end_children() {
    // Each generation is adopted when the one above it is gone.
    for _ in 0..100 {
        let children = children();
        if children.is_empty() {
            return;
        }
        for pid in children
            .iter()
            .filter_map(|child| i32::try_from(child.pid).ok())
            .map(Pid::from_raw)
        {
            let _ = kill(pid, Signal::SIGKILL);
            let _ = waitpid(pid, None);
        }
    }
}

/// Ends every process that has `folder` as its folder for temporary files, which it has from the
/// check that started it; whether there was one. Only Linux tells what other processes have in
/// their environment.
pub(super) fn end_all_of(folder: &Path) -> bool {
    let mark = format!("TMPDIR={}", folder.display());
    let has_mark = |pid: &u32| {
        fs::read(format!("/proc/{pid}/environ")).is_ok_and(|environ| {
            environ
                .split(|byte| *byte == 0)
                .any(|entry| entry == mark.as_bytes())
        })
    };
    let mut found = false;

    // One may have started another one meanwhile.
    for _ in 0..100 {
        let marked: Vec<u32> = pids().filter(has_mark).collect();
        if marked.is_empty() {
            break;
        }
        found = true;
        for pid in marked.into_iter().filter_map(|pid| i32::try_from(pid).ok()) {
            let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
        std::thread::sleep(Duration::from_millis(1));
    }

    found
}

/// Counts the threads of this process; 0 where the system does not say.
pub fn threads() -> usize {
    fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}

/// Counts the open files, pipes and sockets of this process; 0 where the system does not say.
pub fn open_files() -> usize {
    fs::read_dir("/dev/fd").map_or(0, Iterator::count)
}

/// Ends the check unless there are no more threads than `before`, or soon will be: a thread that
/// has been joined takes a moment to go.
///
/// # Panics
/// With a [`crate::Fault`] when there are more for longer than two seconds.
pub fn expect_no_more_threads_than(before: usize) {
    let more = settled(|| threads().saturating_sub(before));
    if more > 0 {
        fail(
            Kind::LeftThread,
            format!("{more} more than before are still there when all is done"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_seen_until_it_has_been_waited_for() {
        let mut child = Command::new("true").spawn().unwrap();
        let of_child = |pid| children().into_iter().find(|other| other.pid == pid);
        let patience = Instant::now() + Duration::from_mins(1);
        while !of_child(child.id()).is_some_and(|child| child.zombie) {
            assert!(Instant::now() < patience, "it never became a zombie");
            std::thread::sleep(Duration::from_millis(1));
        }
        child.wait().unwrap();
        assert!(of_child(child.id()).is_none());
    }

    #[test]
    fn what_hangs_is_stuck() {
        let hang = || {
            within(Duration::from_millis(10), "a nap", || {
                std::thread::sleep(Duration::from_secs(1000));
            });
        };
        let panic = std::panic::catch_unwind(hang).unwrap_err();
        let fault = panic.downcast_ref::<crate::Fault>().unwrap();
        assert_eq!(
            (fault.kind, fault.what.as_str()),
            (
                Kind::Stuck,
                "a nap did not end within 10ms: it sleeps for longer than it may"
            )
        );
    }
}
