//! Child processes that are seen, and that never outlive the program.

use std::fmt;
use std::fs::OpenOptions;
use std::io;
use std::ops::{Deref, DerefMut};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::Signal;
use nix::unistd::Pid;

use crate::cleanup::{alive, end};
use crate::trace::{self, ChildRecords, lock};

/// Tells a child which descriptor its records go to.
const TRACE_FD: &str = "COURSE_TRACE_FD";

/// How long a worker may take to end by itself once its parent has closed its standard input.
const GRACE: Duration = Duration::from_millis(200);

/// The exit code of a worker that was still busy then.
const CUT_OFF: i32 = 3;

static RECORDS: Mutex<Vec<Arc<Mutex<ChildRecords>>>> = Mutex::new(Vec::new());

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// By itself, with this exit code.
    Exited(i32),
    /// By the signal of this number.
    Killed(i32),
}

impl From<ExitStatus> for How {
    fn from(status: ExitStatus) -> How {
        match (status.code(), status.signal()) {
            (Some(code), _) => How::Exited(code),
            (None, signal) => How::Killed(signal.unwrap_or_default()),
        }
    }
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            How::Exited(code) => write!(f, "ended with exit code {code}"),
            How::Killed(number) => match Signal::try_from(*number) {
                Ok(signal) => write!(f, "was killed by signal {number} ({signal})"),
                Err(_) => write!(f, "was killed by signal {number}"),
            },
        }
    }
}

/// A child process with a lane of its own. It is used as a [`std::process::Child`]; dropped before [`Child::wait`],
/// it is killed and reaped, with the process group that it leads, if it leads one.
#[derive(Debug)]
pub struct Child {
    inner: std::process::Child,
    status: Option<ExitStatus>,
    lane: Option<Lane>,
}

/// Where a child's records go while a run is recorded, and the thread that reads them.
#[derive(Debug)]
struct Lane {
    records: Arc<Mutex<ChildRecords>>,
    reader: JoinHandle<()>,
}

/// `command.spawn()`, with a lane called `name` on the timeline if the run is recorded.
///
/// # Errors
/// What the system says when the process, or the pipe for its records, cannot be had.
pub fn spawn(command: &mut Command, name: &str) -> io::Result<Child> {
    if !trace::is_recording() {
        let mut alive = alive();
        let inner = command.spawn()?;
        alive.children.push(inner.id());
        return Ok(Child {
            inner,
            status: None,
            lane: None,
        });
    }
    let (reader, writer) = io::pipe()?;
    let start_ns = trace::now_ns();
    let mut alive = alive();
    // Descriptors are closed in a child unless told otherwise. The lock keeps children that are started at the same
    // time by other threads from inheriting this one.
    fcntl(writer.as_fd(), FcntlArg::F_SETFD(FdFlag::empty()))?;
    let inner = command
        .env(TRACE_FD, writer.as_raw_fd().to_string())
        .spawn()?;
    drop(writer);
    alive.children.push(inner.id());
    drop(alive);
    let records = Arc::new(Mutex::new(ChildRecords {
        name: name.to_owned(),
        pid: inner.id(),
        start_ns,
        started_by: trace::thread_id(),
        ended: None,
        records: Vec::new(),
    }));
    let mut child = Child {
        inner,
        status: None,
        lane: None,
    };
    lock(&RECORDS).push(Arc::clone(&records));
    let to = Arc::clone(&records);
    let reader = std::thread::Builder::new()
        .name(format!("trace of {name}"))
        .spawn(move || trace::receive(reader, &to))?;
    child.lane = Some(Lane { records, reader });
    Ok(child)
}

impl Child {
    /// Closes the child's standard input and waits for it to end, as [`std::process::Child::wait`] does. A worker
    /// takes that as "no more work, or nobody there", and is ended 200 ms later if it is still busy: read its results
    /// first. (A worker whose `stdin` was taken out before is waited for as long as it takes.) Then collects the rest
    /// of its records.
    ///
    /// # Errors
    /// What the system says.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        if let Some(status) = self.status {
            return Ok(status);
        }
        drop(self.inner.stdin.take());
        let status = self.reap()?;
        alive().children.retain(|pid| *pid != self.inner.id());
        self.ended(status);
        Ok(status)
    }

    /// As [`Child::wait`], but a child that has not ended after `patience` is killed, as when it is dropped.
    ///
    /// # Errors
    /// What the system says.
    pub fn wait_at_most(&mut self, patience: Duration) -> io::Result<ExitStatus> {
        drop(self.inner.stdin.take());
        let until = Instant::now() + patience;
        let (mut looks, mut pause) = (0, Duration::ZERO);
        while self.try_wait()?.is_none() && Instant::now() < until {
            looks += 1;
            // A process whose last pipe has just been closed is gone a few microseconds later.
            if looks < 100 {
                std::thread::yield_now();
            } else {
                pause = (2 * pause + Duration::from_micros(50)).min(Duration::from_millis(5));
                std::thread::sleep(pause);
            }
        }
        if self.status.is_none() {
            self.kill_all();
        }
        self.wait()
    }

    /// How the child ended, if it has, as [`std::process::Child::try_wait`] does.
    ///
    /// # Errors
    /// What the system says.
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        if self.status.is_none() {
            let mut alive = alive();
            if let Some(status) = self.inner.try_wait()? {
                alive.children.retain(|pid| *pid != self.inner.id());
                drop(alive);
                self.ended(status);
            }
        }
        Ok(self.status)
    }

    /// Kills it, with the process group that it leads, if it leads one. It must not have been reaped.
    fn kill_all(&self) {
        if let Ok(pid) = i32::try_from(self.inner.id()) {
            end(Pid::from_raw(pid));
        }
    }

    fn ended(&mut self, status: ExitStatus) {
        self.status = Some(status);
        if let Some(Lane { records, reader }) = self.lane.take() {
            lock(&records).ended = Some((trace::now_ns(), status.into()));
            // A grandchild that lives on keeps the pipe open: what it may still write is not waited for.
            let patience = Instant::now() + GRACE;
            while !reader.is_finished() && Instant::now() < patience {
                std::thread::sleep(Duration::from_micros(200));
            }
        }
    }

    /// Waits without reaping, then reaps under the lock of the list of children: a process id in that list can then
    /// never belong to somebody else.
    #[cfg(target_os = "linux")]
    fn reap(&mut self) -> io::Result<ExitStatus> {
        use nix::errno::Errno;
        use nix::sys::wait::{Id, WaitPidFlag, waitid};
        let pid = nix::unistd::Pid::from_raw(
            i32::try_from(self.inner.id()).expect("process ids are positive i32"),
        );
        while let Err(Errno::EINTR) =
            waitid(Id::Pid(pid), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT)
        {}
        let _alive = alive();
        self.inner.wait()
    }

    /// nix has no `waitid` here: ask again and again.
    #[cfg(not(target_os = "linux"))]
    fn reap(&mut self) -> io::Result<ExitStatus> {
        loop {
            let alive = alive();
            if let Some(status) = self.inner.try_wait()? {
                return Ok(status);
            }
            drop(alive);
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if self.status.is_none() {
            self.kill_all();
            let _ = self.wait();
        }
    }
}

impl Deref for Child {
    type Target = std::process::Child;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl DerefMut for Child {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.inner
    }
}

/// The records of all children so far, each handed out once.
pub(crate) fn take_records() -> Vec<ChildRecords> {
    let children = std::mem::take(&mut *lock(&RECORDS));
    children
        .iter()
        .map(|child| {
            let mut child = lock(child);
            ChildRecords {
                name: child.name.clone(),
                pid: child.pid,
                start_ns: child.start_ns,
                started_by: child.started_by,
                ended: child.ended.clone(),
                records: std::mem::take(&mut child.records),
            }
        })
        .collect()
}

/// Begins as a worker process: sends its records to the parent that asked for them, and ends with the parent.
pub(crate) fn begin_as_child() {
    if let Some(fd) = std::env::var(TRACE_FD)
        .ok()
        .and_then(|fd| fd.parse::<i32>().ok())
    {
        // Opened anew through its name, which needs no `unsafe`; the inherited number must not reach grandchildren.
        if let Ok(pipe) = OpenOptions::new().write(true).open(format!("/dev/fd/{fd}")) {
            let _ = nix::unistd::close(fd);
            trace::install_in_child(pipe);
        }
    }
    // Without a thread to spare it works on: it reads the end of its input as well.
    let _ = end_with_parent();
}

/// Has this worker process end when its parent is gone, even in the middle of a task. The parent holds the other end of
/// the worker's standard input; however it dies, the system closes it. A thread waits for that: one, however often this
/// is called.
///
/// # Errors
/// What the system says when standard input or a thread cannot be had.
pub fn end_with_parent() -> io::Result<()> {
    static WATCHED: Mutex<bool> = Mutex::new(false);
    let mut watched = lock(&WATCHED);
    if *watched {
        return Ok(());
    }

    // Taken now: a worker may put something else in the place of its standard input.
    let stdin = io::stdin().as_fd().try_clone_to_owned()?;
    std::thread::Builder::new()
        .name("parent-watch".into())
        .spawn(move || {
            wait_for_hang_up(&stdin);
            // The worker reads the end of file as well. If it is busy, it is not waited for longer than this.
            std::thread::sleep(GRACE);
            std::process::exit(CUT_OFF);
        })?;
    *watched = true;
    Ok(())
}

/// Waits until the other end of a pipe is closed.
fn wait_for_hang_up(pipe: &impl AsFd) {
    let mut fds = [PollFd::new(pipe.as_fd(), PollFlags::POLLHUP)];
    loop {
        let _ = poll(&mut fds, PollTimeout::NONE);
        let events = fds[0].revents();
        if events.is_some_and(|events| events.contains(PollFlags::POLLHUP)) {
            return;
        }
        // macOS may wake us for unread bytes: look again later.
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_process_is_told_apart() {
        let status =
            |text: &str| How::from(Command::new("sh").args(["-c", text]).status().unwrap());
        assert_eq!(status("exit 3").to_string(), "ended with exit code 3");
        assert_eq!(
            status("kill -9 $$").to_string(),
            "was killed by signal 9 (SIGKILL)"
        );
    }

    #[test]
    fn a_dropped_child_is_killed_and_reaped() {
        let child = spawn(Command::new("sleep").arg("1000"), "sleeper").unwrap();
        let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
        drop(child);
        assert_eq!(
            nix::sys::signal::kill(pid, None),
            Err(nix::errno::Errno::ESRCH)
        );
    }

    #[test]
    fn a_child_that_does_not_end_is_killed() {
        let mut child = spawn(Command::new("sleep").arg("1000"), "sleeper").unwrap();
        assert_eq!(
            child
                .wait_at_most(Duration::from_millis(10))
                .unwrap()
                .signal(),
            Some(9)
        );
        let mut child = spawn(Command::new("sh").args(["-c", "exit 7"]), "seven").unwrap();
        assert_eq!(
            child.wait_at_most(Duration::from_mins(1)).unwrap().code(),
            Some(7)
        );
    }

    #[test]
    fn a_child_s_own_process_group_goes_with_it() {
        use std::io::Read;
        use std::os::unix::process::CommandExt;
        let mut command = Command::new("sh");
        command
            .args(["-c", "sleep 1000 & echo $!; wait"])
            .stdout(std::process::Stdio::piped());
        let mut child = spawn(command.process_group(0), "shell").unwrap();
        let (mut out, mut text) = (child.stdout.take().unwrap(), [0; 16]);
        let length = out.read(&mut text).unwrap();
        assert!(
            String::from_utf8_lossy(&text[..length])
                .trim()
                .parse::<i32>()
                .is_ok()
        );
        drop(child);
        // End of file: the grandchild, which held it open, is gone as well.
        assert_eq!(out.read(&mut text).unwrap(), 0);
    }

    #[test]
    fn waiting_gives_the_status_each_time() {
        let mut child = spawn(Command::new("sh").args(["-c", "exit 7"]), "seven").unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(7));
        assert_eq!(child.wait().unwrap().code(), Some(7));
    }
}
