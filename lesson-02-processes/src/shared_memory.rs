//! `shared-memory`: two processes add to one counter.
//!
//! Memory is private until both sides agree otherwise. They map the same file, and from then on its bytes are the memory
//! of both. On Linux the file is a `memfd`, which has no name and lies on no disk. Elsewhere it is a temporary file.

use std::fs::{File, OpenOptions};
use std::io::{self, stdout};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Instant;

use common::process::Child;
use common::{Failure, Outcome, Run, TempDir};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::{info, info_span};

use crate::hire::{self, finish};
use crate::mapping::Mapping;
use crate::wire::{WorkerError, hear, receive, send};

const COUNTER: NonZero<usize> = NonZero::new(8).expect("8 is not 0");

/// What an adder is asked for.
#[derive(Serialize, Deserialize)]
struct Adds {
    times: u64,
    /// The file to map. Without one, each 1 is sent to the parent, who adds.
    memory: Option<PathBuf>,
}

/// An adder's life.
///
/// # Errors
/// When the memory cannot be mapped, or nobody reads its messages.
pub fn worker(_name: &str) -> io::Result<()> {
    let Some(job) = receive(&mut io::stdin().lock(), "the parent").map_err(io::Error::other)?
    else {
        return Ok(());
    };
    let Adds { times, memory } = job;
    if let Some(path) = memory {
        let mapping = Mapping::of(
            &OpenOptions::new().read(true).write(true).open(path)?,
            COUNTER,
        )?;
        let _span = info_span!("add", times).entered();
        for _ in 0..times {
            mapping.counter().fetch_add(1, Ordering::Relaxed);
        }
        return send(&mut stdout().lock(), &times);
    }
    let _span = info_span!("send", times).entered();
    // Each message is a write of its own, as it is when somebody waits for it.
    (0..times).try_for_each(|_| send(&mut stdout().lock(), &1_u64))
}

/// A file that lies in memory only, and a path under which other processes find it. Linux has this.
#[cfg(target_os = "linux")]
fn memory(_folder: &Path) -> io::Result<(File, PathBuf)> {
    use std::os::fd::AsRawFd;
    let file = nix::sys::memfd::memfd_create("counter", nix::sys::memfd::MFdFlags::MFD_CLOEXEC)?;
    let path = format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd());
    Ok((file.into(), path.into()))
}

/// Elsewhere an ordinary file does it.
#[cfg(not(target_os = "linux"))]
fn memory(folder: &Path) -> io::Result<(File, PathBuf)> {
    let path = folder.join("counter");
    Ok((
        OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)?,
        path,
    ))
}

/// The total that two workers come to, and the seconds that it took.
fn two(ways: &str, job: &Adds) -> Result<(u64, f64), Failure> {
    let names = [format!("{ways} 1"), format!("{ways} 2")];
    let mut workers: Vec<Child> = names
        .iter()
        .map(|name| hire::start(name, "adder"))
        .collect::<Result<_, _>>()?;
    let start = Instant::now();
    for worker in &mut workers {
        send(hire::input(worker), job)?;
    }
    let sum = |(mut worker, name): (Child, &String)| -> Result<u64, WorkerError> {
        let mut from = hire::take_output(&mut worker);
        let mut sum = 0;
        while let Some(number) = hear::<u64>(&mut from, name)? {
            sum += number;
            if sum == job.times {
                break;
            }
        }
        finish(worker, name)?;
        Ok(sum)
    };
    let sums: Vec<Result<u64, WorkerError>> = thread::scope(|scope| {
        let sums: Vec<_> = workers
            .into_iter()
            .zip(&names)
            .map(|one| scope.spawn(move || sum(one)))
            .collect();
        sums.into_iter()
            .map(|sum| sum.join().expect("adding does not panic"))
            .collect()
    });
    let sum = sums.into_iter().sum::<Result<u64, WorkerError>>()?;
    Ok((sum, start.elapsed().as_secs_f64()))
}

/// What `cargo run -p lesson-02-processes -- shared-memory` runs.
///
/// # Errors
/// When a worker fails.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let times = run.count("count").get() as u64;
    let folder = TempDir::new("lesson-02-counter")?;
    let (file, path) = memory(folder.path())?;
    file.set_len(COUNTER.get() as u64)?;
    let mapping = Mapping::of(&file, COUNTER)?;
    let (_, memory_s) = two(
        "adder",
        &Adds {
            times,
            memory: Some(path),
        },
    )?;
    let total = mapping.counter().load(Ordering::Relaxed);
    info!("one counter in shared memory: {total} of {}", 2 * times);
    let (sent, pipe_s) = two(
        "sender",
        &Adds {
            times: times.div_ceil(10),
            memory: None,
        },
    )?;
    info!(
        "a tenth of it as messages: {sent} of {}",
        2 * times.div_ceil(10)
    );
    let (add_s, message_s) = (memory_s / total as f64, pipe_s / sent as f64);
    info!(
        "one add: {:.1} ns in shared memory, {:.1} ns as a message",
        add_s * 1e9,
        message_s * 1e9
    );
    Ok(Outcome::new(
        json!({ "total": total, "sent": sent, "add_s": add_s, "message_s": message_s }),
    ))
}
