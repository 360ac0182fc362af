//! `many`: ten thousand tasks that wait, on one thread; beside them a thousand threads that wait.

use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};
use std::{fs, io};

use common::{Failure, Outcome, Run};
use serde_json::json;
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tracing::{info, info_span};

use crate::memory::{bytes_each, in_words, resident};

/// Seconds that each of them waits.
const WAIT: f64 = 0.1;

/// What waiting has cost.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// From the first start to the last end.
    pub wall: Duration,
    /// Memory for each, where it is known.
    pub bytes_each: Option<u64>,
}

/// So many tasks, each of which waits once. All are there before the first one runs.
///
/// # Panics
/// When a task panicked.
pub async fn tasks(count: usize, wait: Duration) -> Cost {
    let (start, before) = (Instant::now(), resident());
    let mut set = JoinSet::new();
    for _ in 0..count {
        set.spawn(sleep(wait));
    }
    // Let each of them run for the first time: now all are waiting.
    tokio::task::yield_now().await;
    let waiting = resident();
    while let Some(done) = set.join_next().await {
        done.expect("waiting does not panic");
    }
    Cost {
        wall: start.elapsed(),
        bytes_each: bytes_each(before, waiting, count),
    }
}

/// So many threads, each of which waits once. All are there before memory is looked at.
///
/// # Errors
/// When the system has no room for one more.
///
/// # Panics
/// Never: the threads only wait.
pub fn threads(count: usize, wait: Duration) -> io::Result<Cost> {
    if let Some(room) = room_for_threads().filter(|room| *room < count) {
        return Err(io::Error::other(format!(
            "this system has room for some {room} threads, not for {count}"
        )));
    }
    let (start, before) = (Instant::now(), resident());
    let all_there = Arc::new(Barrier::new(count + 1));
    let mut handles = Vec::new();
    for _ in 0..count {
        let here = Arc::clone(&all_there);
        let body = move || {
            here.wait();
            thread::sleep(wait);
        };
        match thread::Builder::new().spawn(body) {
            Ok(handle) => handles.push(handle),
            Err(error) => {
                // The others wait for one that will never come: they end with the program.
                let text = format!("the system stopped at {} threads: {error}", handles.len());
                return Err(io::Error::new(error.kind(), text));
            }
        }
    }
    all_there.wait();
    let waiting = resident();
    for handle in handles {
        handle.join().expect("waiting does not panic");
    }
    Ok(Cost {
        wall: start.elapsed(),
        bytes_each: bytes_each(before, waiting, count),
    })
}

/// On Linux each thread takes four of a process's mappings (its stack, its signal stack, and what guards them). Where they
/// run out `spawn` may succeed, and the new thread end the program. Some are left for the rest of it.
fn room_for_threads() -> Option<usize> {
    let mappings: usize = fs::read_to_string("/proc/sys/vm/max_map_count")
        .ok()?
        .trim()
        .parse()
        .ok()?;
    Some(mappings.saturating_sub(1_000) / 4)
}

/// What `cargo run -p lesson-03-async -- many` runs.
///
/// # Errors
/// When the system has no room for the threads.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let wait = run.pace.seconds(WAIT);
    let (task_count, thread_count) = (run.count("tasks").get(), run.count("threads").get());
    let runtime = Builder::new_current_thread().enable_time().build()?;
    // No row for each of them: ten thousand rows show nothing.
    let of_tasks = info_span!("tasks").in_scope(|| runtime.block_on(tasks(task_count, wait)));
    let of_threads = info_span!("threads").in_scope(|| threads(thread_count, wait))?;
    for (count, what, cost) in [
        (task_count, "tasks", of_tasks),
        (thread_count, "threads", of_threads),
    ] {
        let (wall, memory) = (cost.wall.as_secs_f64() * 1e3, in_words(cost.bytes_each));
        info!("{count} {what}: {wall:.1} ms, {memory} each");
    }
    Ok(Outcome::new(json!({
        "wait_s": wait.as_secs_f64(),
        "tasks": { "count": task_count, "wall_s": of_tasks.wall.as_secs_f64(), "bytes_each": of_tasks.bytes_each },
        "threads": { "count": thread_count, "wall_s": of_threads.wall.as_secs_f64(), "bytes_each": of_threads.bytes_each },
    })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_waits_take_as_long_as_one() {
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let start = tokio::time::Instant::now();
            tasks(10_000, Duration::from_hours(1)).await;
            // tokio's timers count in milliseconds.
            assert!(
                start.elapsed() <= Duration::from_millis(3_600_001),
                "{:?}",
                start.elapsed()
            );
        });
    }
}
