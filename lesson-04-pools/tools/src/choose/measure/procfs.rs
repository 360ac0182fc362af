//! `/proc`: what the system says about a process and about the machine. On other systems than Linux
//! it says nothing.

use std::fs;
use std::time::Duration;

use nix::unistd::Pid;

/// Bytes that a process and the children it waited for have moved.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moved {
    /// Read through the system: files, pipes, and what was in memory already.
    pub read: u64,
    /// Written through the system.
    pub written: u64,
    /// Read from a disk.
    pub from_disk: u64,
}

fn file(pid: Pid, name: &str) -> Option<String> {
    fs::read_to_string(format!("/proc/{pid}/{name}")).ok()
}

/// Finds the number behind `key` in lines such as `rchar: 17` or `MemFree:  12 kB`.
fn number(text: &str, key: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(key))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// Returns the bytes that it has moved so far. Can still be asked when it has ended, until it is
/// reaped.
pub fn moved(pid: Pid) -> Option<Moved> {
    let text = file(pid, "io")?;
    Some(Moved {
        read: number(&text, "rchar:")?,
        written: number(&text, "wchar:")?,
        from_disk: number(&text, "read_bytes:")?,
    })
}

/// Returns the time in which its first thread was ready to run and had no core.
pub fn delay(pid: Pid) -> Option<Duration> {
    in_line(&file(pid, "schedstat")?)
}

/// Returns the same of the calling thread; nothing where the system does not say.
pub fn own_delay() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    in_line(&text).unwrap_or_default()
}

/// Reads `schedstat`: time on a core, time in line for one, and how often it had one.
fn in_line(text: &str) -> Option<Duration> {
    let word = text.split_whitespace().nth(1)?;
    word.parse().ok().map(Duration::from_nanos)
}

/// Returns a child of it that is alive: where a shell waits for a program, the program is of
/// interest.
pub fn child(pid: Pid) -> Option<Pid> {
    let children = file(pid, &format!("task/{pid}/children"))?;
    let last = children.split_whitespace().last()?;
    last.parse().ok().map(Pid::from_raw)
}

/// Returns what it waits for at this moment, if it waits.
pub fn waits_for(pid: Pid) -> Option<String> {
    let place = file(pid, "wchan")?;
    (!place.is_empty() && place != "0").then(|| in_words(&place))
}

/// Parts of names of Linux' functions, and what a process waits for that sleeps in one of these.
const PLACES: [(&[&str], &str); 9] = [
    (&["nanosleep"], "a timer"),
    (&["flock", "locks_lock", "posix_lock"], "a file's lock"),
    (&["futex"], "a lock, or another thread"),
    (&["pipe"], "a pipe"),
    (&["sk_", "tcp", "inet", "unix_", "sock", "skb"], "a socket"),
    (&["poll", "select"], "one of several things (poll)"),
    (
        &[
            "folio",
            "page",
            "io_schedule",
            "blk",
            "ext4",
            "xfs",
            "btrfs",
            "jbd2",
            "fsync",
            "bio",
        ],
        "a disk",
    ),
    (&["do_wait", "waitid"], "a child process"),
    (&["vfork", "exec"], "a program to start"),
];

fn in_words(place: &str) -> String {
    let is_there = |parts: &[&str]| parts.iter().any(|part| place.contains(part));
    match PLACES.iter().find(|(parts, _)| is_there(parts)) {
        Some((_, words)) => (*words).to_owned(),
        None => format!("Linux, in {place}"),
    }
}

/// Returns the bytes of memory that new programs can have without swapping.
pub fn available_memory() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    number(&text, "MemAvailable:").map(|kib| kib * 1024)
}

/// Returns a figure in kB of this process's `status`, in bytes.
pub fn own_status(key: &str) -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    number(&text, key).map(|kib| kib * 1024)
}

/// Returns the time of all cores since the start of the machine: idle, and in all. The unit is the
/// kernel's own.
pub fn core_time() -> Option<(u64, u64)> {
    let text = fs::read_to_string("/proc/stat").ok()?;
    let line = text.lines().next()?.strip_prefix("cpu ")?;
    // User, nice, system, idle, waiting for a disk, interrupts. The time of guests is in the first.
    let words = line.split_whitespace().take(8);
    let times: Vec<u64> = words.filter_map(|word| word.parse().ok()).collect();
    Some((times.get(3)? + times.get(4)?, times.iter().sum()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_behind_their_keys() {
        assert_eq!(number("rchar: 17\nread_bytes: 4\n", "read_bytes:"), Some(4));
        assert_eq!(number("MemAvailable:   12 kB\n", "MemAvailable:"), Some(12));
        assert_eq!(number("nothing\n", "rchar:"), None);
    }

    #[test]
    fn places_have_words() {
        assert_eq!(in_words("hrtimer_nanosleep"), "a timer");
        assert_eq!(in_words("folio_wait_bit_common"), "a disk");
        assert_eq!(in_words("do_wait"), "a child process");
        assert_eq!(in_words("something_new"), "Linux, in something_new");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_is_known() {
        assert!(moved(Pid::this()).is_some_and(|moved| moved.read > 0));
        assert!(
            delay(Pid::this()).is_some() && available_memory().is_some() && core_time().is_some()
        );
    }
}
