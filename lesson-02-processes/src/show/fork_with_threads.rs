//! The pitfall `fork-with-threads`.

use std::io;
use std::time::{Duration, Instant};

use common::{Demo, Failure, Outcome, Run, part};
use serde_json::json;
use tracing::{info, info_span};

use crate::pitfalls::fork_with_threads::{FRESH, LOCK, broken, fixed, log};
use crate::support::serve::serve;
use crate::support::worker_process::call;

const FORKING: &str = "fork-with-threads";

pub fn demo() -> Demo {
    Demo::new(
        "fork-with-threads",
        "a lock that was held at the fork stays locked in the child",
        run,
    )
    .worker(FORKING, forking)
    .worker(FRESH, fresh)
}

/// Forks in a process of its own. Answers whether the child is stuck, and after how many seconds.
fn forking(_name: &str) -> io::Result<()> {
    serve(|limit: Duration| {
        let start = Instant::now();
        let stuck = broken(limit)?;
        Ok((stuck, start.elapsed().as_secs_f64()))
    })
}

/// Writes a line into the log, and returns how many there are.
fn fresh(_name: &str) -> io::Result<()> {
    serve(|line: String| {
        let _span = info_span!("uses the log", holds = LOCK).entered();
        log().push(line);
        Ok(log().len())
    })
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let limit = run.pace.seconds(1.0).max(Duration::from_millis(100));
    let (stuck, after_s): (bool, f64) = part("broken", || call("forking", FORKING, &limit))?;
    if stuck {
        info!(
            "broken: the parent's thread has let go of the log, its copy in the child is locked for ever"
        );
    }

    let lines = part("fixed", fixed)?;
    info!("fixed: after exec the child has a lock of its own, and wrote {lines} line");

    Ok(json!({
        "broken": { "stuck": stuck, "after_s": after_s },
        "fixed": { "stuck": false, "lines": lines },
    })
    .into())
}
