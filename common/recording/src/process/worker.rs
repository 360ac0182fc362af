//! The first steps of a worker process: recording for its parent, and ending with it.

use std::fs::OpenOptions;
use std::io;
use std::os::fd::AsFd;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::child::{GRACE, TRACE_FD};
use crate::lock::lock;
use crate::trace;

/// The exit code of a worker that was still busy when it was ended.
const CUT_OFF: i32 = 3;

/// Sends the records to the parent that asked for them, and ends this process with the parent.
pub fn begin_as_child() {
    let told = std::env::var(TRACE_FD).ok();
    if let Some(fd) = told.and_then(|fd| fd.parse::<i32>().ok()) {
        // Opened anew through its name, which needs no `unsafe`.
        if let Ok(pipe) = OpenOptions::new().write(true).open(format!("/dev/fd/{fd}")) {
            // The inherited number must not reach grandchildren.
            let _ = nix::unistd::close(fd);
            trace::install_in_child(pipe);
        }
    }

    // Without a thread to spare it works on: it reads the end of its input as well.
    let _ = end_with_parent();
}

/// Makes this worker process end with its parent, even in the middle of a task.
///
/// The parent holds the other end of the worker's standard input; however it dies, the system closes
/// it. A thread waits for that: one, however often this is called.
///
/// # Errors
/// Returns the system's error if standard input or a thread cannot be had.
pub fn end_with_parent() -> io::Result<()> {
    static WATCHED: Mutex<bool> = Mutex::new(false);
    let mut watched = lock(&WATCHED);

    if *watched {
        return Ok(());
    }

    // Taken now: a worker may put something else in the place of its standard input.
    let stdin = io::stdin().as_fd().try_clone_to_owned()?;
    let watch = move || {
        wait_for_hang_up(&stdin);
        // The worker reads the end of file as well. If it is still busy then, it is cut off.
        thread::sleep(GRACE);
        std::process::exit(CUT_OFF);
    };
    let builder = thread::Builder::new().name("parent-watch".into());

    builder.spawn(watch)?;
    *watched = true;
    Ok(())
}

/// Waits until the other end of a pipe is closed.
fn wait_for_hang_up(pipe: &impl AsFd) {
    let mut fds = [PollFd::new(pipe.as_fd(), PollFlags::POLLHUP)];
    loop {
        let _ = poll(&mut fds, PollTimeout::NONE);
        let events = fds[0].revents();
        if events.is_some_and(|events| events.contains(PollFlags::POLLHUP)) {
            return;
        }
        // macOS may wake us for unread bytes: look again later.
        thread::sleep(Duration::from_millis(50));
    }
}
