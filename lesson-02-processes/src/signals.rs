//! `signals`: ask a worker to stop, and insist if it does not.
//!
//! A signal is a number that the kernel delivers to a process. SIGTERM is a request: a process may finish what it has in
//! hand first, or not listen at all. SIGKILL is none: the kernel ends the process, which never learns of it.

use std::io::{self, stdin, stdout};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use common::measure::seconds;
use common::process::{Child, How};
use common::{Failure, Outcome, Run};
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, kill, sigaction};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::{info, info_span};

use crate::ended::ended_within;
use crate::hire;
use crate::wire::{hear, receive, send};

/// Seconds that an item takes, as if it were work.
const ITEM: f64 = 0.2;
/// Seconds that a worker may take to finish its item once it was asked to stop.
const GRACE: f64 = 0.4;

/// Set by the handler below, read between two items.
static STOP: AtomicBool = AtomicBool::new(false);

/// A handler may interrupt any line of the program, even one that holds a lock. So it does one thing that is safe
/// anywhere: it sets a flag.
extern "C" fn please_stop(_signal: i32) {
    STOP.store(true, Ordering::Relaxed);
}

/// How a worker takes SIGTERM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Manners {
    /// Finishes its item, then ends.
    Polite,
    /// Did nothing about it: the system ends it in the middle of its item.
    Plain,
    /// Ignores it.
    Stubborn,
}

/// A worker's life: work on one item after the other until it is stopped, and report each.
///
/// # Errors
/// When nobody reads its reports.
pub fn worker(_name: &str) -> io::Result<()> {
    let job = receive(&mut stdin().lock(), "the parent").map_err(io::Error::other)?;
    let Some((manners, item)) = job else {
        return Ok(());
    };
    let handler = match manners {
        Manners::Polite => SigHandler::Handler(please_stop),
        Manners::Plain => SigHandler::SigDfl,
        Manners::Stubborn => SigHandler::SigIgn,
    };
    let action = SigAction::new(handler, SaFlags::SA_RESTART, SigSet::empty());
    // SAFETY: the handler only stores to an atomic, which is allowed at any moment.
    unsafe { sigaction(Signal::SIGTERM, &action) }?;
    for number in 1_u32.. {
        let span = info_span!("item", number).entered();
        // The first report says that the item was begun, so that the parent knows when to interrupt.
        send(&mut stdout().lock(), &(number, false))?;
        sleep(item);
        send(&mut stdout().lock(), &(number, true))?;
        drop(span);
        if STOP.load(Ordering::Relaxed) {
            info!("asked to stop: item {number} is done, no other is begun");
            break;
        }
    }
    Ok(())
}

/// Asks a process to stop, and ends it if it has not done so in time. Returns how it ended.
fn stop(child: &mut Child, name: &str, grace: Duration) -> Result<How, Failure> {
    let pid = Pid::from_raw(i32::try_from(child.id())?);
    // The pid cannot belong to somebody else: a child keeps it until it is waited for.
    kill(pid, Signal::SIGTERM)?;
    let span = info_span!("wait for", name, waits_for = name).entered();
    if !ended_within(child, grace)? {
        info!("{name} does not listen: SIGKILL");
        kill(pid, Signal::SIGKILL)?;
    }
    drop(span);
    Ok(How::from(child.wait()?))
}

fn one(name: &str, manners: Manners, run: &Run) -> Result<serde_json::Value, Failure> {
    let mut child = hire::start(name, "items")?;
    send(hire::input(&mut child), &(manners, run.pace.seconds(ITEM)))?;
    let mut from = hire::take_output(&mut child);
    // In the middle of its second item.
    while hear::<(u32, bool)>(&mut from, name)?.is_some_and(|report| report != (2, false)) {}
    sleep(run.pace.seconds(ITEM / 2.0));
    let start = Instant::now();
    let how = stop(
        &mut child,
        name,
        run.pace.seconds(GRACE).max(Duration::from_millis(50)),
    )?;
    let took = start.elapsed().as_secs_f64();
    let mut done = 1;
    // What it reported before its end is still in the pipe.
    while let Some((number, finished)) = hear::<(u32, bool)>(&mut from, name)? {
        done = if finished { number } else { done };
    }
    info!(
        "{name} {how}, {} after it was asked; items done: {done}",
        seconds(took)
    );
    Ok(json!({ "how": how.to_string(), "items": done, "after_s": took }))
}

/// What `cargo run -p lesson-02-processes -- signals` runs.
///
/// # Errors
/// When a worker cannot be started.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    Ok(Outcome::new(json!({
        "polite": one("polite", Manners::Polite, run)?,
        "plain": one("plain", Manners::Plain, run)?,
        "stubborn": one("stubborn", Manners::Stubborn, run)?,
    })))
}
