//! The connections and the threads that the system lets this program have.

use std::{fs, io};

use common::Failure;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Files that are open anyway: the program's own, and those of the runtime.
const OTHER_FILES: u64 = 50;

/// Mappings that are left for the rest of the program.
const OTHER_MAPPINGS: usize = 1_000;

/// Makes room for this many connections by raising the soft limit of open files, which every program may do.
///
/// An error says what to do when the hard limit, which only root may raise, is too low.
pub fn room_for_connections(connections: usize) -> Result<(), Failure> {
    let wanted = u64::try_from(connections)? + OTHER_FILES;
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    if soft >= wanted {
        return Ok(());
    }
    if hard < wanted {
        return Err(Failure::BadInput(format!(
            "{connections} connections need {wanted} open files, and this system allows {hard}. Ask for fewer with \
             `--clients {}`, or raise the hard limit: `LimitNOFILE={wanted}` in a systemd unit, `* hard nofile {wanted}` \
             in /etc/security/limits.conf, `--ulimit nofile={wanted}` for a container",
            hard.saturating_sub(OTHER_FILES)
        )));
    }
    setrlimit(Resource::RLIMIT_NOFILE, wanted, hard)?;
    Ok(())
}

/// Returns an error when the system has no room for this many threads.
///
/// On Linux each thread takes four of a process's mappings (its stack, its signal stack, and what guards them). Where
/// they run out `spawn` may succeed, and the new thread end the program.
pub fn room_for_threads(threads: usize) -> io::Result<()> {
    let mappings = fs::read_to_string("/proc/sys/vm/max_map_count").unwrap_or_default();
    let Ok(mappings) = mappings.trim().parse::<usize>() else {
        return Ok(());
    };
    let room = mappings.saturating_sub(OTHER_MAPPINGS) / 4;
    if room < threads {
        return Err(io::Error::other(format!(
            "this system has room for some {room} threads, not for {threads}"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hard_limit_that_is_too_low_is_explained() {
        assert!(room_for_connections(1).is_ok());
        let why = room_for_connections(1 << 40).unwrap_err().to_string();
        assert!(
            why.contains("--clients") && why.contains("limits.conf"),
            "{why}"
        );
    }
}
