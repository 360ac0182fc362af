//! `shared-memory`: two processes add to one counter.
//!
//! Memory is private until both sides agree otherwise. They map the same file, and from then on its bytes are the memory
//! of both. On Linux the file is a `memfd`, which has no name and lies on no disk. Elsewhere it is a temporary file.

use std::fs::File;
use std::io;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use tracing::info_span;

use crate::support::mapping::Mapping;
use crate::support::serve::send_answer;

/// The length of the memory: a counter of 8 bytes.
pub const COUNTER: NonZero<usize> = NonZero::new(8).expect("8 is not 0");

/// Makes a file that lies in memory only, and returns a path under which other processes find it.
#[cfg(target_os = "linux")]
pub fn memory(_folder: &Path) -> io::Result<(File, PathBuf)> {
    use std::os::fd::AsRawFd;

    use nix::sys::memfd::{MFdFlags, memfd_create};

    let file = File::from(memfd_create("counter", MFdFlags::MFD_CLOEXEC)?);
    file.set_len(COUNTER.get() as u64)?;

    let path = format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd());
    Ok((file, path.into()))
}

/// Makes an ordinary file.
#[cfg(not(target_os = "linux"))]
pub fn memory(folder: &Path) -> io::Result<(File, PathBuf)> {
    let path = folder.join("counter");
    let mut options = std::fs::OpenOptions::new();
    let options = options.read(true).write(true).create(true).truncate(true);
    let file = options.open(&path)?;
    file.set_len(COUNTER.get() as u64)?;
    Ok((file, path))
}

/// Adds 1 to the counter, `times` times.
pub fn add(memory: &Path, times: u64) -> io::Result<()> {
    let mapping = Mapping::open(memory, COUNTER)?;
    let _span = info_span!("add", times).entered();
    for _ in 0..times {
        mapping.counter().fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

/// Sends 1 to the parent, `times` times, for the parent to add.
pub fn send(times: u64) -> io::Result<()> {
    let _span = info_span!("send", times).entered();
    for _ in 0..times {
        // A write of its own, as it is when the other side waits for it.
        send_answer(&1_u64)?;
    }
    Ok(())
}
