//! The pitfall `full-pipe`.

use std::time::Duration;

use common::{Demo, Failure, Outcome, Run, part};
use serde_json::json;
use tracing::info;

use crate::pitfalls::full_pipe::{ROLE, broken, fixed, worker};

pub fn demo() -> Demo {
    Demo::new(
        "full-pipe",
        "wait before reading, and both wait for ever",
        run,
    )
    .worker(ROLE, worker)
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let limit = run.pace.seconds(1.0).max(Duration::from_millis(250));
    let (ended, in_the_pipe) = part("broken", || broken(limit))?;
    match &ended {
        None => info!(
            "broken: stuck; the pipe is full with {in_the_pipe} bytes; the parent does not read, the writer does not end"
        ),
        Some(exit) => info!("broken: it {exit}, which was not to be expected"),
    }

    let (exit, read) = part("fixed", fixed)?;
    info!("fixed: {read} bytes were read, then it {exit}");

    Ok(json!({
        "broken": { "stuck": ended.is_none(), "in_the_pipe": in_the_pipe },
        "fixed": { "stuck": false, "read": read },
    })
    .into())
}
