//! `full-pipe`: wait first, read later, and both wait for ever.
//!
//! A pipe holds 64 KiB. A child that writes more has to wait until somebody reads. A parent that waits for the child's
//! end before it reads never does.

use std::io::{self, Read, Write, stdout};
use std::process::{ChildStdin, ChildStdout};
use std::time::Duration;

use common::process::{Child, How};
use common::{Failure, Outcome, Run};
use serde_json::json;
use tracing::{info, info_span};

use crate::ended::ended_within;
use crate::hire;

/// Far more than a pipe holds: 1 MiB.
const OUTPUT: usize = 1 << 20;

/// The child: writes, then ends.
///
/// # Errors
/// When nobody reads.
pub fn worker(_name: &str) -> io::Result<()> {
    let _span = info_span!("write", waits_for = "reader").entered();
    stdout().lock().write_all(&vec![b'x'; OUTPUT])
}

/// A child, its output, and its standard input, which is held open so that the child does not take us for dead.
fn start(name: &str) -> io::Result<(Child, ChildStdout, Option<ChildStdin>)> {
    let mut child = hire::start(name, "full-pipe")?;
    let out = hire::take_output(&mut child);
    let input = child.stdin.take();
    Ok((child, out, input))
}

/// First the end, then the output: `None`, since the end does not come. Says how much was in the pipe.
fn broken(limit: Duration) -> io::Result<(Option<How>, usize)> {
    let (mut child, mut out, _input) = start("writer")?;
    let span = info_span!("wait for its end", waits_for = "writer").entered();
    let ended = ended_within(&mut child, limit)?;
    drop(span);
    if !ended {
        // `wait` would never come back.
        child.kill()?;
    }
    let how = How::from(child.wait()?);
    let mut output = Vec::new();
    out.read_to_end(&mut output)?;
    Ok((ended.then_some(how), output.len()))
}

/// First the output, then the end. (`Child::wait_with_output` does that, for standard error as well.)
fn fixed() -> io::Result<(How, usize)> {
    let (mut child, mut out, _input) = start("read writer")?;
    let mut output = Vec::new();
    let span = info_span!("read", waits_for = "read writer").entered();
    out.read_to_end(&mut output)?;
    drop(span);
    Ok((How::from(child.wait()?), output.len()))
}

/// What `cargo run -p lesson-02-processes -- full-pipe` runs.
///
/// # Errors
/// When no process can be started.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let limit = run.pace.seconds(1.0).max(Duration::from_millis(250));
    let (ended, in_the_pipe) = broken(limit)?;
    match &ended {
        None => info!(
            "broken: stuck; the pipe is full with {in_the_pipe} bytes, nobody reads, nobody ends"
        ),
        Some(how) => info!("broken: it {how}, which was not to be expected"),
    }
    let (how, read) = fixed()?;
    info!("fixed: {read} bytes were read, then it {how}");
    Ok(Outcome::new(json!({
        "broken": { "stuck": ended.is_none(), "in_the_pipe": in_the_pipe },
        "fixed": { "stuck": false, "read": read },
    })))
}
