//! Reap them all: start several programs at once, and leave nothing behind.
//!
//! `Child` does nothing when it is dropped: neither the end of the program nor the wait for it comes by itself. So every
//! way out of the function has to pass through `wait`.

//? Two passes: one that starts, one that waits. What happens in the first pass when the third command cannot be started,
//?   and `?` leaves the function?
//? Match on the result of `spawn`. In its `Err`, go through the children that you have so far: `kill`, then `wait`.
//? `for mut command in commands { match command.spawn() { Ok(child) => children.push(child), Err(why) => { for child in
//?   &mut children { let _ = child.kill(); let _ = child.wait(); } return Err(why); } } }`

use std::io;
use std::process::{Child, Command};

/// Runs all commands at the same time; their exit codes.
pub fn run_all(commands: Vec<Command>) -> io::Result<Vec<Option<i32>>> {
    let mut children: Vec<Child> = Vec::new();
    for mut command in commands {
        match command.spawn() {
            Ok(child) => children.push(child),
            Err(why) => {
                for child in &mut children {
                    // What has ended already cannot be killed, and that is fine.
                    let _ = child.kill();
                    let _ = child.wait();
                }
                return Err(why);
            }
        }
    }
    // All are waited for, also behind one that cannot be.
    let statuses: Vec<_> = children.iter_mut().map(Child::wait).collect();
    statuses
        .into_iter()
        .map(|status| Ok(status?.code()))
        .collect()
}
