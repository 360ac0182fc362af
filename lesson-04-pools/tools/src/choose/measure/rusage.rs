//! `getrusage`: what the system has counted for this process, and for the children that it has
//! waited for.

use std::ffi::c_long;
#[cfg(target_os = "linux")]
use std::{mem::MaybeUninit, ptr};

use nix::sys::resource::{Usage, UsageWho, getrusage};
use nix::sys::time::TimeVal;
use nix::unistd::Pid;

use super::procfs::own_status;

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

/// Returns the most memory that children had at once, in bytes: those that were waited for, also
/// by the program that became this one with `exec`.
pub fn peak_of_children() -> nix::Result<u64> {
    children().map(|usage| in_bytes(usage.max_rss()))
}

/// Returns the most memory that this process had at once, in bytes: a child begins with that
/// figure, and below it a child's cannot be known.
pub fn own_peak() -> u64 {
    // What this process had before its `exec` counts for `getrusage`, and not for a child.
    own_status("VmHWM:").unwrap_or_else(|| {
        getrusage(UsageWho::RUSAGE_SELF).map_or(0, |usage| in_bytes(usage.max_rss()))
    })
}

fn in_bytes(max_rss: c_long) -> u64 {
    // Linux counts in KiB, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    u64::try_from(max_rss).unwrap_or(0) * unit
}

/// Waits for a child's end, and returns the most memory that it or a child of it had at once.
///
/// It is not reaped: until then the system knows all about it. And it is asked for this child's
/// figure, since that of all children is the largest which there ever was: `cargo run` becomes this
/// program, and a compiler may have been its child.
#[cfg(target_os = "linux")]
pub fn peak_at_end(child: Pid) -> Option<u64> {
    use nix::errno::Errno;
    use nix::libc::{self, P_PID, SYS_waitid, WEXITED, WNOWAIT, rusage, siginfo_t};

    let mut usage = MaybeUninit::<rusage>::zeroed();
    let ended = loop {
        let no_siginfo = ptr::null_mut::<siginfo_t>();
        // SAFETY: the system call writes to `usage` alone, which lives longer and has the type that
        // it expects; it may be given no place for a `siginfo_t`. The C library's `waitid` has no
        // fifth argument.
        let ended = unsafe {
            let (which, how) = (P_PID, WEXITED | WNOWAIT);
            libc::syscall(
                SYS_waitid,
                which,
                child.as_raw(),
                no_siginfo,
                how,
                usage.as_mut_ptr(),
            )
        };
        if ended == 0 || Errno::last() != Errno::EINTR {
            break ended;
        }
    };

    // SAFETY: a `rusage` consists of numbers, for which zeros are valid.
    let usage = unsafe { usage.assume_init() };
    (ended == 0).then(|| in_bytes(usage.ru_maxrss))
}

/// Returns nothing, at once: elsewhere the system call has no such argument.
#[cfg(not(target_os = "linux"))]
pub fn peak_at_end(_child: Pid) -> Option<u64> {
    None
}
