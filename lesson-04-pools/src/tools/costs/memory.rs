//! What one more costs in memory while it waits: a task, a thread, a process.

use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use anyhow::{Result, anyhow};
use common::measure::process_status;

use super::Cost;
use super::processes::{Errand, pool};

const TASKS: usize = 10_000;
const THREADS: usize = 200;
const SAMPLES: usize = 5;

/// Each of them.
///
/// # Errors
/// When there is no thread or process to be had.
pub fn costs() -> Result<Vec<Cost>> {
    // Each in a new process: what one of them gives back, the next one would find.
    let fresh = pool(1)?;
    let samples = |errand: Errand| -> Result<Vec<f64>> {
        let sample = |_| fresh.submit(errand)?.result()?.map_err(|why| anyhow!(why));
        Ok((0..SAMPLES)
            .map(sample)
            .collect::<Result<Vec<_>>>()?
            .into_iter()
            .flatten()
            .collect())
    };
    let processes = (0..SAMPLES)
        .map(|_| process())
        .collect::<Result<Vec<_>>>()?;
    Ok(vec![
        Cost::memory("a task that sleeps", &samples(Errand::Task)?),
        Cost::memory("a thread that sleeps", &samples(Errand::Thread)?),
        Cost::memory(
            "a worker process that waits, its own pages",
            &processes.into_iter().flatten().collect::<Vec<_>>(),
        ),
    ])
}

/// Bytes of this program that are really in memory.
fn resident() -> Option<f64> {
    process_status("VmRSS:").map(|kib| kib as f64 * 1024.0)
}

fn grown(before: Option<f64>, count: usize) -> Option<f64> {
    Some((resident()? - before?).max(0.0) / count as f64)
}

/// Tasks in a runtime of their own, all there before memory is looked at.
///
/// # Errors
/// When there is no runtime to be had.
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

/// Threads, all there before memory is looked at.
///
/// # Errors
/// When the system has no room for another one.
pub fn thread() -> Result<Option<f64>> {
    let (all_there, may_go) = (
        Arc::new(Barrier::new(THREADS + 1)),
        Arc::new(Barrier::new(THREADS + 1)),
    );
    let before = resident();
    let mut threads = Vec::new();
    for _ in 0..THREADS {
        let (here, go) = (Arc::clone(&all_there), Arc::clone(&may_go));
        threads.push(thread::Builder::new().spawn(move || {
            here.wait();
            go.wait();
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

/// Pages that only this process has; the program itself is shared by all that run it.
fn process() -> Result<Option<f64>> {
    let pool = pool(usize::MAX)?;
    let pid = pool.submit(Errand::Pid)?.result()?.ok().flatten();
    let Some(pid) = pid else { return Ok(None) };
    let Ok(text) = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")) else {
        return Ok(None);
    };
    let kib = |name| {
        text.lines().find_map(|line| {
            line.strip_prefix(name)?
                .trim()
                .strip_suffix(" kB")?
                .parse()
                .ok()
        })
    };
    let own: Option<(f64, f64)> = kib("Private_Clean:").zip(kib("Private_Dirty:"));
    Ok(own.map(|(clean, dirty)| (clean + dirty) * 1024.0))
}
