//! `signals`: ask a worker to stop, and insist if it does not.
//!
//! A signal is a number that the kernel delivers to a process. SIGTERM is a request: a process may finish what it has in
//! hand first, or not listen at all. SIGKILL is none: the kernel ends the process, which never learns of it.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

use common::process::{Child, Exit};
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, kill, sigaction};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use tracing::{info, info_span};

use crate::support::serve::send_answer;
use crate::support::wait_timeout::wait_timeout;

/// Seconds that an item takes, as if it were work.
pub const ITEM: f64 = 0.2;
/// Seconds that a worker may take to finish its item once it was asked to stop.
pub const GRACE: f64 = 0.4;

/// Set by the handler below, read between two items.
static STOP: AtomicBool = AtomicBool::new(false);

/// Sets a flag and does nothing else. A handler may interrupt any line of the program, even one that holds a lock, and
/// this is safe anywhere.
extern "C" fn please_stop(_signal: i32) {
    STOP.store(true, Ordering::Relaxed);
}

/// A worker's answer to SIGTERM.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub enum Manners {
    /// It finishes its item, then ends.
    Polite,
    /// It did nothing about it: the system ends it in the middle of its item.
    Plain,
    /// It ignores it.
    Stubborn,
}

/// A worker's report on an item, by the item's number.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
pub enum Report {
    Begun(u32),
    Done(u32),
}

/// Works on one item after the other until it is stopped.
pub fn work(manners: Manners, item: Duration) -> io::Result<()> {
    let handler = match manners {
        Manners::Polite => SigHandler::Handler(please_stop),
        Manners::Plain => SigHandler::SigDfl,
        Manners::Stubborn => SigHandler::SigIgn,
    };
    let action = SigAction::new(handler, SaFlags::SA_RESTART, SigSet::empty());
    // SAFETY: the handler only stores to an atomic, which is allowed at any moment.
    unsafe { sigaction(Signal::SIGTERM, &action) }?;

    let mut number = 0;
    while !STOP.load(Ordering::Relaxed) {
        number += 1;
        let _span = info_span!("item", number).entered();
        send_answer(&Report::Begun(number))?;
        sleep(item);
        send_answer(&Report::Done(number))?;
    }
    info!("asked to stop: item {number} is done, no other is begun");
    Ok(())
}

/// Asks a process to stop, and ends it if it has not done so in time. Returns how it ended.
pub fn stop(child: &mut Child, name: &str, grace: Duration) -> io::Result<Exit> {
    let pid = Pid::from_raw(child.id().cast_signed());
    let span = info_span!("wait for", name, waits_for = name).entered();
    // The pid cannot belong to another process: a child keeps it until it is waited for.
    kill(pid, Signal::SIGTERM)?;
    if wait_timeout(child, grace)?.is_none() {
        info!("{name} does not listen: SIGKILL");
        kill(pid, Signal::SIGKILL)?;
    }
    drop(span);
    Ok(Exit::from(child.wait()?))
}
