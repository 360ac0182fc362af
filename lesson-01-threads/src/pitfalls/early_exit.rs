//! `early-exit`: when `main` returns, the program is over, and with it every thread.
//!
//! The demo starts this program twice as a process of its own: once with a `main` that does not wait for its thread,
//! once with one that does.

use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::thread::{self, Builder};
use std::time::{Duration, Instant};

use common::process::spawn;
use common::{Failure, Outcome, Pace, Run};
use serde_json::{Map, json};
use tracing::{info, info_span};

/// The name of a child that waits for its thread; any other name does not.
const JOINS: &str = "with join";
/// Tells a child how long its thread takes.
const PAUSE: &str = "EARLY_EXIT_PAUSE_MS";

/// All that the child does. It returns, and then the child's `main` returns.
///
/// # Errors
/// When the system has no room for another thread.
///
/// # Panics
/// When its thread panicked.
pub fn child(name: &str) -> io::Result<()> {
    let pause = std::env::var(PAUSE)
        .ok()
        .and_then(|pause| pause.parse().ok())
        .unwrap_or(200);
    let speaker = Builder::new().name("speaker".into()).spawn(move || {
        let _span = info_span!("speak").entered();
        thread::sleep(Duration::from_millis(pause));
        println!("the thread has spoken");
    })?;
    info_span!("main").in_scope(|| thread::sleep(Duration::from_millis(pause / 4)));
    // Broken is leaving out the next three lines: the handle is dropped, the thread goes on, and nobody waits for it.
    if name == JOINS {
        speaker.join().expect("speaking does not panic");
    }
    println!("main returns");
    Ok(())
}

/// What a child printed before it ended.
///
/// # Errors
/// When it cannot be started, or fails.
///
/// # Panics
/// Never: its standard output is a pipe.
pub fn printed(name: &str, pace: Pace) -> io::Result<String> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["worker", name, "early-exit"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command.env(PAUSE, pace.seconds(0.2).as_millis().max(20).to_string());
    let mut child = spawn(&mut command, name)?;
    let mut printed = String::new();
    child
        .stdout
        .take()
        .expect("it was asked to be piped")
        .read_to_string(&mut printed)?;
    let status = child.wait()?;
    if status.success() {
        Ok(printed)
    } else {
        Err(io::Error::other(format!("{name}: {status}")))
    }
}

/// What `cargo run -p lesson-01-threads -- early-exit` runs.
///
/// # Errors
/// As [`printed`].
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let mut results = Map::new();
    let mut took = Vec::new();
    for name in ["without join", JOINS] {
        let start = Instant::now();
        let lines: Vec<String> = printed(name, run.pace)?
            .lines()
            .map(str::to_owned)
            .collect();
        took.push(start.elapsed().as_secs_f64());
        info!("{name}, the program printed: {}", lines.join(", "));
        results.insert(name.to_owned(), json!(lines));
    }
    info!(
        "without join it ended after {:.3} s instead of {:.3}, with exit code 0: nobody was told of the lost work",
        took[0], took[1]
    );
    Ok(Outcome::new(results))
}
