//! What the system says about a process and about the machine. On other systems than Linux it says nothing.

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

/// The number behind `key` in lines such as `rchar: 17` or `MemFree:  12 kB`.
fn number(text: &str, key: &str) -> Option<u64> {
    text.lines().find_map(|line| {
        line.strip_prefix(key)?
            .split_whitespace()
            .next()?
            .parse()
            .ok()
    })
}

/// What it has moved so far; can still be asked when it has ended, until it is reaped.
pub fn moved(pid: Pid) -> Option<Moved> {
    let text = file(pid, "io")?;
    Some(Moved {
        read: number(&text, "rchar:")?,
        written: number(&text, "wchar:")?,
        from_disk: number(&text, "read_bytes:")?,
    })
}

/// How long its first thread was ready to run and had no core.
pub fn delay(pid: Pid) -> Option<Duration> {
    in_line(&file(pid, "schedstat")?)
}

/// The same of the thread that asks; nothing where the system does not say.
pub fn own_delay() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    in_line(&text).unwrap_or_default()
}

/// `schedstat` is three numbers: time on a core, time in line for one, and how often it had one.
fn in_line(text: &str) -> Option<Duration> {
    text.split_whitespace()
        .nth(1)?
        .parse()
        .ok()
        .map(Duration::from_nanos)
}

/// A child of it that is alive: where a shell waits for a program, the program is of interest.
pub fn child(pid: Pid) -> Option<Pid> {
    let children = file(pid, &format!("task/{pid}/children"))?;
    children
        .split_whitespace()
        .last()?
        .parse()
        .ok()
        .map(Pid::from_raw)
}

/// What it waits for at this moment, if it waits.
pub fn waits_for(pid: Pid) -> Option<String> {
    let place = file(pid, "wchan")?;
    (!place.is_empty() && place != "0").then(|| in_words(&place))
}

/// The function of Linux in which a process sleeps says what it waits for.
fn in_words(place: &str) -> String {
    let known = [
        (&["nanosleep"][..], "a timer"),
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
    let words = known
        .iter()
        .find(|(parts, _)| parts.iter().any(|part| place.contains(part)));
    words.map_or_else(
        || format!("Linux, in {place}"),
        |(_, words)| (*words).to_owned(),
    )
}

/// Bytes of memory that new programs can have without swapping.
pub fn available_memory() -> Option<u64> {
    number(&fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable:").map(|kib| kib * 1024)
}

/// Time of all cores since the start of the machine: idle, and in all. The unit is the kernel's own.
pub fn core_time() -> Option<(u64, u64)> {
    let text = fs::read_to_string("/proc/stat").ok()?;
    let line = text.lines().next()?.strip_prefix("cpu ")?;
    // User, nice, system, idle, waiting for a disk, interrupts. What guests use is in the first ones already.
    let times: Vec<u64> = line
        .split_whitespace()
        .take(8)
        .filter_map(|word| word.parse().ok())
        .collect();
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
