//! `fork-with-threads`: a lock that was held when the process forked is locked for ever in the child.
//!
//! `fork` copies the memory, and with it every lock as it is at that moment. It does not copy the other threads. If one
//! of them holds a lock, its copy in the child is locked, and nobody is there to unlock it. So between `fork` and `exec`
//! the child of a program with threads may call nothing that takes a lock: no log line, no allocation.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, sleep};
use std::time::{Duration, Instant};

use common::{Failure, Outcome, Run};
use nix::libc;
use nix::sys::signal::{Signal, kill};
use nix::unistd::{ForkResult, fork};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::{info, info_span};

use crate::fork_exec::watch;
use crate::hire;

/// What a program might guard: its log, its settings, its free memory.
static LOG: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn log() -> MutexGuard<'static, Vec<String>> {
    LOG.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What became of a child that wanted the lock.
#[derive(Serialize, Deserialize)]
struct Seen {
    stuck: bool,
    after_s: f64,
}

/// A worker's life, for the broken way: a thread holds the lock while the main thread forks.
///
/// # Errors
/// When a system call fails.
///
/// # Panics
/// Never: the thread only sleeps.
pub fn worker(_name: &str) -> io::Result<()> {
    hire::serve(|limit: Duration| {
        let holder = Builder::new().name("holder".into()).spawn(move || {
            let guard = log();
            let _span = info_span!("uses the log", holds = "log").entered();
            sleep(limit / 2);
            drop(guard);
        })?;
        while LOG.try_lock().is_ok() {
            sleep(Duration::from_millis(1));
        }
        let seen = broken(limit);
        holder.join().expect("it only sleeps");
        seen
    })
}

/// Forks now; the child writes a line into the log.
fn broken(limit: Duration) -> io::Result<Seen> {
    // SAFETY: none. To take a lock here is what the manual forbids, and what this pitfall shows: the child hangs, and
    // is killed below. Nothing worse can come of it: it only waits.
    let pid = match unsafe { fork() }? {
        ForkResult::Parent { child } => child,
        ForkResult::Child => {
            end_with_parent();
            log().push("hello from the child".to_owned());
            // SAFETY: ends this process and does nothing else.
            unsafe { libc::_exit(0) }
        }
    };
    let child = watch(pid, || info_span!("wants the log", waits_for = "log"))?;
    let start = Instant::now();
    while !child.is_finished() && start.elapsed() < limit {
        sleep(Duration::from_millis(1));
    }
    let (stuck, after_s) = (!child.is_finished(), start.elapsed().as_secs_f64());
    if stuck {
        // Nobody has waited for it yet, so that its pid is still its own.
        kill(pid, Signal::SIGKILL)?;
    }
    let _ = child.join();
    Ok(Seen { stuck, after_s })
}

/// So that the stuck child does not outlive this worker.
fn end_with_parent() {
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_pdeathsig(Signal::SIGKILL);
    #[cfg(not(target_os = "linux"))]
    nix::unistd::alarm::set(5);
}

/// The fixed way's child: the same program after `exec`, with memory of its own, where nobody holds the lock.
///
/// # Errors
/// When the job does not arrive.
pub fn fresh(_name: &str) -> io::Result<()> {
    hire::serve(|line: String| {
        let _span = info_span!("uses the log", holds = "log").entered();
        log().push(line);
        Ok(log().len())
    })
}

/// What `cargo run -p lesson-02-processes -- fork-with-threads` runs.
///
/// # Errors
/// When a worker fails.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let limit = run.pace.seconds(1.0).max(Duration::from_millis(100));
    let seen: Seen = hire::call("forking", "fork-with-threads", &limit)?;
    let (stuck, after_s) = (seen.stuck, seen.after_s);
    if stuck {
        info!(
            "broken: the parent's thread has let go of the log, its copy in the child is locked for ever"
        );
    }
    // A thread of this process holds the lock as well, and it does not matter.
    let guard = log();
    let lines: usize = hire::call("fresh", "fresh", &"hello from the child")?;
    drop(guard);
    info!("fixed: after exec the child has a lock of its own, and wrote {lines} line");
    Ok(Outcome::new(
        json!({ "broken": { "stuck": stuck, "after_s": after_s }, "fixed": { "stuck": false, "lines": lines } }),
    ))
}
