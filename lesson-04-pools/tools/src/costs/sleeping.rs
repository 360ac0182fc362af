//! The memory of one more task and of one more thread, while it sleeps. Measured in this process.

use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use common::measure::process_status;

const TASKS: usize = 10_000;
const THREADS: usize = 200;

/// Returns the bytes of this program that are really in memory.
fn resident() -> Option<f64> {
    process_status("VmRSS:").map(|kib| kib as f64 * 1024.0)
}

fn grown(before: Option<f64>, count: usize) -> Option<f64> {
    Some((resident()? - before?).max(0.0) / count as f64)
}

/// Measures tasks in a runtime of their own, all there before memory is looked at.
pub fn task() -> Result<Option<f64>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    let measured = runtime.block_on(async {
        let before = resident();
        let sleep = |_| tokio::spawn(tokio::time::sleep(Duration::from_hours(1)));
        let tasks: Vec<_> = (0..TASKS).map(sleep).collect();
        // Each of them runs until it sleeps.
        tokio::task::yield_now().await;
        let grown = grown(before, TASKS);
        drop(tasks);
        grown
    });

    Ok(measured)
}

/// Measures threads, all there before memory is looked at.
pub fn thread() -> Result<Option<f64>> {
    let all_there = Arc::new(Barrier::new(THREADS + 1));
    let may_go = Arc::new(Barrier::new(THREADS + 1));
    let before = resident();
    let mut threads = Vec::new();
    for _ in 0..THREADS {
        let all_there = Arc::clone(&all_there);
        let may_go = Arc::clone(&may_go);
        threads.push(thread::Builder::new().spawn(move || {
            all_there.wait();
            may_go.wait();
        })?);
    }

    all_there.wait();
    let grown = grown(before, THREADS);
    may_go.wait();
    for thread in threads {
        let _ = thread.join();
    }
    Ok(grown)
}
