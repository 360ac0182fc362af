//! A child process with a lane of its own.

use std::io;
use std::ops::{Deref, DerefMut};
use std::os::fd::{AsFd, AsRawFd};
use std::process::{Command, ExitStatus};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::unistd::Pid;

use super::cleanup::{end, registry};
use crate::lock::lock;
use crate::trace::{self, ChildRecords};

/// The variable that tells a child which descriptor its records go to.
pub(super) const TRACE_FD: &str = "COURSE_TRACE_FD";

/// The time in which a worker may end by itself once its standard input is closed.
pub(super) const GRACE: Duration = Duration::from_millis(200);

/// A child process with a lane of its own, used as a [`std::process::Child`].
///
/// Dropped before [`Child::wait`], it is killed and reaped, with the process group that it leads, if
/// it leads one.
#[derive(Debug)]
pub struct Child {
    inner: std::process::Child,
    status: Option<ExitStatus>,
    lane: Option<Lane>,
}

/// The destination of a child's records in a recorded run, and the thread that reads them.
#[derive(Debug)]
struct Lane {
    records: Arc<Mutex<ChildRecords>>,
    reader: JoinHandle<()>,
}

/// Starts `command`, with a lane called `name` on the timeline if the run is recorded.
///
/// # Errors
/// Returns the system's error if the process, or the pipe for its records, cannot be had.
pub fn spawn(command: &mut Command, name: &str) -> io::Result<Child> {
    if !trace::is_recording() {
        let mut registry = registry();
        let inner = command.spawn()?;
        registry.children.push(inner.id());
        return Ok(Child::new(inner));
    }

    let (reader, writer) = io::pipe()?;
    let start_ns = trace::now_ns();
    let mut registry = registry();

    // Descriptors are closed in a child unless told otherwise. The lock keeps children that other
    // threads start at the same time from inheriting this one.
    system::leave_open(writer.as_fd())?;
    let fd = writer.as_raw_fd().to_string();
    let inner = command.env(TRACE_FD, fd).spawn()?;

    drop(writer);
    registry.children.push(inner.id());
    drop(registry);

    let mut child = Child::new(inner);
    let records = ChildRecords::register(name, child.id(), start_ns);
    let destination = Arc::clone(&records);
    let reader = thread::Builder::new()
        .name(format!("trace of {name}"))
        .spawn(move || trace::receive(reader, &destination))?;

    child.lane = Some(Lane { records, reader });
    Ok(child)
}

impl Child {
    fn new(inner: std::process::Child) -> Child {
        Child {
            inner,
            status: None,
            lane: None,
        }
    }

    /// Closes the child's standard input and waits for it to end, as [`std::process::Child::wait`]
    /// does; then collects the rest of its records.
    ///
    /// A worker takes the closed input as "no more work, or no parent", and is ended 200 ms later if
    /// it is still busy: read its results first. A worker whose `stdin` was taken out before is
    /// waited for as long as it takes.
    ///
    /// # Errors
    /// Returns the system's error.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        if let Some(status) = self.status {
            return Ok(status);
        }
        drop(self.inner.stdin.take());

        let status = self.reap()?;
        registry().children.retain(|pid| *pid != self.inner.id());
        self.end_lane(status);
        Ok(status)
    }

    /// Waits like [`Child::wait`], but kills a child that has not ended after `patience`, with the
    /// process group that it leads, if it leads one.
    ///
    /// # Errors
    /// Returns the system's error.
    pub fn wait_at_most(&mut self, patience: Duration) -> io::Result<ExitStatus> {
        drop(self.inner.stdin.take());
        let until = Instant::now() + patience;
        let mut looks = 0;
        let mut pause = Duration::ZERO;

        while self.try_wait()?.is_none() && Instant::now() < until {
            looks += 1;
            // A process whose last pipe has just been closed is gone a few microseconds later.
            if looks < 100 {
                thread::yield_now();
            } else {
                pause = (2 * pause + Duration::from_micros(50)).min(Duration::from_millis(5));
                thread::sleep(pause);
            }
        }

        if self.status.is_none() {
            self.kill_all();
        }

        self.wait()
    }

    /// Returns the status of a child that has ended, as [`std::process::Child::try_wait`] does.
    ///
    /// # Errors
    /// Returns the system's error.
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        if self.status.is_none() {
            let mut registry = registry();
            if let Some(status) = self.inner.try_wait()? {
                registry.children.retain(|pid| *pid != self.inner.id());
                drop(registry);
                self.end_lane(status);
            }
        }
        Ok(self.status)
    }

    /// Kills it, with the process group that it leads. It must not have been reaped.
    fn kill_all(&self) {
        if let Ok(pid) = i32::try_from(self.inner.id()) {
            end(Pid::from_raw(pid));
        }
    }

    fn end_lane(&mut self, status: ExitStatus) {
        self.status = Some(status);
        if let Some(Lane { records, reader }) = self.lane.take() {
            lock(&records).ended = Some((trace::now_ns(), status.into()));
            // A grandchild that lives on keeps the pipe open: what it may still write is not waited
            // for.
            let until = Instant::now() + GRACE;
            while !reader.is_finished() && Instant::now() < until {
                thread::sleep(Duration::from_micros(200));
            }
        }
    }

    /// Waits without reaping, then reaps under the lock of the registry: a process id in it can
    /// then never belong to another process.
    #[cfg(target_os = "linux")]
    fn reap(&mut self) -> io::Result<ExitStatus> {
        use nix::errno::Errno;
        use nix::sys::wait::{Id, WaitPidFlag, waitid};

        let pid = i32::try_from(self.inner.id()).expect("process ids are positive i32");
        let child = || Id::Pid(Pid::from_raw(pid));
        let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;

        while waitid(child(), flags) == Err(Errno::EINTR) {}

        let _registry = registry();
        self.inner.wait()
    }

    /// Asks again and again: nix has no `waitid` here.
    #[cfg(not(target_os = "linux"))]
    fn reap(&mut self) -> io::Result<ExitStatus> {
        loop {
            let registry = registry();
            if let Some(status) = self.inner.try_wait()? {
                return Ok(status);
            }
            drop(registry);
            thread::sleep(Duration::from_millis(1));
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::os::unix::process::{CommandExt, ExitStatusExt};
    use std::process::Stdio;

    fn script(text: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", text]);
        command
    }

    #[test]
    fn a_dropped_child_is_killed_and_reaped() {
        let child = spawn(&mut script("exec sleep 1000"), "sleeper").unwrap();
        let pid = Pid::from_raw(i32::try_from(child.id()).unwrap());
        drop(child);
        let gone = nix::sys::signal::kill(pid, None);
        assert_eq!(gone, Err(nix::errno::Errno::ESRCH));
    }

    #[test]
    fn a_child_that_does_not_end_is_killed() {
        let mut child = spawn(&mut script("exec sleep 1000"), "sleeper").unwrap();
        let status = child.wait_at_most(Duration::from_millis(10)).unwrap();

        assert_eq!(status.signal(), Some(9));

        let mut child = spawn(&mut script("exit 7"), "seven").unwrap();
        let status = child.wait_at_most(Duration::from_mins(1)).unwrap();

        assert_eq!(status.code(), Some(7));
    }

    #[test]
    fn a_child_s_own_process_group_goes_with_it() {
        let mut command = script("sleep 1000 & echo $!; wait");
        command.stdout(Stdio::piped()).process_group(0);
        let mut child = spawn(&mut command, "shell").unwrap();
        let mut out = child.stdout.take().unwrap();
        let mut text = [0; 16];
        let length = out.read(&mut text).unwrap();
        let printed = String::from_utf8_lossy(&text[..length]);

        assert!(printed.trim().parse::<i32>().is_ok(), "{printed}");

        drop(child);

        // End of file: the grandchild, which held it open, is gone as well.
        assert_eq!(out.read(&mut text).unwrap(), 0);
    }

    #[test]
    fn waiting_gives_the_status_each_time() {
        let mut child = spawn(&mut script("exit 7"), "seven").unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(7));
        assert_eq!(child.wait().unwrap().code(), Some(7));
    }
}
