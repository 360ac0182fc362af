//! The demo `limits`.

use std::fs::File;
use std::io;

use common::{Demo, Failure, Outcome, Run};
use nix::sys::resource::{Resource, getrlimit};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tracing::info;

use crate::limits::{compute, open_files, struck, take_memory};
use crate::support::core_dump::no_core_dump;
use crate::support::serve::{receive_job, send_answer};
use crate::support::worker_process::WorkerProcess;

const ROLE: &str = "limits";

pub fn demo() -> Demo {
    Demo::new(
        "limits",
        "workers that may not use more than they were given",
        run,
    )
    .in_turn()
    .worker(ROLE, worker)
}

/// A worker's limit. It then uses as much as it can.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Limit {
    Memory,
    Cpu,
    Files,
}

fn worker(_name: &str) -> io::Result<()> {
    no_core_dump()?;
    match receive_job()? {
        Some(Limit::Memory) => take_memory(),
        Some(Limit::Cpu) => compute(),
        Some(Limit::Files) => send_answer(&open_files()?),
        None => Ok(()),
    }
}

fn run(_run: &Run) -> Result<Outcome, Failure> {
    let before = getrlimit(Resource::RLIMIT_NOFILE)?;
    let mut results = Map::new();
    for (name, limit) in [
        ("memory hog", Limit::Memory),
        ("number cruncher", Limit::Cpu),
        ("file opener", Limit::Files),
    ] {
        results.insert(name.to_owned(), limited(name, limit)?);
    }

    let after = getrlimit(Resource::RLIMIT_NOFILE)?;
    let untouched = after == before && File::open("/dev/null").is_ok();
    info!("the parent has the limits that it had, and goes on: {untouched}");
    results.insert("parent_untouched".to_owned(), untouched.into());
    Ok(results.into())
}

/// Runs a worker with a limit, and returns how it ended.
fn limited(name: &str, limit: Limit) -> Result<Value, Failure> {
    let mut worker = WorkerProcess::start_with_stderr(name, ROLE)?;
    worker.send(&limit)?;
    let sent = worker.receive()?;
    let (exit, complaint) = worker.last_words()?;

    let complaint = complaint.lines().find(|line| !line.is_empty());
    let complaint = complaint.unwrap_or_default();

    let struck = struck(&exit, complaint, sent);
    info!("{name} {exit}; the limit that struck: {struck}");
    Ok(json!({ "how": exit.to_string(), "limit": struck, "said": complaint }))
}
