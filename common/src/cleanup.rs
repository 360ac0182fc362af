//! What must not outlive the program: child processes and temporary folders, however the program ends.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::wait::waitpid;
use nix::unistd::{Pid, getpgid};

/// What is alive now. Its lock is also the lock around starting and reaping children: so nobody can start one
/// while the program is being ended, and a process id in the list always belongs to a child not yet reaped.
#[derive(Default)]
pub(crate) struct Alive {
    pub(crate) children: Vec<u32>,
    /// Process groups that are ended whole.
    pub(crate) groups: Vec<u32>,
    folders: Vec<PathBuf>,
}

static ALIVE: Mutex<Alive> = Mutex::new(Alive {
    children: Vec::new(),
    groups: Vec::new(),
    folders: Vec::new(),
});

pub(crate) fn alive() -> MutexGuard<'static, Alive> {
    // The lists are valid after every single push and remove, so a panic in between harms nothing.
    ALIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends the program now: every child process is killed and reaped, every temporary folder removed.
pub(crate) fn quit(code: i32) -> ! {
    // Held to the end: from here on nobody starts another child or makes another folder.
    let mut alive = alive();
    let children = std::mem::take(&mut alive.children);
    let pids: Vec<Pid> = children
        .into_iter()
        .filter_map(|pid| i32::try_from(pid).ok())
        .map(Pid::from_raw)
        .collect();
    for group in std::mem::take(&mut alive.groups)
        .into_iter()
        .filter_map(|group| i32::try_from(group).ok())
    {
        let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
    }
    for pid in &pids {
        end(*pid);
    }
    for pid in pids {
        let _ = waitpid(pid, None);
    }
    for folder in &alive.folders {
        // A thread may still be writing a file into it: try again what failed.
        for _ in 0..10 {
            if std::fs::remove_dir_all(folder).is_ok() || !folder.exists() {
                break;
            }
        }
    }
    std::process::exit(code)
}

/// Kills a child that has not been reaped; where it leads a process group of its own, all of the group.
pub(crate) fn end(child: Pid) {
    let _ = match getpgid(Some(child)) {
        Ok(group) if group == child => killpg(group, Signal::SIGKILL),
        _ => kill(child, Signal::SIGKILL),
    };
}

/// A temporary folder of the run's own, removed when dropped and when the program is interrupted.
#[derive(Debug)]
pub struct TempDir(PathBuf);

impl TempDir {
    /// Makes an empty folder whose name starts with `prefix` in the system's folder for temporary files.
    ///
    /// # Errors
    /// What the system says when it cannot be made.
    pub fn new(prefix: &str) -> io::Result<TempDir> {
        TempDir::within(&std::env::temp_dir(), prefix)
    }

    /// The same in another folder: files can be moved from here to there at once, since it is the same disk.
    ///
    /// # Errors
    /// What the system says when it cannot be made.
    pub fn within(parent: &Path, prefix: &str) -> io::Result<TempDir> {
        let mut alive = alive();
        for attempt in 0_u32.. {
            let folder = parent.join(format!("{prefix}-{}-{attempt}", std::process::id()));
            match std::fs::create_dir(&folder) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < 1000 => {}
                Err(error) => {
                    return Err(io::Error::new(
                        error.kind(),
                        format!("{}: {error}", folder.display()),
                    ));
                }
                Ok(()) => {
                    alive.folders.push(folder.clone());
                    return Ok(TempDir(folder));
                }
            }
        }
        unreachable!("the loop ends by returning")
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
        alive().folders.retain(|folder| *folder != self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_folder_goes_when_dropped() {
        let (one, two) = (
            TempDir::new("course-test").unwrap(),
            TempDir::new("course-test").unwrap(),
        );
        assert_ne!(one.path(), two.path());
        std::fs::write(one.path().join("file"), "x").unwrap();
        let path = one.path().to_owned();
        drop(one);
        assert!(!path.exists());
        assert!(two.path().is_dir());
    }
}
