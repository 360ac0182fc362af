//! The pitfall `inherited-pipe`.

use std::io::{self, PipeReader, Read, stdin};
use std::os::fd::OwnedFd;
use std::time::Duration;

use common::{Demo, Failure, Outcome, Run, part};
use serde_json::json;
use tracing::{info, info_span};

use crate::pitfalls::inherited_pipe::{BYSTANDER, broken, fixed, talk};
use crate::support::serve::send_answer;
use crate::support::worker_process::WorkerProcess;

pub fn demo() -> Demo {
    Demo::new(
        "inherited-pipe",
        "a leaked descriptor keeps a pipe open",
        run,
    )
    .worker(BYSTANDER, bystander)
}

/// Has nothing to do with the pipe, and lives until its standard input ends.
fn bystander(_name: &str) -> io::Result<()> {
    let _span = info_span!("minds its own business").entered();
    send_answer(&"ready")?;
    stdin().lock().read(&mut [0]).map(drop)
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let limit = run.pace.seconds(1.0).max(Duration::from_millis(100));
    let (text, ended) = part("broken", || beside_a_bystander(broken()?, limit))?;
    info!(
        "broken: '{text}' was read, the talker is gone, and the end of the pipe was seen: {ended}"
    );

    let (fixed_text, fixed_ended) = part("fixed", || {
        beside_a_bystander(fixed()?, Duration::from_secs(10))
    })?;
    info!("fixed: '{fixed_text}' was read, and the end of the pipe was seen: {fixed_ended}");

    Ok(json!({
        "broken": { "read": text, "end_seen": ended },
        "fixed": { "read": fixed_text, "end_seen": fixed_ended },
    })
    .into())
}

/// Starts a bystander once the pipe is there, and lets the talker talk.
fn beside_a_bystander(
    (reader, writer): (PipeReader, OwnedFd),
    limit: Duration,
) -> Result<(String, bool), Failure> {
    let mut bystander = WorkerProcess::start(BYSTANDER, BYSTANDER)?;
    let _: Option<String> = bystander.receive()?;
    let (text, ended) = talk(reader, writer, limit)?;
    bystander.child.wait()?;
    Ok((text.trim().to_owned(), ended))
}
