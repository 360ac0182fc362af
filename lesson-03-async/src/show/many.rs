//! The demo `many`.

use std::io;
use std::time::{Duration, Instant};

use common::options::count;
use common::{Demo, Failure, Outcome, Run};
use serde_json::{Value, json};
use tokio::runtime::Builder;
use tokio::task::yield_now;
use tracing::{info, info_span};

use crate::many::{start_tasks, start_threads};
use crate::support::block_on::block_on;
use crate::support::memory::{bytes_each, in_words, resident};

pub fn demo() -> Demo {
    Demo::new("many", "ten thousand waits on one thread", run)
        .in_turn()
        .option(count("tasks", 1_000_000, Some("10000"), "Tasks that wait"))
        .option(count("threads", 30_000, Some("1000"), "Threads that wait"))
}

/// The price of waiting.
struct Cost {
    count: usize,
    /// From the first start to the last end.
    wall: Duration,
    /// Memory for each, where it is known.
    bytes_each: Option<u64>,
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let wait = run.pace.seconds(0.1);
    let tasks = run.count("tasks").get();
    let threads = run.count("threads").get();
    let runtime = Builder::new_current_thread().enable_time().build()?;

    // No row for each of them: ten thousand rows show nothing.
    let of_tasks = info_span!("tasks").in_scope(|| block_on(&runtime, cost_of_tasks(tasks, wait)));
    let of_threads = info_span!("threads").in_scope(|| cost_of_threads(threads, wait))?;

    of_tasks.log("tasks");
    of_threads.log("threads");
    let results = json!({
        "wait_s": wait.as_secs_f64(),
        "tasks": of_tasks.to_json(),
        "threads": of_threads.to_json(),
    });
    Ok(results.into())
}

async fn cost_of_tasks(count: usize, wait: Duration) -> Cost {
    let start = Instant::now();
    let before = resident();
    let tasks = start_tasks(count, wait);
    // Each of them runs for the first time: now all are waiting.
    yield_now().await;
    let waiting = resident();
    tasks.join_all().await;

    Cost {
        count,
        wall: start.elapsed(),
        bytes_each: bytes_each(before, waiting, count),
    }
}

fn cost_of_threads(count: usize, wait: Duration) -> io::Result<Cost> {
    let start = Instant::now();
    let before = resident();
    let threads = start_threads(count, wait)?;
    let waiting = resident();
    for thread in threads {
        thread.join().expect("waiting does not panic");
    }

    Ok(Cost {
        count,
        wall: start.elapsed(),
        bytes_each: bytes_each(before, waiting, count),
    })
}

impl Cost {
    fn log(&self, what: &str) {
        let count = self.count;
        let wall_ms = self.wall.as_secs_f64() * 1e3;
        let memory = in_words(self.bytes_each);
        info!("{count} {what}: {wall_ms:.1} ms, {memory} each");
    }

    fn to_json(&self) -> Value {
        json!({
            "count": self.count,
            "wall_s": self.wall.as_secs_f64(),
            "bytes_each": self.bytes_each,
        })
    }
}
