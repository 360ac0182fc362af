//! `full-pipe`: wait first, read later, and both wait for ever.
//!
//! A pipe holds 64 KiB. A child that writes more has to wait until the other side reads. A parent that waits for the
//! child's end before it reads never does.

use std::io::{self, Read, Write, stdout};
use std::time::Duration;

use common::process::Exit;
use tracing::info_span;

use crate::support::wait_timeout::wait_timeout;
use crate::support::worker_process::WorkerProcess;

/// The role of the child.
pub const ROLE: &str = "full-pipe";

/// Far more than a pipe holds: 1 MiB.
const OUTPUT: usize = 1 << 20;

/// Writes, then ends.
pub fn worker(_name: &str) -> io::Result<()> {
    let _span = info_span!("write", waits_for = "reader").entered();
    stdout().lock().write_all(&vec![b'x'; OUTPUT])
}

/// Waits for the end first, then reads. The end does not come: `None`, and how much was in the pipe.
pub fn broken(limit: Duration) -> io::Result<(Option<Exit>, usize)> {
    let mut writer = WorkerProcess::start("writer", ROLE)?;
    let span = info_span!("wait for its end", waits_for = writer.name).entered();
    let ended = wait_timeout(&mut writer.child, limit)?;
    drop(span);

    if ended.is_none() {
        // `wait` would never return.
        writer.child.kill()?;
        writer.child.wait()?;
    }

    let mut output = Vec::new();
    writer.output().read_to_end(&mut output)?;
    Ok((ended.map(Exit::from), output.len()))
}

/// Reads first, then waits for the end. (`Child::wait_with_output` does that, for standard error as well.)
pub fn fixed() -> io::Result<(Exit, usize)> {
    let mut writer = WorkerProcess::start("read writer", ROLE)?;

    let mut output = Vec::new();
    let span = info_span!("read", waits_for = writer.name).entered();
    writer.output().read_to_end(&mut output)?;
    drop(span);
    Ok((Exit::from(writer.child.wait()?), output.len()))
}
