//! The second half of `fork`: a child that becomes another program, and the wait for its end.

use std::ffi::CString;
use std::io::{self, Read};
use std::ptr;

use nix::libc;
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, dup2_stdout, fork};
use serde::{Deserialize, Serialize};
use tracing::info_span;

use crate::support::forked_child::exit_code;

/// A program's standard output and exit code.
#[derive(Serialize, Deserialize)]
pub struct Ran {
    pub text: String,
    pub exit_code: i32,
}

/// Runs a program and collects what it prints: fork, exec, wait. `Command::output` does this, and more carefully.
pub fn run(program: &str, arguments: &[&str]) -> io::Result<Ran> {
    let _span = info_span!("fork, exec, wait", program).entered();
    let (mut output, to_parent) = io::pipe()?;
    // Made before the fork: afterwards the child must not allocate.
    let program = CString::new(program)?;
    let mut texts = Vec::new();
    for argument in arguments {
        texts.push(CString::new(*argument)?);
    }
    let mut pointers: Vec<_> = texts.iter().map(|text| text.as_ptr()).collect();
    pointers.push(ptr::null());

    // SAFETY: the child makes two system calls; the second one replaces it, or it ends.
    let pid = match unsafe { fork() }? {
        ForkResult::Parent { child } => child,
        ForkResult::Child => {
            // From here on what it prints goes into the pipe. The new program keeps that.
            let _ = dup2_stdout(&to_parent);
            // SAFETY: all pointers lead to texts that end with 0, and the last pointer is null.
            unsafe { libc::execv(program.as_ptr(), pointers.as_ptr()) };
            // SAFETY: only reached if there is no such program; 127 is what shells say then.
            unsafe { libc::_exit(127) }
        }
    };
    // While the parent has this end open as well, it would wait for itself to close it.
    drop(to_parent);

    let mut text = String::new();
    output.read_to_string(&mut text)?;
    Ok(Ran {
        text: text.trim_end().to_owned(),
        exit_code: exit_code(waitpid(pid, None)?)?,
    })
}
