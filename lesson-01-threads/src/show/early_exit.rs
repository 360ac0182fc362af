//! `early-exit`: this program twice as a process of its own, with a `main` that joins its thread and one that does not.

use std::io;
use std::time::{Duration, Instant};

use common::{Demo, Failure, Outcome, Pace, Run, part};
use serde_json::{Map, json};
use tracing::info;

use crate::pitfalls::early_exit::{main_with_join, main_without_join};
use crate::support::child;

const WITHOUT_JOIN: &str = "without join";
const WITH_JOIN: &str = "with join";
/// The role of the children.
const ROLE: &str = "early-exit";
/// The variable that tells a child how long its thread takes.
const PAUSE: &str = "EARLY_EXIT_PAUSE_MS";

pub fn demo() -> Demo {
    Demo::new(
        "early-exit",
        "main returns before its thread has spoken",
        run,
    )
    .worker(ROLE, main_of_child)
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let mut results = Map::new();
    let mut took = Vec::new();
    for name in [WITHOUT_JOIN, WITH_JOIN] {
        let start = Instant::now();
        let printed = part(name, || printed_by_child(name, run.pace))?;
        took.push(start.elapsed().as_secs_f64());

        let lines: Vec<&str> = printed.lines().collect();
        info!("{name}, the program printed: {}", lines.join(", "));
        results.insert(name.to_owned(), json!(lines));
    }

    info!(
        "without join it ended after {:.3} s instead of {:.3}, with exit code 0: no error tells of the lost work",
        took[0], took[1]
    );
    Ok(results.into())
}

/// Runs a child and returns what it printed before it ended.
fn printed_by_child(name: &str, pace: Pace) -> io::Result<String> {
    let pause = pace.seconds(0.2).as_millis().max(20);
    let (printed, status) = child::run(name, ROLE, &[(PAUSE, pause.to_string())])?;

    if status.success() {
        Ok(printed)
    } else {
        Err(io::Error::other(format!("{name}: {status}")))
    }
}

/// Does all that the child does; then the child's own `main` returns.
fn main_of_child(name: &str) -> io::Result<()> {
    let pause = Duration::from_millis(child::told(PAUSE)?);

    if name == WITH_JOIN {
        main_with_join(pause);
    } else {
        main_without_join(pause);
    }
    Ok(())
}
