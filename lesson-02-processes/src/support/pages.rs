//! The pages of a process's memory, as the kernel counts them.

use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
pub use system::page_size;

/// A count of pages, by whether another process has them as well.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct PageCount {
    pub shared: usize,
    pub private: usize,
}

impl PageCount {
    /// Counts the pages of `memory` in a process that has it at the same addresses as this one.
    ///
    /// Each page has an entry of 8 bytes in `/proc/PID/pagemap`. Its bit 56 is set if no other process has the page.
    #[cfg(target_os = "linux")]
    pub fn of(pid: Pid, memory: &[u8]) -> Option<PageCount> {
        use std::os::unix::fs::FileExt;

        let pages = memory.len() / page_size();
        let first = memory.as_ptr().addr() / page_size();
        let pagemap = std::fs::File::open(format!("/proc/{pid}/pagemap")).ok()?;
        let mut entries = vec![0; pages * 8];
        pagemap.read_exact_at(&mut entries, first as u64 * 8).ok()?;

        let private = entries
            .chunks_exact(8)
            .filter(|entry| entry[7] & 1 == 1)
            .count();
        Some(PageCount {
            shared: pages - private,
            private,
        })
    }

    /// Returns nothing: only Linux tells this of single pages.
    #[cfg(not(target_os = "linux"))]
    pub fn of(_: Pid, _: &[u8]) -> Option<PageCount> {
        None
    }
}
