//! The way in which a process ended.

use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use nix::sys::signal::Signal;

/// The way in which a process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with this exit code.
    Exited(i32),
    /// By the signal of this number.
    Killed(i32),
}

impl From<ExitStatus> for Exit {
    fn from(status: ExitStatus) -> Exit {
        match (status.code(), status.signal()) {
            (Some(code), _) => Exit::Exited(code),
            (None, signal) => Exit::Killed(signal.unwrap_or_default()),
        }
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Exit::Exited(code) => write!(f, "ended with exit code {code}"),
            Exit::Killed(number) => match Signal::try_from(*number) {
                Ok(signal) => write!(f, "was killed by signal {number} ({signal})"),
                Err(_) => write!(f, "was killed by signal {number}"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn an_exit_code_and_a_signal_are_told_apart() {
        let exit = |script: &str| {
            let status = Command::new("sh").args(["-c", script]).status();
            Exit::from(status.unwrap())
        };

        assert_eq!(exit("exit 3").to_string(), "ended with exit code 3");
        assert_eq!(
            exit("kill -9 $$").to_string(),
            "was killed by signal 9 (SIGKILL)"
        );
    }
}
