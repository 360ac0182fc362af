//! What the threads of an answer do that has not ended in time: they compute, look again and again, or wait for something.

use std::fs;
use std::time::Duration;

use nix::libc;

/// The threads of this process, by their numbers.
pub(crate) fn threads() -> Vec<u32> {
    threads_of("self")
}

fn threads_of(process: &str) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{process}/task"))
        .into_iter()
        .flatten();
    threads
        .flatten()
        .filter_map(|thread| thread.file_name().to_str()?.parse().ok())
        .collect()
}

/// The time between two looks at a thread.
const WINDOW: Duration = Duration::from_millis(200);

/// Switches within that time from which on a thread looks again and again.
const AGAIN: u64 = 4;

/// The most that is told of.
const MOST: usize = 3;

/// Whether a thread of this process computes all the time.
pub(crate) fn computes(process: u32) -> bool {
    let process = process.to_string();
    let threads = threads_of(&process);
    let look = |thread: &u32| Look::at(&process, *thread);

    let before: Vec<Look> = threads.iter().map(look).collect();
    std::thread::sleep(WINDOW);
    let mut now = threads.iter().map(look).zip(before);

    now.any(|(now, before)| now.is_busy_since(&before))
}

/// Describes what the threads do that are not among `others`, in one sentence each; empty where the system does not say.
pub(crate) fn described(others: &[u32]) -> Vec<String> {
    let mut ours = threads();
    ours.retain(|thread| !others.contains(thread));

    let before: Vec<Look> = ours
        .iter()
        .map(|thread| Look::at("self", *thread))
        .collect();
    std::thread::sleep(WINDOW);
    let mut all: Vec<Doing> = ours
        .iter()
        .zip(before)
        .map(|(thread, before)| Look::at("self", *thread).since(&before, *thread))
        .collect();

    // Threads that wait for other threads say nothing where another one says more.
    all.sort();
    all.dedup();
    if all.len() > 1 {
        all.retain(|doing| *doing != Doing::Waits("for another thread, or for a lock".into()));
    }

    all.iter().take(MOST).filter_map(Doing::told).collect()
}

/// What a thread does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Doing {
    Computes,
    LooksAgain,
    Sleeps,
    Waits(String),
    Unknown,
}

impl Doing {
    fn told(&self) -> Option<String> {
        match self {
            Doing::Computes => Some("it computes all the time: look for an endless loop".into()),
            Doing::LooksAgain => {
                Some("it looks again and again for something that does not come".into())
            }
            Doing::Sleeps => Some("it sleeps for longer than it may".into()),
            Doing::Waits(what) => Some(format!("it waits {what}")),
            Doing::Unknown => None,
        }
    }
}

/// What the system says of a thread at one moment.
struct Look {
    /// Nanoseconds on a core or in line for one.
    busy: u64,
    switches: u64,
    /// The number of the system call that it is in, and what that was given.
    call: Option<(libc::c_long, Vec<u64>)>,
}

impl Look {
    fn at(process: &str, thread: u32) -> Look {
        let read =
            |file: &str| fs::read_to_string(format!("/proc/{process}/task/{thread}/{file}")).ok();
        let times = read("schedstat").unwrap_or_default();
        let busy = times.split_whitespace().take(2).flat_map(str::parse::<u64>);
        let status = read("status").unwrap_or_default();
        let switches = status
            .lines()
            .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));

        Look {
            busy: busy.sum(),
            switches: switches
                .and_then(|count| count.trim().parse().ok())
                .unwrap_or(0),
            call: read("syscall").and_then(|call| call_of(&call)),
        }
    }

    fn is_busy_since(&self, before: &Look) -> bool {
        Duration::from_nanos(self.busy.saturating_sub(before.busy)) > WINDOW / 2
    }

    fn since(&self, before: &Look, thread: u32) -> Doing {
        if self.is_busy_since(before) {
            Doing::Computes
        } else if self.switches.saturating_sub(before.switches) >= AGAIN {
            Doing::LooksAgain
        } else if let Some((libc::SYS_clock_nanosleep | libc::SYS_nanosleep, _)) = self.call {
            Doing::Sleeps
        } else if let Some((call, given)) = &self.call {
            waits(*call, given, thread).map_or(Doing::Unknown, Doing::Waits)
        } else {
            Doing::Unknown
        }
    }
}

/// Reads the number of a call and what it was given; `running` has none.
fn call_of(line: &str) -> Option<(libc::c_long, Vec<u64>)> {
    let mut words = line.split_whitespace();
    let call = words.next()?.parse().ok()?;
    let given = words.map_while(|word| u64::from_str_radix(word.strip_prefix("0x")?, 16).ok());
    Some((call, given.collect()))
}

/// Describes what is waited for in a system call.
fn waits(call: libc::c_long, given: &[u64], thread: u32) -> Option<String> {
    let first = given.first().copied().unwrap_or(0);
    let second = given.get(1).copied().unwrap_or(0);

    let what = match call {
        libc::SYS_wait4 => for_process(first),
        libc::SYS_waitid if first == 1 => for_process(second),
        libc::SYS_waitid if first == 3 => for_process(process_of(second).unwrap_or(u64::MAX)),
        libc::SYS_waitid => for_process(u64::MAX),
        libc::SYS_read | libc::SYS_readv | libc::SYS_recvfrom | libc::SYS_recvmsg => {
            format!("for more to read from {}", file(first))
        }
        libc::SYS_write | libc::SYS_writev | libc::SYS_sendto | libc::SYS_sendmsg => {
            format!("for room to write into {}", file(first))
        }
        libc::SYS_futex => "for another thread, or for a lock".into(),
        libc::SYS_openat => "for another process to open the other end of a named pipe".into(),
        libc::SYS_flock | libc::SYS_fcntl => "for the lock of a file".into(),
        libc::SYS_ppoll | libc::SYS_epoll_pwait | libc::SYS_pselect6 => {
            "for one of several files, or for time to pass".into()
        }
        _ if is_another_poll(call) => "for one of several files, or for time to pass".into(),
        _ => {
            let name = fs::read_to_string(format!("/proc/self/task/{thread}/wchan")).ok()?;
            let name = name.trim();
            let is_known = !name.is_empty() && name != "0";
            return is_known.then(|| format!("in the system ({name})"));
        }
    };

    Some(what)
}

/// Tells the calls that only older machines have.
#[cfg(target_arch = "x86_64")]
fn is_another_poll(call: libc::c_long) -> bool {
    [libc::SYS_poll, libc::SYS_epoll_wait, libc::SYS_select].contains(&call)
}

#[cfg(not(target_arch = "x86_64"))]
fn is_another_poll(_: libc::c_long) -> bool {
    false
}

/// Returns the process that a descriptor stands for.
fn process_of(descriptor: u64) -> Option<u64> {
    let info = fs::read_to_string(format!("/proc/self/fdinfo/{descriptor}")).ok()?;
    let pid = info.lines().find_map(|line| line.strip_prefix("Pid:"))?;
    pid.trim().parse().ok()
}

/// Describes the process that is waited for; a number that is none stands for any.
fn for_process(pid: u64) -> String {
    let pid = u32::try_from(pid)
        .ok()
        .filter(|pid| i32::try_from(*pid).is_ok_and(|pid| pid > 0));
    let Some(pid) = pid else {
        return "for any of its processes to end".to_owned();
    };

    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let name = stat
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'));
    let (name, state) = name.unwrap_or_default();
    let state = match state.trim_start().chars().next() {
        Some('T' | 't') => "is stopped",
        Some('Z' | 'X') | None => "has ended",
        Some(_) => "still runs",
    };

    format!("for process {pid} ({name}) to end, which {state}")
}

/// Describes a file that a descriptor stands for: of a pipe, which process can still write into it or read from it.
fn file(descriptor: u64) -> String {
    let link = |of: &str, descriptor: u64| fs::read_link(format!("/proc/{of}/fd/{descriptor}"));
    let Ok(target) = link("self", descriptor) else {
        return "a file".to_owned();
    };
    let name = target.display().to_string();
    if name.starts_with("socket:") {
        return "a socket".to_owned();
    }
    if !name.starts_with("pipe:") {
        return format!("`{name}`");
    }

    let reads = is_read_only("self", descriptor);
    let is_other_end = |of: &str, other: u64| {
        link(of, other).is_ok_and(|its| its == target) && is_read_only(of, other) != reads
    };
    let does = if reads {
        "write into it"
    } else {
        "read from it"
    };
    let descriptors = |of: &str| -> Vec<u64> {
        let all = fs::read_dir(format!("/proc/{of}/fd")).into_iter().flatten();
        all.flatten()
            .filter_map(|one| one.file_name().to_str()?.parse().ok())
            .collect()
    };

    if descriptors("self")
        .into_iter()
        .any(|other| is_other_end("self", other))
    {
        return format!(
            "a pipe, of which this program itself has the other end open, and could {does}"
        );
    }
    for child in crate::left::children() {
        let of = child.pid.to_string();
        if descriptors(&of)
            .into_iter()
            .any(|other| is_other_end(&of, other))
        {
            return format!("a pipe: process {of} can still {does}");
        }
    }

    "a pipe".to_owned()
}

/// Whether a descriptor is for reading alone.
fn is_read_only(of: &str, descriptor: u64) -> bool {
    let info = fs::read_to_string(format!("/proc/{of}/fdinfo/{descriptor}")).unwrap_or_default();
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
    flags.is_some_and(|flags| flags.trim().ends_with(['0', '4']))
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::process::{Command, Stdio};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
    use std::time::Instant;

    use super::*;

    /// Starts `work` on a thread, waits until this is said of it, and lets it end.
    fn expect(wanted: &str, work: impl FnOnce(&AtomicBool) + Send + 'static) {
        let over = Arc::new(AtomicBool::new(false));
        let others = threads();
        let stop = Arc::clone(&over);
        std::thread::spawn(move || work(&stop));

        let patience = Instant::now() + Duration::from_mins(1);
        loop {
            let said = described(&others);
            if said.iter().any(|sentence| sentence.contains(wanted)) {
                break;
            }
            assert!(Instant::now() < patience, "{said:?}");
        }
        over.store(true, Relaxed);
    }

    #[test]
    fn computing_and_looking_are_told_from_waiting() {
        expect(
            "it computes all the time",
            |over| {
                while !over.load(Relaxed) {}
            },
        );
        expect("it looks again and again", |over| {
            while !over.load(Relaxed) {
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        expect("it sleeps for longer", |_| {
            std::thread::sleep(Duration::from_secs(1000));
        });
        expect("can still write into it", |_| {
            let mut child = Command::new("sleep")
                .arg("20")
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let _ = child.stdout.take().unwrap().read(&mut [0]);
            let _ = child.wait();
        });
        expect("(sleep) to end, which still runs", |_| {
            let _ = Command::new("sleep").arg("20").status();
        });
    }
}
