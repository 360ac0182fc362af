//! `progress`: one thread copies a file, the other keeps the person in front of it informed.
//!
//! The worker adds what it has copied to an atomic number, and `main` looks at that number ten times a second. Neither
//! waits for the other. The file is real, and so is its checksum; only the disk is made slower than it is. Ctrl-C
//! raises a flag: a thread cannot be stopped from outside, so the worker looks at it after every block.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use common::Pace;
use hmac_sha256::Hash;
use tracing::info_span;

pub const MIB: usize = 1 << 20;

/// The state that both threads share.
#[derive(Debug, Default)]
pub struct Progress {
    /// Bytes copied so far.
    pub done: AtomicU64,
    /// The wish that the copy ends early.
    pub stop: AtomicBool,
}

/// Copies a file and returns the SHA-256 of what it copied. `None` if it was told to stop.
pub fn copy(
    from: &Path,
    to: &Path,
    progress: &Progress,
    pace: Pace,
) -> io::Result<Option<[u8; 32]>> {
    let mut from = File::open(from)?;
    let mut to = File::create(to)?;
    let mut block = vec![0; MIB];
    let mut hash = Hash::new();

    loop {
        let length = from.read(&mut block)?;
        if length == 0 {
            return Ok(Some(hash.finalize()));
        }
        hash.update(&block[..length]);
        to.write_all(&block[..length])?;
        thread::sleep(pace.seconds(0.02)); // as an old disk would

        // Only the number matters: no thread reads anything else because of it.
        progress.done.fetch_add(length as u64, Ordering::Relaxed);
        if progress.stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
    }
}

/// Copies on a thread of its own, and meanwhile calls `show` with the bytes copied so far.
pub fn copy_and_show(
    from: &Path,
    to: &Path,
    progress: &Progress,
    pace: Pace,
    mut show: impl FnMut(u64),
) -> io::Result<Option<[u8; 32]>> {
    thread::scope(|scope| {
        let worker = scope.spawn(|| {
            let _span = info_span!("worker").entered();
            copy(from, to, progress, pace)
        });

        while !worker.is_finished() {
            show(progress.done.load(Ordering::Relaxed));
            thread::sleep(pace.seconds(0.1).min(Duration::from_millis(100)));
        }
        show(progress.done.load(Ordering::Relaxed));

        worker.join().expect("copying does not panic")
    })
}
