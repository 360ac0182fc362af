//! `pool`: a supervisor and its workers. Some items are bad, and no worker's death stops the rest.
//!
//! The supervisor is in `supervisor.rs`. Here is what the workers do, and the items that make trouble.

use std::io::{self, Write, stdin, stdout};
use std::process::abort;
use std::thread::sleep;
use std::time::Duration;

use common::{Failure, Outcome, Run};
use serde_json::json;
use tracing::{info, info_span};

use crate::limits::no_core_dump;
use crate::supervisor::supervise;
use crate::wire::{receive, send};

/// Ends its worker the first time; another one does it.
pub const FLAKY: u32 = 3;
/// Ends every worker that takes it.
pub const POISONED: u32 = 7;
/// Keeps its worker for ever.
pub const ENDLESS: u32 = 10;
/// Has its worker send what is no message.
pub const BABBLING: u32 = 12;

/// A worker's life: square each number, and trip over some.
///
/// # Errors
/// When a job does not arrive whole.
pub fn worker(_name: &str) -> io::Result<()> {
    no_core_dump()?;
    while let Some((item, tries)) =
        receive::<(u32, u32)>(&mut stdin().lock(), "the parent").map_err(io::Error::other)?
    {
        let _span = info_span!("item", item).entered();
        sleep(Duration::from_millis(2));
        match (item, tries) {
            (FLAKY, 1) | (POISONED, _) => abort(),
            (ENDLESS, _) => sleep(Duration::from_hours(1)),
            (BABBLING, 1) => stdout().lock().write_all(b"result: 144\n")?,
            _ => {}
        }
        send(&mut stdout().lock(), &u64::from(item).pow(2))?;
    }
    Ok(())
}

/// What `cargo run -p lesson-02-processes -- pool` runs.
///
/// # Errors
/// When a worker cannot be started.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (workers, most) = (
        run.count("workers").get(),
        u32::try_from(run.count("tries").get())?,
    );
    let items: Vec<u32> = (1..=20).collect();
    let limit = run.pace.seconds(1.0).max(Duration::from_millis(400));
    let mut report = supervise(&items, workers, most, limit)?;
    report.done.sort_unstable();
    report.given_up.sort_unstable();
    let done: Vec<_> = report
        .done
        .iter()
        .map(|(item, square, tries)| json!({ "item": item, "square": square, "tries": tries }))
        .collect();
    let given_up: Vec<_> = report
        .given_up
        .iter()
        .map(|(item, tries)| json!({ "item": item, "tries": tries }))
        .collect();
    info!(
        "{} of {} items are done, {} given up, {} workers were replaced",
        done.len(),
        items.len(),
        given_up.len(),
        report.replaced.len()
    );
    Ok(Outcome::new(
        json!({ "done": done, "given_up": given_up, "replaced": report.replaced.len() }),
    ))
}
