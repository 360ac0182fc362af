//! This program, started again as a worker with a role of its own: for pools whose tasks are not those of `chunks`.

use std::process::Command;

/// The command that starts the worker of this name, for `worker_command`. `main.rs` says what it does in this role.
pub fn again(role: &'static str) -> impl Fn(&str) -> Command {
    move |name| {
        // Where it cannot be found out, starting the worker fails, and the error shows this.
        let program = std::env::current_exe().unwrap_or_else(|error| error.to_string().into());
        let mut command = Command::new(program);
        command.args(["worker", name, role]);
        command
    }
}
