//! The pitfall `zombie`.

use std::thread::sleep;
use std::time::{Duration, Instant};

use common::{Demo, Difference, Failure, Outcome, Run};
use nix::sys::wait::waitpid;
use nix::unistd::Pid;
use serde_json::json;
use tracing::{info, info_span};

use crate::pitfalls::zombie::{broken, fixed};
use crate::support::process_state::state;

pub fn demo() -> Demo {
    Demo::new("zombie", "a child that its parent never waits for", run)
}

fn run(_run: &Run) -> Result<Outcome, Failure> {
    let pid = info_span!("start, and forget").in_scope(broken)?;
    let left = state_after_its_end(pid);
    info!("broken: the parent did not wait for process {pid}, and its state is {left}");
    // This program is to leave none behind.
    waitpid(Pid::from_raw(pid.cast_signed()), None)?;

    let pid = info_span!("start, and wait").in_scope(fixed)?;
    let reaped = state_after_its_end(pid);
    info!("fixed: process {pid} was waited for, and it is {reaped}");

    let state = Difference::new(
        "the child's state after its end",
        "main",
        "start, and forget",
    )
    .way("broken", &left)
    .way("fixed", &reaped);
    let results = json!({ "broken": left, "fixed": reaped });
    Ok(Outcome::new(results).difference(state))
}

/// Waits for the end of a process, and returns the state in which it is then, or "gone".
fn state_after_its_end(pid: u32) -> String {
    let patience = Instant::now() + Duration::from_secs(2);
    loop {
        match state(pid) {
            None => return "gone".to_owned(),
            Some(other) if other == 'Z' || Instant::now() > patience => return other.to_string(),
            Some(_) => sleep(Duration::from_millis(1)),
        }
    }
}
