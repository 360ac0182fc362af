//! Running a command several times, some of them at once, until a deadline.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Instant;

use common::Failure;
use tracing::info_span;

use super::command::{Ended, Program};

/// Runs the program `runs` times, at each moment at `places` places. `None`: not all were done by
/// the deadline, and those under way have been ended.
pub fn run_all(
    program: &Program,
    places: usize,
    runs: usize,
    deadline: Instant,
) -> Result<Option<Vec<Ended>>, Failure> {
    let begun = AtomicUsize::new(0);
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        for place in 0..places {
            let sender = sender.clone();
            let begun = &begun;
            scope.spawn(move || {
                while begun.fetch_add(1, Ordering::Relaxed) < runs && !program.is_stopped() {
                    let _span = info_span!("run", place = place + 1).entered();
                    let _ = sender.send(program.run(place));
                }
            });
        }
        drop(sender);

        let mut done = Vec::new();
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
