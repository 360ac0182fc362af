//! `zombie`: a child that nobody waits for.
//!
//! When a process ends, its parent may still ask how. So the kernel keeps its entry, with nothing left of it but the
//! answer, until the parent has asked. Such an entry is called a zombie. A server that never asks collects them until no
//! more processes can be started.

use std::io;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use common::process::spawn;
use common::{Failure, Outcome, Run};
use nix::sys::wait::waitpid;
use nix::unistd::Pid;
use serde_json::json;
use tracing::info;

/// A state as `ps` shows it: `R` running, `S` sleeping, `Z` zombie. `None` where there is no such process.
#[cfg(target_os = "linux")]
pub fn state(pid: u32) -> Option<char> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The program's name stands before it in brackets, and may hold anything.
    stat.rsplit(") ").next()?.chars().next()
}

/// Other systems have no `/proc`: ask `ps`.
#[cfg(not(target_os = "linux"))]
pub fn state(pid: u32) -> Option<char> {
    let ps = Command::new("ps")
        .args(["-o", "stat=", "-p", &pid.to_string()])
        .output()
        .ok()?;
    String::from_utf8_lossy(&ps.stdout).trim().chars().next()
}

/// Starts a program that ends at once, and does not wait for it: the handle is dropped, and that is all.
///
/// # Errors
/// When there is no program `true`.
#[allow(
    clippy::zombie_processes,
    reason = "this is the mistake; clippy would have found it"
)]
pub fn broken() -> io::Result<u32> {
    let child = Command::new("true").spawn()?;
    Ok(child.id())
}

/// The same, and asks how it ended.
///
/// # Errors
/// As [`broken`].
pub fn fixed() -> io::Result<u32> {
    let mut child = spawn(&mut Command::new("true"), "true")?;
    child.wait()?;
    Ok(child.id())
}

/// The state of a process once it has ended.
fn state_after_its_end(pid: u32) -> Option<char> {
    let patience = Instant::now() + Duration::from_secs(2);
    loop {
        match state(pid) {
            Some('Z') => return Some('Z'),
            None => return None,
            other if Instant::now() > patience => return other,
            Some(_) => sleep(Duration::from_millis(1)),
        }
    }
}

/// What `cargo run -p lesson-02-processes -- zombie` runs.
///
/// # Errors
/// When no process can be started.
pub fn demo(_run: &Run) -> Result<Outcome, Failure> {
    let shown = |state: Option<char>| state.map_or("gone".to_owned(), String::from);
    let pid = broken()?;
    let left = shown(state_after_its_end(pid));
    info!("broken: nobody waited for process {pid}, and its state is {left}");
    // This program is to leave none behind.
    waitpid(Pid::from_raw(i32::try_from(pid)?), None)?;
    let pid = fixed()?;
    let reaped = shown(state_after_its_end(pid));
    info!("fixed: process {pid} was waited for, and it is {reaped}");
    Ok(Outcome::new(json!({ "broken": left, "fixed": reaped })))
}
