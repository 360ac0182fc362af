//! The demo `shared-memory`: the counter in shared memory, and for comparison the same by messages.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Instant;

use common::{Demo, Failure, Outcome, Run, TempDir, options};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::info;

use crate::shared_memory::{COUNTER, add, memory, send};
use crate::support::mapping::Mapping;
use crate::support::messages::WorkerError;
use crate::support::serve::{receive_job, send_answer};
use crate::support::worker_process::WorkerProcess;

const ROLE: &str = "adder";
const COUNT: &str = "count";

pub fn demo() -> Demo {
    Demo::new("shared-memory", "two processes add to one counter", run)
        .in_turn()
        .option(options::count(
            COUNT,
            1_000_000_000,
            Some("1000000"),
            "Additions of each process",
        ))
        .worker(ROLE, worker)
}

/// A worker's job.
#[derive(Serialize, Deserialize)]
struct Adds {
    times: u64,
    /// The file to map. Without one, each 1 is sent to the parent, which adds.
    memory: Option<PathBuf>,
}

fn worker(_name: &str) -> io::Result<()> {
    let Some(Adds { times, memory }) = receive_job()? else {
        return Ok(());
    };
    match memory {
        Some(path) => {
            add(&path, times)?;
            send_answer(&times)
        }
        None => send(times),
    }
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let times = run.count(COUNT).get() as u64;
    let folder = TempDir::new("lesson-02-counter")?;
    let (file, path) = memory(folder.path())?;
    let mapping = Mapping::of(&file, COUNTER)?;

    let memory = Some(path);
    let (_, memory_s) = two_workers("adder", &Adds { times, memory })?;
    let total = mapping.counter().load(Ordering::Relaxed);
    info!("one counter in shared memory: {total} of {}", 2 * times);

    let times = times.div_ceil(10);
    let memory = None;
    let (sent, pipe_s) = two_workers("sender", &Adds { times, memory })?;
    info!("a tenth of it as messages: {sent} of {}", 2 * times);

    let add_s = memory_s / total as f64;
    let message_s = pipe_s / sent as f64;
    info!(
        "one add: {:.1} ns in shared memory, {:.1} ns as a message",
        add_s * 1e9,
        message_s * 1e9
    );

    Ok(json!({ "total": total, "sent": sent, "add_s": add_s, "message_s": message_s }).into())
}

/// Returns the sum of what two workers send, and the seconds that it took.
fn two_workers(name: &str, job: &Adds) -> Result<(u64, f64), Failure> {
    let mut workers = Vec::new();
    for number in 1..=2 {
        workers.push(WorkerProcess::start(&format!("{name} {number}"), ROLE)?);
    }

    let start = Instant::now();
    for worker in &mut workers {
        worker.send(job)?;
    }

    let sum = thread::scope(|scope| {
        let threads: Vec<_> = workers
            .into_iter()
            .map(|worker| scope.spawn(|| sum_of(worker, job.times)))
            .collect();
        let mut sum = 0;
        for thread in threads {
            sum += thread.join().expect("adding does not panic")?;
        }
        Ok::<u64, WorkerError>(sum)
    })?;
    Ok((sum, start.elapsed().as_secs_f64()))
}

/// Adds up what a worker sends, up to `total`, and waits for its end.
fn sum_of(mut worker: WorkerProcess, total: u64) -> Result<u64, WorkerError> {
    let mut sum = 0;
    while sum != total
        && let Some(number) = worker.receive::<u64>()?
    {
        sum += number;
    }
    worker.finish()?;
    Ok(sum)
}
