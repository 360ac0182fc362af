//! `zombie`: a child that its parent never waits for.
//!
//! When a process ends, its parent may still ask how. So the kernel keeps its entry, with nothing left of it but the
//! answer, until the parent has asked. Such an entry is called a zombie. A server that never asks collects them until no
//! more processes can be started.

use std::io;
use std::process::Command;

use common::process::spawn;

/// Starts a program that ends at once, and does not wait for it: the handle is dropped, and that is all.
#[allow(
    clippy::zombie_processes,
    reason = "this is the mistake; clippy would have found it"
)]
pub fn broken() -> io::Result<u32> {
    let child = Command::new("true").spawn()?;
    Ok(child.id())
}

/// Starts the same program, and asks how it ended.
pub fn fixed() -> io::Result<u32> {
    let mut child = spawn(&mut Command::new("true"), "true")?;
    child.wait()?;
    Ok(child.id())
}
