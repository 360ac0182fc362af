//! The second half of `fork`: a child that becomes another program, and the wait for its end.

use std::ffi::CString;
use std::io::{self, Read};
use std::thread::{self, Builder, JoinHandle};

use nix::libc;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, dup2_stdout, execv, fork};
use serde::{Deserialize, Serialize};
use tracing::{Span, info_span};

/// What a program printed and how it ended.
#[derive(Serialize, Deserialize)]
pub struct Said {
    /// Its standard output.
    pub text: String,
    /// Its exit code.
    pub exit_code: i32,
}

/// Runs a program and collects what it prints: fork, exec, wait. `Command::output` does this, and more carefully.
///
/// # Errors
/// When a system call fails.
pub fn run(program: &str, arguments: &[&str]) -> io::Result<Said> {
    let _span = info_span!("fork, exec, wait", program).entered();
    let (mut listen, tell) = io::pipe()?;
    // Made before the fork: afterwards the child must not allocate.
    let program = CString::new(program)?;
    let arguments: Vec<CString> = arguments
        .iter()
        .map(|text| CString::new(*text))
        .collect::<Result<_, _>>()?;
    let arguments: Vec<&CString> = arguments.iter().collect();
    // SAFETY: the child makes two system calls; the second one replaces it, or it ends.
    let pid = match unsafe { fork() }? {
        ForkResult::Parent { child } => child,
        ForkResult::Child => {
            // From here on what it prints goes into the pipe. The new program keeps that.
            let _ = dup2_stdout(&tell);
            let _ = execv(&program, &arguments);
            // SAFETY: only reached if there is no such program; 127 is what shells say then.
            unsafe { libc::_exit(127) }
        }
    };
    // While the parent has this end open as well, it would wait for itself to close it.
    drop(tell);
    let mut text = String::new();
    listen.read_to_string(&mut text)?;
    Ok(Said {
        text: text.trim_end().to_owned(),
        exit_code: exit_code(Ok(waitpid(pid, None)))?,
    })
}

/// Waits for a child on a thread of its own. A forked child can record nothing, so this thread's lane stands for it: it is
/// there from the fork to the child's end, inside the span that `span` makes.
///
/// # Errors
/// When no thread can be started.
pub fn watch(
    pid: Pid,
    span: impl FnOnce() -> Span + Send + 'static,
) -> io::Result<JoinHandle<nix::Result<WaitStatus>>> {
    Builder::new().name("forked child".into()).spawn(move || {
        let _span = span().entered();
        waitpid(pid, None)
    })
}

/// The exit code that a child ended with.
///
/// # Errors
/// When it was not waited for, or a signal ended it.
pub fn exit_code(ended: thread::Result<nix::Result<WaitStatus>>) -> io::Result<i32> {
    match ended.map_err(|_| io::Error::other("the thread that waited panicked"))?? {
        WaitStatus::Exited(_, code) => Ok(code),
        other => Err(io::Error::other(format!(
            "it did not end by itself: {other:?}"
        ))),
    }
}
