//! A child process with a limit on its address space that starts as many threads as it can. `too-many` runs it.
//!
//! The limit is the child's alone, and ends with it: the machine is not harmed.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use common::measure::process_status;
use common::process::Exit;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use serde_json::{Value, json};
use tracing::info_span;

use super::child;
use crate::pitfalls::too_many;

/// The role of the child.
pub const ROLE: &str = "too-many";
/// The variable that tells the child how many threads to start.
const WANTED: &str = "TOO_MANY_THREADS";
/// The variable that tells the child its limit.
const LIMIT: &str = "TOO_MANY_LIMIT_MIB";

/// Runs a child that wants `threads` threads within `mib` MiB of address space; returns what it measured.
pub fn measure(threads: usize, mib: usize) -> io::Result<Value> {
    let env = [
        (WANTED, threads.to_string()),
        (LIMIT, mib.to_string()),
        // The system's allocator would set 64 MiB of address space aside for many of the threads.
        ("MALLOC_ARENA_MAX", "1".to_owned()),
    ];
    let (printed, status) = child::run("crowd", ROLE, &env)?;

    let exit = Exit::from(status);
    serde_json::from_str(&printed).map_err(|_| io::Error::other(format!("the child {exit}")))
}

/// Does all that the child does: limits itself, starts threads, and prints what it measured.
pub fn main_of_child(_name: &str) -> io::Result<()> {
    let wanted = usize::try_from(child::told(WANTED)?).map_err(io::Error::other)?;
    let limit = child::told(LIMIT)? << 20;
    let (_, hard) = getrlimit(Resource::RLIMIT_AS)?;
    setrlimit(Resource::RLIMIT_AS, limit.min(hard), hard)?;

    let _span = info_span!("start and join").entered();
    let measured = start_and_join(wanted);
    writeln!(io::stdout(), "{measured}")
}

fn start_and_join(wanted: usize) -> Value {
    // Room to go on with when no room is left.
    let reserve = vec![1_u8; 1 << 20];
    let size = process_status("VmSize");
    let resident = process_status("VmRSS");
    let gate = Arc::new(Mutex::new(()));
    let closed = gate.lock().expect("no thread panics with the gate");

    let start = Instant::now();
    let (threads, refused) = too_many::start(wanted, &gate);
    let started = threads.len();
    drop(reserve);
    let size = growth(size, "VmSize", started);
    let resident = growth(resident, "VmRSS", started);

    drop(closed);
    let joined = threads
        .into_iter()
        .filter_map(|thread| thread.join().ok())
        .count();
    let microseconds = start.elapsed().as_secs_f64() * 1e6 / started.max(1) as f64;

    json!({
        "wanted": wanted,
        "started": started,
        "joined": joined,
        "error": refused.map(|error| error.to_string()),
        "us_each": microseconds,
        "address_space_kib_each": size,
        "memory_kib_each": resident,
    })
}

/// Returns by how many KiB a figure of this process grew for each of `threads` threads.
fn growth(before: Option<u64>, key: &str, threads: usize) -> Option<f64> {
    let grown = process_status(key)?.saturating_sub(before?);
    Some(grown as f64 / threads.max(1) as f64)
}
