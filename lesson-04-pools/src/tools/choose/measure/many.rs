//! Running a command several times, some of them at once, until a deadline.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Instant;

use common::Failure;
use common::process::How;
use tracing::info_span;

use super::command::{Ended, Program};

/// Runs that have ended.
pub type Runs = Vec<Ended>;

/// Runs it `runs` times, at each moment at `places` places. `None`: not all were done by the deadline, and those under
/// way have been ended.
///
/// # Errors
/// When it cannot be started.
pub fn run_all(
    program: &Program,
    places: usize,
    runs: usize,
    deadline: Instant,
) -> Result<Option<Runs>, Failure> {
    let begun = AtomicUsize::new(0);
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        for place in 0..places {
            let (sender, begun) = (sender.clone(), &begun);
            thread::Builder::new()
                .name(format!("place {}", place + 1))
                .spawn_scoped(scope, move || {
                    while begun.fetch_add(1, Ordering::Relaxed) < runs && !program.stopped() {
                        let result = info_span!("run").in_scope(|| program.run(place));
                        let _ = sender.send(result);
                    }
                })?;
        }
        drop(sender);
        let mut done = Runs::new();
        loop {
            match results.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(Ok(ended)) => done.push(ended),
                Ok(Err(failure)) => {
                    program.stop();
                    return Err(failure);
                }
                Err(RecvTimeoutError::Timeout) => {
                    program.stop();
                    return Ok(None);
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Ok((done.len() == runs).then_some(done));
                }
            }
        }
    })
}

/// How a run failed, with its last words; `None` if it did not.
pub fn failure(program: &Program, how: &How, words: &str) -> Option<String> {
    if *how == How::Exited(0) {
        return None;
    }
    let words = if words.is_empty() {
        String::new()
    } else {
        format!(": {words}")
    };
    Some(format!("`{}` {how}{words}", program.name()))
}
