//! `pipeline`: a file goes through three stages, read, compute and write, all at work at the same time on different
//! blocks. Between the stages are channels that hold a few blocks. The slowest stage decides how long it takes.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, Scope, ScopedJoinHandle};

use common::measure::{seconds, timed};
use common::{Failure, Outcome, Run, TempDir};
use serde_json::json;
use tracing::{info, info_span};

use crate::support::compute::{signal, smooth};

/// Bytes of a block.
pub const BLOCK: usize = 256 << 10;
/// Blocks that may wait between two stages.
const ROOM: usize = 4;

/// A block's place in the file, counted from 0, and its bytes.
type Block = (u64, Vec<u8>);
type Threads<'scope> = Vec<ScopedJoinHandle<'scope, io::Result<()>>>;

/// The next block that has come. `None` when no more will come.
fn next(blocks: &Mutex<Receiver<Block>>) -> Option<Block> {
    // Several threads share a receiver: one waits in it, the others for the lock.
    blocks
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .recv()
        .ok()
}

/// Starts the threads of a stage.
fn stage<'scope>(
    scope: &'scope Scope<'scope, '_>,
    threads: &mut Threads<'scope>,
    (name, count): (&str, usize),
    work: impl Fn() -> io::Result<()> + Clone + Send + 'scope,
) -> io::Result<()> {
    for number in 1..=count {
        threads.push(
            Builder::new()
                .name(format!("{name}-{number}"))
                .spawn_scoped(scope, work.clone())?,
        );
    }
    Ok(())
}

/// Smooths all of `from` into `to`, with one thread that reads and so many that compute and that write.
///
/// # Errors
/// When a file cannot be read or written, or the system has no room for the threads.
///
/// # Panics
/// When a stage panicked.
pub fn smooth_file(from: &Path, to: &Path, computing: usize, writing: usize) -> io::Result<()> {
    let (from, to) = (File::open(from)?, &File::create(to)?);
    let ((raw, to_compute), (smoothed, to_write)) = (sync_channel(ROOM), sync_channel(ROOM));
    let (to_compute, to_write) = (
        Arc::new(Mutex::new(to_compute)),
        Arc::new(Mutex::new(to_write)),
    );
    std::thread::scope(|scope| {
        let mut threads = Vec::new();
        // Each stage owns its ends of the channels. When its last thread is gone, so are they, and its neighbours
        // notice: the stage after it that all blocks have come, the one before it that nobody wants any more.
        stage(scope, &mut threads, ("write", writing), move || {
            while let Some((number, block)) = next(&to_write) {
                // At its place: blocks may come in any order.
                info_span!("write").in_scope(|| to.write_all_at(&block, number * BLOCK as u64))?;
            }
            Ok(())
        })?;
        stage(scope, &mut threads, ("compute", computing), move || {
            while let Some((number, block)) = next(&to_compute) {
                let block = info_span!("compute").in_scope(|| smooth(&block));
                if smoothed.send((number, block)).is_err() {
                    break;
                }
            }
            Ok(())
        })?;
        threads.push(
            Builder::new()
                .name("read".into())
                .spawn_scoped(scope, move || {
                    for number in 0.. {
                        let mut block = Vec::with_capacity(BLOCK);
                        info_span!("read")
                            .in_scope(|| (&from).take(BLOCK as u64).read_to_end(&mut block))?;
                        // With both channels full, `send` waits: reading goes on as fast as writing.
                        if block.is_empty() || raw.send((number, block)).is_err() {
                            break;
                        }
                    }
                    Ok(())
                })?,
        );
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().expect("no stage panics"))
    })
}

/// What `cargo run -p lesson-04-pools -- pipeline` runs.
///
/// # Errors
/// When a file cannot be had, or the runs differ in what they wrote.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (mib, workers) = (run.count("mib").get(), run.count("workers").get());
    let folder = TempDir::new("lesson-04-pipeline")?;
    let (from, to) = (folder.path().join("signal"), folder.path().join("smoothed"));
    fs::write(&from, signal(mib << 20))?;
    let (whole, alone) = timed(|| -> io::Result<Vec<u8>> {
        let smoothed: Vec<Vec<u8>> = fs::read(&from)?.chunks(BLOCK).map(smooth).collect();
        let smoothed = smoothed.concat();
        fs::write(&to, &smoothed)?;
        Ok(smoothed)
    });
    let (whole, alone) = (whole?, alone.wall.as_secs_f64());
    info!("one after the other: {mib} MiB in {}", seconds(alone));
    let mut table = Vec::new();
    for (computing, writing) in [(1, 1), (1, workers), (workers, 1)] {
        let (done, used) = timed(|| smooth_file(&from, &to, computing, writing));
        done?;
        if fs::read(&to)? != whole {
            return Err(Failure::Failed("the pipeline wrote something else".into()));
        }
        let wall = used.wall.as_secs_f64();
        let times = alone / wall;
        info!(
            "{computing} computing, {writing} writing: {}, {times:.2} times as fast",
            seconds(wall)
        );
        table.push(json!({ "computing": computing, "writing": writing, "seconds": wall }));
    }
    Ok(Outcome::new(
        json!({ "mib": mib, "alone_s": alone, "table": table }),
    ))
}
