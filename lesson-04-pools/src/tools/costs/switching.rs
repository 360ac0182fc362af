//! What it costs to wake another thread and sleep oneself, and how late a sleeper wakes up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::Cost;
use super::clock::{each, nanoseconds};

/// Each of them.
///
/// # Errors
/// When there is no runtime to be had.
pub fn costs() -> Result<Vec<Cost>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    let (a_moment, usable) = (Duration::from_millis(2), usable_cores());
    let late = |sleep: &dyn Fn()| -> Vec<f64> {
        let once = || {
            let start = Instant::now();
            sleep();
            nanoseconds(start.elapsed().saturating_sub(a_moment))
        };
        (0..50).map(|_| once()).collect()
    };
    let tokios = || runtime.block_on(async { tokio::time::sleep(a_moment).await });
    Ok(vec![
        Cost::time(
            "thread switch, same core",
            &usable
                .first()
                .map_or(vec![], |one| switch(Some([*one, *one]))),
        ),
        Cost::time(
            "thread switch, other core",
            &usable
                .get(..2)
                .map_or(vec![], |two| switch(Some([two[0], two[1]]))),
        ),
        Cost::time("thread switch, wherever the system likes", &switch(None)),
        Cost::time(
            "sleep of 2 ms: how late, std",
            &late(&|| thread::sleep(a_moment)),
        ),
        Cost::time("sleep of 2 ms: how late, tokio", &late(&tokios)),
    ])
}

/// Two threads that wake each other in turn, each on a core of its own or both on one. Empty where cores cannot be
/// chosen.
fn switch(cores: Option<[usize; 2]>) -> Vec<f64> {
    let measure = move || {
        let [mine, others] = cores.unwrap_or_default();
        if cores.is_some() && !stay_on(mine) {
            return Vec::new();
        }
        let (over, here) = (Arc::new(AtomicBool::new(false)), thread::current());
        let turn = Arc::new(AtomicBool::new(false));
        let (their_over, their_turn) = (Arc::clone(&over), Arc::clone(&turn));
        let other = thread::spawn(move || {
            if cores.is_some() && !stay_on(others) {
                their_over.store(true, Ordering::SeqCst);
            }
            while !their_over.load(Ordering::SeqCst) {
                // Woken for no reason, or told before it slept: the flag decides, not the waking.
                if their_turn.swap(false, Ordering::SeqCst) {
                    here.unpark();
                } else {
                    thread::park_timeout(Duration::from_millis(10));
                }
            }
        });
        let there_and_back = || {
            turn.store(true, Ordering::SeqCst);
            other.thread().unpark();
            while turn.load(Ordering::SeqCst) && !over.load(Ordering::SeqCst) {
                thread::park_timeout(Duration::from_millis(10));
            }
        };
        let samples = if over.load(Ordering::SeqCst) {
            Vec::new()
        } else {
            each(there_and_back)
        };
        let possible = !over.swap(true, Ordering::SeqCst);
        let _ = other.join();
        if possible {
            samples.iter().map(|both_ways| both_ways / 2.0).collect()
        } else {
            Vec::new()
        }
    };
    // On a thread of its own: which cores it may use ends with it.
    thread::spawn(measure).join().unwrap_or_default()
}

/// The cores that this program may use; none where it cannot choose.
#[cfg(target_os = "linux")]
fn usable_cores() -> Vec<usize> {
    use nix::sched::{CpuSet, sched_getaffinity};
    let allowed = sched_getaffinity(nix::unistd::Pid::from_raw(0)).unwrap_or_default();
    (0..CpuSet::count())
        .filter(|core| allowed.is_set(*core).unwrap_or(false))
        .collect()
}

/// Has this thread run on this core only; false where that cannot be had.
#[cfg(target_os = "linux")]
fn stay_on(core: usize) -> bool {
    use nix::sched::{CpuSet, sched_setaffinity};
    let mut only = CpuSet::new();
    only.set(core).is_ok() && sched_setaffinity(nix::unistd::Pid::from_raw(0), &only).is_ok()
}

/// Only Linux lets a thread choose.
#[cfg(not(target_os = "linux"))]
fn usable_cores() -> Vec<usize> {
    Vec::new()
}

/// Only Linux lets a thread choose.
#[cfg(not(target_os = "linux"))]
fn stay_on(_core: usize) -> bool {
    false
}
