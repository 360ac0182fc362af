//! `pipeline`: a file goes through three stages, read, compute and write, all at work at the same
//! time on different blocks. The slowest stage decides how long it takes.

// Long because the three stages and what joins them are one picture.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use tracing::info_span;

use crate::support::compute::smooth;

/// The bytes of a block.
pub const BLOCK: usize = 256 << 10;
/// The blocks that may wait between two stages.
const ROOM: usize = 4;

/// A block's place in the file, counted from 0, and its bytes.
type Block = (u64, Vec<u8>);
/// Several threads share a receiver: one waits in it, the others for the lock.
type Blocks = Arc<Mutex<Receiver<Block>>>;

fn next(blocks: &Blocks) -> Option<Block> {
    blocks.lock().ok()?.recv().ok()
}

fn read(from: &File, raw: &SyncSender<Block>) -> io::Result<()> {
    for number in 0.. {
        let mut block = Vec::with_capacity(BLOCK);
        info_span!("read").in_scope(|| from.take(BLOCK as u64).read_to_end(&mut block))?;
        // With both channels full, `send` waits: reading goes on as fast as writing.
        if block.is_empty() || raw.send((number, block)).is_err() {
            break;
        }
    }
    Ok(())
}

fn compute(thread: usize, raw: &Blocks, smoothed: &SyncSender<Block>) {
    while let Some((number, block)) = next(raw) {
        let block = info_span!("compute", thread).in_scope(|| smooth(&block));
        if smoothed.send((number, block)).is_err() {
            break;
        }
    }
}

fn write(thread: usize, smoothed: &Blocks, to: &File) -> io::Result<()> {
    while let Some((number, block)) = next(smoothed) {
        // At its place: blocks may come in any order.
        let place = number * BLOCK as u64;
        info_span!("write", thread).in_scope(|| to.write_all_at(&block, place))?;
    }
    Ok(())
}

/// Smooths all of `from` into `to`: one thread reads, `computing` compute, `writing` write.
pub fn smooth_file(from: &Path, to: &Path, computing: usize, writing: usize) -> io::Result<()> {
    let from = File::open(from)?;
    let to = &File::create(to)?;
    let (send_raw, raw) = sync_channel(ROOM);
    let (send_smoothed, smoothed) = sync_channel(ROOM);
    let raw: Blocks = Arc::new(Mutex::new(raw));
    let smoothed: Blocks = Arc::new(Mutex::new(smoothed));

    thread::scope(|scope| {
        let mut can_fail = vec![scope.spawn(move || read(&from, &send_raw))];
        for thread in 1..=computing {
            let raw = Arc::clone(&raw);
            let sender = send_smoothed.clone();
            scope.spawn(move || compute(thread, &raw, &sender));
        }
        for thread in 1..=writing {
            let smoothed = Arc::clone(&smoothed);
            can_fail.push(scope.spawn(move || write(thread, &smoothed, to)));
        }
        // Now only the threads have ends of the channels. With the last thread of a stage its ends
        // are gone, and its neighbours notice: the stage after it that all blocks have come, the
        // one before it that no more are wanted.
        drop((send_smoothed, raw, smoothed));

        for thread in can_fail {
            thread.join().expect("no stage panics")?;
        }
        Ok(())
    })
}
