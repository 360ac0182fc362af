//! The pitfall `orphan`.

use std::io;
use std::time::{Duration, Instant};

use common::measure::seconds;
use common::{Demo, Failure, Outcome, Run, part};
use serde_json::json;
use tracing::{info, info_span};

use crate::pitfalls::orphan::{CHILD, NOTHING, PIPE, SIGNAL, child, parent};
use crate::support::process_state::state;
use crate::support::wait_timeout::readable_within;
use crate::support::worker_process::WorkerProcess;

const PARENT: &str = "orphan-parent";

pub fn demo() -> Demo {
    Demo::new(
        "orphan",
        "the parent is killed, and its child lives on",
        run,
    )
    .worker(PARENT, parent)
    .worker(CHILD, child)
}

fn run(_run: &Run) -> Result<Outcome, Failure> {
    let lived_on = part(NOTHING, || kill_the_parent(NOTHING))?.is_none();
    let by_signal = if cfg!(target_os = "linux") {
        part(SIGNAL, || kill_the_parent(SIGNAL))?
    } else {
        None
    };
    let by_pipe = part(PIPE, || kill_the_parent(PIPE))?;

    Ok(json!({
        "broken": { "lived_on": lived_on },
        "fixed": { "death_signal_s": by_signal, "end_of_file_s": by_pipe },
    })
    .into())
}

/// Kills a parent, and returns the seconds until its child ends; `None` if it lives on. The two share a standard
/// output: when that closes, both are gone.
fn kill_the_parent(way: &str) -> Result<Option<f64>, Failure> {
    let mut parent = WorkerProcess::start(way, PARENT)?;
    // Held until the end of this function. Whatever happens, the orphan ends with this program.
    let lifeline = parent.child.stdin.take();
    let child: Option<u32> = parent.receive()?;
    let child = child.ok_or_else(|| io::Error::other("the child sent nothing"))?;

    let span = info_span!("after the kill", way).entered();
    parent.child.kill()?;
    parent.child.wait()?;
    let start = Instant::now();
    if readable_within(parent.output(), Duration::from_millis(300))? {
        let took = start.elapsed().as_secs_f64();
        info!("{way}: the child ended {} after its parent", seconds(took));
        return Ok(Some(took));
    }
    let state = state(child).unwrap_or('-');
    info!("{way}: the parent is dead, its child is process {child} and lives on, state {state}");
    drop(span);

    drop(lifeline);
    readable_within(parent.output(), Duration::from_secs(5))?;
    Ok(None)
}
