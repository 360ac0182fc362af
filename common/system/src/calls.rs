//! System calls that need nothing but their arguments.

use std::ffi::CString;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd};
#[cfg(target_os = "linux")]
use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
#[cfg(target_os = "linux")]
use std::process::Child;

/// Returns the columns and rows of the terminal at standard output, standard error or standard input, the first that is
/// one.
pub fn terminal_size() -> Option<(usize, usize)> {
    [libc::STDOUT_FILENO, libc::STDERR_FILENO, libc::STDIN_FILENO]
        .into_iter()
        .find_map(size)
}

fn size(fd: i32) -> Option<(usize, usize)> {
    let mut size = MaybeUninit::<libc::winsize>::uninit();
    // SAFETY: the call writes a `winsize` to where it is told, and there is room for one.
    let failed = unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, size.as_mut_ptr()) } != 0;
    if failed {
        return None;
    }

    // SAFETY: the call has succeeded, so it has written all of it.
    let size = unsafe { size.assume_init() };
    let has_room = size.ws_col > 0 && size.ws_row > 0;
    has_room.then_some((size.ws_col.into(), size.ws_row.into()))
}

/// Returns the length of a page of memory in bytes. It takes no lock, so that a forked child may call it.
pub fn page_size() -> usize {
    // SAFETY: the call takes a number, and reads nothing else.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).unwrap_or(4096)
}

/// Lets the programs that this process starts from now on have this descriptor as well.
///
/// # Errors
/// When the system refuses.
pub fn leave_open(fd: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: the descriptor is open for as long as it is borrowed, and the call changes nothing but its flag.
    let done = unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_SETFD, 0) };
    if done == -1 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// Makes a named pipe, for this user alone.
///
/// # Errors
/// When the system refuses, or the path has a zero byte.
pub fn make_named_pipe(path: &Path) -> io::Result<()> {
    let path = CString::new(path.as_os_str().as_bytes())?;
    // SAFETY: the path is a string that ends with a zero byte, and lives until the call is over.
    let done = unsafe { libc::mkfifo(path.as_ptr(), libc::S_IRWXU) };
    if done == -1 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// Returns a *pidfd*: a descriptor that stands for a child, and becomes readable when the child ends.
///
/// # Errors
/// When the system refuses, or knows none.
#[cfg(target_os = "linux")]
pub fn pidfd_open(child: &Child) -> io::Result<OwnedFd> {
    // SAFETY: the call takes two numbers. The child is not reaped before its `Child` is gone or waited for, and an id
    // that is not a process any more is refused.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, child.id(), 0) };
    if fd == -1 {
        return Err(io::Error::last_os_error());
    }

    let fd = RawFd::try_from(fd).map_err(io::Error::other)?;
    // SAFETY: the call has just opened it, for this process alone.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Keeps the programs that this process starts from now on out of its open files and its memory: under `/proc` they find
/// those of their parent as little as another user's would. Nothing is kept where the system knows no such files.
///
/// # Errors
/// When the system refuses.
#[cfg(target_os = "linux")]
pub fn keep_children_out() -> io::Result<()> {
    // The right by which root looks into all processes; it is lost to what is started, and not to this process.
    const CAP_SYS_PTRACE: libc::c_ulong = 19;

    // SAFETY: the call takes numbers alone, and changes nothing but an attribute of this process.
    let done = unsafe { libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0) };
    if done == -1 {
        return Err(io::Error::last_os_error());
    }

    // SAFETY: as above. It fails where this user has no such right to lose.
    unsafe { libc::prctl(libc::PR_CAPBSET_DROP, CAP_SYS_PTRACE, 0, 0, 0) };
    Ok(())
}

/// Keeps the programs that this process starts from now on out of its open files and its memory, where the system shows
/// these to others: this one does not.
///
/// # Errors
/// None.
#[cfg(not(target_os = "linux"))]
pub fn keep_children_out() -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsFd;
    use std::os::unix::fs::FileTypeExt;
    use std::process::{Command, Stdio};

    #[test]
    fn a_child_has_what_was_left_open() {
        let (_reader, writer) = io::pipe().expect("there is room for a pipe");
        let script = format!("test -e /dev/fd/{}", writer.as_raw_fd());
        let has_it = || {
            let mut child = Command::new("sh");
            child.args(["-c", &script]).stderr(Stdio::null());
            child.status().expect("there is a shell").success()
        };
        assert!(!has_it());

        leave_open(writer.as_fd()).expect("it is open");
        assert!(has_it());
    }

    #[test]
    fn a_named_pipe_is_made_once() {
        let path = std::env::temp_dir().join(format!("system-pipe-{}", std::process::id()));
        make_named_pipe(&path).expect("the folder is there");
        let again = make_named_pipe(&path).map_err(|error| error.kind());
        let is_pipe = path
            .metadata()
            .is_ok_and(|about| about.file_type().is_fifo());
        let _ = std::fs::remove_file(&path);

        assert!(is_pipe);
        assert_eq!(again, Err(io::ErrorKind::AlreadyExists));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_child_has_a_descriptor_until_it_was_waited_for() {
        let mut child = Command::new("true")
            .spawn()
            .expect("there is such a program");
        assert!(pidfd_open(&child).is_ok());

        child.wait().expect("it ends");
        let gone = pidfd_open(&child).map_err(|error| error.raw_os_error());
        assert_eq!(gone.err(), Some(Some(libc::ESRCH)));
    }

    #[test]
    fn a_page_has_a_power_of_two() {
        assert!(page_size() >= 4096 && page_size().is_power_of_two());
    }

    #[test]
    fn a_file_has_no_size() {
        let file = std::fs::File::open("/dev/null").expect("every system has it");
        assert_eq!(size(file.as_raw_fd()), None);
    }
}
