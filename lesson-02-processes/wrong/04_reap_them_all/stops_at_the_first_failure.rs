//! fails: left a process behind
//!
//! One that failed is no reason to forget the others: their codes are missing, and they are not waited for.

use std::io;
use std::process::Command;

pub fn run_all(commands: Vec<Command>) -> io::Result<Vec<Option<i32>>> {
    let children: Vec<_> = commands
        .into_iter()
        .map(|mut command| command.spawn())
        .collect::<Result<_, _>>()?;
    let mut codes = Vec::new();
    for mut child in children {
        let code = child.wait()?.code();
        codes.push(code);
        if code != Some(0) {
            break;
        }
    }
    Ok(codes)
}
