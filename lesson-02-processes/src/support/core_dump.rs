//! Crashes on purpose leave no picture of the memory on the disk.

use std::io;

use nix::sys::resource::{Resource, setrlimit};

/// Switches core dumps off for this process.
pub fn no_core_dump() -> io::Result<()> {
    Ok(setrlimit(Resource::RLIMIT_CORE, 0, 0)?)
}
