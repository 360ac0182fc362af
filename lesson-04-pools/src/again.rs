//! This program, started again as a worker with a role of its own: one whose work is not that of `chunks`.

use std::process::Command;

/// Gives the command that starts a worker, by its name: for `worker_command`, or to be started by hand. `main.rs` says
/// what a worker does in this role.
pub fn again(role: &'static str) -> impl Fn(&str) -> Command {
    move |name| {
        // Where it cannot be found out, starting the worker fails, and the error shows this.
        let program = std::env::current_exe().unwrap_or_else(|error| error.to_string().into());
        let mut command = Command::new(program);
        command.args(["worker", name, role]);
        command
    }
}
