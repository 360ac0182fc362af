//! Waking another thread and sleeping oneself, and how late a sleeper wakes up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::clock::{each, nanoseconds};
use super::cost::Cost;

const A_MOMENT: Duration = Duration::from_millis(2);
/// The longest time that a thread sleeps in vain: nothing hangs if a core cannot be had.
const AT_MOST: Duration = Duration::from_millis(10);

/// Measures each of them.
pub fn costs() -> Result<Vec<Cost>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    let std_sleep = || thread::sleep(A_MOMENT);
    let tokio_sleep = || runtime.block_on(async { tokio::time::sleep(A_MOMENT).await });
    let usable = usable_cores();
    let same = usable.first().map(|one| [*one, *one]);
    let other = usable.get(..2).map(|two| [two[0], two[1]]);

    Ok(vec![
        Cost::time("thread switch, same core", &on_cores(same)),
        Cost::time("thread switch, other core", &on_cores(other)),
        Cost::time("thread switch, wherever the system likes", &switch(None)),
        Cost::time("sleep of 2 ms: how late, std", &late(&std_sleep)),
        Cost::time("sleep of 2 ms: how late, tokio", &late(&tokio_sleep)),
    ])
}

fn late(sleep: &dyn Fn()) -> Vec<f64> {
    let once = |_| {
        let start = Instant::now();
        sleep();
        nanoseconds(start.elapsed().saturating_sub(A_MOMENT))
    };
    (0..50).map(once).collect()
}

fn on_cores(cores: Option<[usize; 2]>) -> Vec<f64> {
    cores.map_or(Vec::new(), |cores| switch(Some(cores)))
}

/// Measures two threads that wake each other in turn, each on a core of its own or both on one.
/// Empty where cores cannot be chosen.
fn switch(cores: Option<[usize; 2]>) -> Vec<f64> {
    // On a thread of its own: which cores it may use ends with it.
    thread::spawn(move || take_turns(cores))
        .join()
        .unwrap_or_default()
}

/// The two flags that the threads share.
#[derive(Default)]
struct Turns {
    over: AtomicBool,
    /// It is the other thread's turn.
    other: AtomicBool,
}

fn take_turns(cores: Option<[usize; 2]>) -> Vec<f64> {
    let [mine, others] = cores.unwrap_or_default();
    if cores.is_some() && !pin_to_core(mine) {
        return Vec::new();
    }
    let turns = Arc::new(Turns::default());
    let theirs = Arc::clone(&turns);
    let here = thread::current();
    let other = thread::spawn(move || {
        if cores.is_some() && !pin_to_core(others) {
            theirs.over.store(true, Ordering::SeqCst);
        }
        answer(&theirs, &here);
    });

    let there_and_back = || {
        turns.other.store(true, Ordering::SeqCst);
        other.thread().unpark();
        while turns.other.load(Ordering::SeqCst) && !turns.over.load(Ordering::SeqCst) {
            thread::park_timeout(AT_MOST);
        }
    };
    let samples = each(there_and_back);

    let possible = !turns.over.swap(true, Ordering::SeqCst);
    let _ = other.join();
    if !possible {
        return Vec::new();
    }
    samples.iter().map(|both_ways| both_ways / 2.0).collect()
}

fn answer(turns: &Turns, asker: &Thread) {
    while !turns.over.load(Ordering::SeqCst) {
        // Woken for no reason, or told before it slept: the flag decides, not the waking.
        if turns.other.swap(false, Ordering::SeqCst) {
            asker.unpark();
        } else {
            thread::park_timeout(AT_MOST);
        }
    }
}

/// Returns the cores that this program may use; none where it cannot choose.
#[cfg(target_os = "linux")]
fn usable_cores() -> Vec<usize> {
    use nix::sched::{CpuSet, sched_getaffinity};
    let allowed = sched_getaffinity(nix::unistd::Pid::from_raw(0)).unwrap_or_default();
    (0..CpuSet::count())
        .filter(|core| allowed.is_set(*core).unwrap_or(false))
        .collect()
}

/// Keeps this thread on one core; returns false where that cannot be had.
#[cfg(target_os = "linux")]
fn pin_to_core(core: usize) -> bool {
    use nix::sched::{CpuSet, sched_setaffinity};
    let mut only = CpuSet::new();
    only.set(core).is_ok() && sched_setaffinity(nix::unistd::Pid::from_raw(0), &only).is_ok()
}

/// Only Linux lets a thread choose.
#[cfg(not(target_os = "linux"))]
fn usable_cores() -> Vec<usize> {
    Vec::new()
}

#[cfg(not(target_os = "linux"))]
fn pin_to_core(_core: usize) -> bool {
    false
}
