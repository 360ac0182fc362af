//! `getrusage`: what the system has counted for this process, and for the children that it has
//! waited for.

use nix::sys::resource::{Usage, UsageWho, getrusage};
use nix::sys::time::TimeVal;

/// Returns what all children together have used, of those that were waited for.
pub fn children() -> nix::Result<Usage> {
    getrusage(UsageWho::RUSAGE_CHILDREN)
}

/// Returns their CPU time in seconds.
pub fn children_s() -> nix::Result<f64> {
    let usage = children()?;
    let seconds = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    Ok(seconds(usage.user_time()) + seconds(usage.system_time()))
}

/// Returns the most memory at once, in bytes.
pub fn peak(usage: &Usage) -> u64 {
    // Linux counts in KiB, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    u64::try_from(usage.max_rss()).unwrap_or(0) * unit
}

/// Returns that of this process: below it a child's cannot be known.
pub fn own_peak() -> u64 {
    getrusage(UsageWho::RUSAGE_SELF).map_or(0, |usage| peak(&usage))
}
