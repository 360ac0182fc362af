//! How many files, and so how many connections, the system lets this program have open.

use common::Failure;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Files that are open anyway: the program's own, and those of the runtime.
const OTHERS: u64 = 50;

/// Makes room for this many connections by raising the soft limit of open files, which every program may do.
///
/// # Errors
/// When the hard limit, which only root may raise, is too low: what to do then.
pub fn room_for(connections: usize) -> Result<(), Failure> {
    let wanted = u64::try_from(connections)? + OTHERS;
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    if soft >= wanted {
        return Ok(());
    }
    if hard < wanted {
        return Err(Failure::BadInput(format!(
            "{connections} connections need {wanted} open files, and this system allows {hard}. Ask for fewer with \
             `--clients {}`, or raise the hard limit: `LimitNOFILE={wanted}` in a systemd unit, `* hard nofile {wanted}` \
             in /etc/security/limits.conf, `--ulimit nofile={wanted}` for a container",
            hard.saturating_sub(OTHERS)
        )));
    }
    setrlimit(Resource::RLIMIT_NOFILE, wanted, hard)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hard_limit_that_is_too_low_is_explained() {
        assert!(room_for(1).is_ok());
        let why = room_for(1 << 40).unwrap_err().to_string();
        assert!(
            why.contains("--clients") && why.contains("limits.conf"),
            "{why}"
        );
    }
}
