//! This program, started again as a worker process with a role of its own.

use std::process::Command;

/// Returns the command that starts a worker in this role, by its name: for `worker_command`, or to
/// be started by hand.
///
/// The demo's `worker(role, …)` in `show/` says what a worker in this role does.
pub fn reexec(role: &'static str) -> impl Fn(&str) -> Command {
    move |name| {
        // Where it cannot be found out, starting the worker fails, and the error shows this.
        let program = std::env::current_exe().unwrap_or_else(|error| error.to_string().into());
        let mut command = Command::new(program);
        command.args(["worker", name, role]);
        command
    }
}
