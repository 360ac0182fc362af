//! Ending the program without leaving child processes or temporary folders behind.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard};

use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::termios::{SetArg, Termios, tcsetattr};
use nix::sys::wait::waitpid;
use nix::unistd::{Pid, getpgid};

use crate::lock::lock;

/// What [`quit`] undoes: children, process groups and folders that it removes, and a terminal's settings.
///
/// Its lock is also the lock around starting and reaping children: none can be started while the
/// program is being ended, and a process id in the list always belongs to a child not yet reaped.
#[derive(Default)]
pub struct Registry {
    /// Child processes by id.
    pub children: Vec<u32>,
    /// Process groups that are ended whole.
    pub groups: Vec<u32>,
    /// Temporary folders.
    pub folders: Vec<PathBuf>,
    /// The settings that the terminal had before keys were read one by one.
    pub terminal: Option<Termios>,
}

static REGISTRY: Mutex<Registry> = Mutex::new(Registry {
    children: Vec::new(),
    groups: Vec::new(),
    folders: Vec::new(),
    terminal: None,
});

/// Locks the registry.
pub fn registry() -> MutexGuard<'static, Registry> {
    lock(&REGISTRY)
}

/// Ends the program now: puts the terminal's settings back, kills and reaps every child, removes every temporary folder.
pub fn quit(code: i32) -> ! {
    // Held to the end: from here on no thread starts another child or makes another folder.
    let mut registry = registry();
    if let Some(settings) = &registry.terminal {
        let _ = tcsetattr(std::io::stdin(), SetArg::TCSANOW, settings);
    }

    let groups = pids(&registry.groups);
    let children = pids(&registry.children);

    registry.groups.clear();
    registry.children.clear();

    for group in groups {
        let _ = killpg(group, Signal::SIGKILL);
    }
    for child in &children {
        end(*child);
    }
    for child in children {
        let _ = waitpid(child, None);
    }

    for folder in &registry.folders {
        // A thread may still be writing a file into it: try again what failed.
        for _ in 0..10 {
            if std::fs::remove_dir_all(folder).is_ok() || !folder.exists() {
                break;
            }
        }
    }

    std::process::exit(code)
}

fn pids(numbers: &[u32]) -> Vec<Pid> {
    let numbers = numbers.iter().filter_map(|pid| i32::try_from(*pid).ok());
    numbers.map(Pid::from_raw).collect()
}

/// Kills a child that has not been reaped; if it leads a process group of its own, the whole group.
pub(crate) fn end(child: Pid) {
    let _ = match getpgid(Some(child)) {
        Ok(group) if group == child => killpg(group, Signal::SIGKILL),
        _ => kill(child, Signal::SIGKILL),
    };
}
