//! `many`: ten thousand tasks that wait, on one thread; beside them a thousand threads that wait.

use std::io;
use std::sync::{Arc, Barrier};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::support::system_limits::room_for_threads;

/// Starts `count` tasks, each of which waits once. All are there before the first one runs.
pub fn start_tasks(count: usize, wait: Duration) -> JoinSet<()> {
    let mut set = JoinSet::new();
    for _ in 0..count {
        set.spawn(sleep(wait));
    }
    set
}

/// Starts `count` threads, each of which waits once, and returns when all of them run.
pub fn start_threads(count: usize, wait: Duration) -> io::Result<Vec<JoinHandle<()>>> {
    room_for_threads(count)?;
    let all_there = Arc::new(Barrier::new(count + 1));
    let mut handles = Vec::new();
    for _ in 0..count {
        let all_there = Arc::clone(&all_there);
        let body = move || {
            all_there.wait();
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
    Ok(handles)
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn ten_thousand_waits_take_as_long_as_one() {
        let start = Instant::now();
        start_tasks(10_000, Duration::from_hours(1))
            .join_all()
            .await;

        // tokio's timers count in milliseconds.
        let took = start.elapsed();
        assert!(took <= Duration::from_millis(3_600_001), "{took:?}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn more_threads_than_there_is_room_for_are_refused() {
        let refused = start_threads(10_000_000, Duration::ZERO).unwrap_err();
        assert!(refused.to_string().contains("not for 10000000"));
    }
}
