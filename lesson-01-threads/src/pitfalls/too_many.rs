//! `too-many`: ten thousand threads, and what the system says to that.
//!
//! Every thread has a stack of its own, 2 MiB of address space unless told otherwise. The demo starts this program
//! once more, limits that process to so much address space, and goes on starting threads until `Builder::spawn`
//! returns an error. `thread::spawn` would panic there. The limit is the child's alone: the machine is not harmed.

use std::io::{self, Read, Write};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::Builder;
use std::time::Instant;

use common::measure::process_status as status;
use common::process::{How, spawn};
use common::{Failure, Outcome, Run};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use serde_json::{Value, json};
use tracing::{info, info_span};

/// What the child is told: how many threads, and how many MiB of address space.
const WANTED: &str = "TOO_MANY_THREADS";
const LIMIT: &str = "TOO_MANY_LIMIT_MIB";

/// What the child measured, as it sends it to its parent.
fn start_and_join(wanted: usize) -> Value {
    let gate = Arc::new(Mutex::new(()));
    // Room to go on with when there is no room left; and the list of threads must not have to grow then.
    let (reserve, mut threads) = (vec![1_u8; 1 << 20], Vec::with_capacity(wanted));
    let (size, resident) = (status("VmSize"), status("VmRSS"));
    let (closed, start) = (gate.lock().expect("nobody panics"), Instant::now());
    let mut refused = None;
    while threads.len() < wanted {
        let gate = Arc::clone(&gate);
        // All stay until the gate opens, so that all are there at once.
        match Builder::new().spawn(move || drop(gate.lock())) {
            Ok(thread) => threads.push(thread),
            Err(error) => {
                refused = Some(error.to_string());
                break;
            }
        }
    }
    drop(reserve);
    let started = threads.len();
    let each = |before: Option<u64>, key| {
        Some(status(key)?.saturating_sub(before?) as f64 / started.max(1) as f64)
    };
    let (size, resident) = (each(size, "VmSize"), each(resident, "VmRSS"));
    drop(closed);
    let joined = threads
        .into_iter()
        .filter_map(|thread| thread.join().ok())
        .count();
    let microseconds = start.elapsed().as_secs_f64() * 1e6 / started.max(1) as f64;
    json!({ "wanted": wanted, "started": started, "joined": joined, "error": refused,
        "us_each": microseconds, "address_space_kib_each": size, "memory_kib_each": resident })
}

/// All that the child does: limit itself, start threads, say how it went.
///
/// # Errors
/// When the limit cannot be set, or nobody reads what the child has to say.
pub fn child(_name: &str) -> io::Result<()> {
    let told = |key: &str| {
        std::env::var(key)
            .ok()
            .and_then(|value| value.parse::<u64>().ok())
    };
    let (wanted, mib) = told(WANTED)
        .zip(told(LIMIT))
        .ok_or(io::ErrorKind::InvalidInput)?;
    let (_, hard) = getrlimit(Resource::RLIMIT_AS)?;
    setrlimit(Resource::RLIMIT_AS, (mib << 20).min(hard), hard)?;
    let _span = info_span!("start and join").entered();
    let measured = start_and_join(usize::try_from(wanted).map_err(io::Error::other)?);
    writeln!(io::stdout(), "{measured}")
}

/// A child that wants `threads` threads with `mib` MiB of address space: what it measured.
///
/// # Errors
/// When it cannot be started, or was killed.
///
/// # Panics
/// Never: its standard output is a pipe.
pub fn crowd(threads: usize, mib: usize) -> io::Result<Value> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["worker", "crowd", "too-many"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command
        .env(WANTED, threads.to_string())
        .env(LIMIT, mib.to_string());
    // The system's allocator would set 64 MiB of address space aside for many of the threads.
    command.env("MALLOC_ARENA_MAX", "1");
    let mut child = spawn(&mut command, "crowd")?;
    let mut said = String::new();
    child
        .stdout
        .take()
        .expect("it was asked to be piped")
        .read_to_string(&mut said)?;
    let how = How::from(child.wait()?);
    serde_json::from_str(&said).map_err(|_| io::Error::other(format!("the child {how}")))
}

/// What `cargo run -p lesson-01-threads -- too-many` runs.
///
/// # Errors
/// As [`crowd`].
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (threads, mib) = (run.count("threads").get(), run.count("limit-mib").get());
    // A thread that has its stack wants some KiB more when it starts. If the limit falls just there, it cannot go on, and
    // the child is aborted: a MiB more, and it falls elsewhere.
    let crowd = crowd(threads, mib).or_else(|_| crowd(threads, mib + 1))?;
    info!(
        "{} of {threads} threads ran in {mib} MiB of address space, all joined",
        crowd["joined"]
    );
    if let Some(error) = crowd["error"].as_str() {
        info!("the next one was refused, which is an ordinary Err: {error}");
    }
    let kib = |key: &str| crowd[key].as_f64().unwrap_or(f64::NAN);
    let microseconds = crowd["us_each"].as_f64().unwrap_or(f64::NAN);
    info!(
        "each took {microseconds:.0} us to start and join, {:.0} KiB of address space and {:.1} KiB of memory",
        kib("address_space_kib_each"),
        kib("memory_kib_each")
    );
    Ok(Outcome::new(crowd))
}
