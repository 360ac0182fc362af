//! A look at every thread of some processes, as `/proc` shows them.

use std::collections::HashMap;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use crate::trace::clock;

/// The most threads that are looked at: a thousand would cost a tenth of a core.
const MOST_THREADS: usize = 256;
/// The longest time that reading one file takes, on a core.
pub(super) const LONGEST_LOOK_NS: u64 = 100_000;
/// The most times that a look which took longer is tried again.
const MOST_TRIES: u32 = 3;

/// The state of a thread at the moment of a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// `CLOCK_MONOTONIC`, ns.
    pub(super) t_ns: u64,
    /// The time it has been on a core so far.
    pub(super) cpu_ns: u64,
    /// The time it has been in line for a core so far, as of its last turn.
    pub(super) in_line_ns: u64,
    /// Whether it is on a core or in line for one; not looked at beside exact records.
    pub(super) runnable: bool,
    /// The core that it was on last, where it was looked at.
    pub(super) core: Option<u32>,
    /// The kind of event that it waits for.
    pub(super) reason: Option<&'static str>,
}

impl Look {
    /// Returns whether only time has passed since another look.
    fn is_as(&self, other: &Look) -> bool {
        let as_of_then = Look {
            t_ns: other.t_ns,
            ..*self
        };
        as_of_then == *other
    }
}

/// All looks, by the number of the thread.
pub(super) type Looks = HashMap<u64, Vec<Look>>;

/// The files of one thread, kept open: opening them costs more than reading.
struct Files {
    schedstat: File,
    stat: File,
    wchan: Option<File>,
}

/// The files of all threads that are looked at.
pub(super) struct Looker {
    files: HashMap<u64, Files>,
    /// Whether states and cores are wanted, or only reasons and times in line.
    whole: bool,
    looks: Looks,
}

impl Looker {
    pub(super) fn new(whole: bool) -> Looker {
        Looker {
            files: HashMap::new(),
            whole,
            looks: Looks::new(),
        }
    }

    /// Returns whether this system shows what is needed.
    pub(super) fn is_possible() -> bool {
        fs::read("/proc/self/schedstat").is_ok()
    }

    /// Looks at every thread of these processes.
    pub(super) fn look(&mut self, pids: &[u32]) {
        for pid in pids {
            // A process that has ended has no folder any more.
            let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else {
                continue;
            };
            let names = threads.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
            for tid in names.filter_map(|name| name.parse().ok()) {
                self.look_at(*pid, tid);
            }
        }
    }

    fn look_at(&mut self, pid: u32, tid: u64) {
        if !self.files.contains_key(&tid) {
            let Some(files) = Files::open(&pid.to_string(), &tid.to_string())
                .filter(|_| self.files.len() < MOST_THREADS)
            else {
                return;
            };
            self.files.insert(tid, files);
        }
        let Some(look) = self.files[&tid].look(self.whole) else {
            self.files.remove(&tid);
            return;
        };

        let looks = self.looks.entry(tid).or_default();

        // Of many looks at a thread that does nothing the first and the last are enough.
        if let [.., before, last] = looks.as_mut_slice()
            && look.is_as(before)
            && look.is_as(last)
        {
            *last = look;
        } else {
            looks.push(look);
        }
    }

    pub(super) fn looks(&self) -> &Looks {
        &self.looks
    }

    /// Returns all looks; `last` are those of threads at their own ends.
    pub(super) fn finish(mut self, last: Vec<(u64, Look)>) -> Looks {
        for (tid, look) in last {
            let looks = self.looks.entry(tid).or_default();
            let at = looks.partition_point(|other| other.t_ns <= look.t_ns);
            looks.insert(at, look);
        }
        self.looks
    }
}

impl Files {
    fn open(pid: &str, tid: &str) -> Option<Files> {
        let open = |name: &str| File::open(format!("/proc/{pid}/task/{tid}/{name}"));
        Some(Files {
            schedstat: open("schedstat").ok()?,
            stat: open("stat").ok()?,
            wchan: open("wchan").ok(),
        })
    }

    /// Reads them; `None` once the thread has ended.
    fn look(&self, whole: bool) -> Option<Look> {
        let (t_ns, cpu_ns, in_line_ns) = counted(&self.schedstat)?;

        let state = if whole {
            Some(state_and_core(&read(&self.stat)?)?)
        } else {
            None
        };
        let runnable = state.is_some_and(|(runnable, _)| runnable);
        let wchan = self.wchan.as_ref().filter(|_| !runnable);

        Some(Look {
            t_ns,
            cpu_ns,
            in_line_ns,
            runnable,
            core: state.map(|(_, core)| core),
            reason: wchan.and_then(|file| reason(&read(file)?)),
        })
    }
}

/// Reads a thread's time on cores and in line so far, and the moment as of which they are.
pub(super) fn counted(schedstat: &File) -> Option<(u64, u64, u64)> {
    let mut tries = 0..MOST_TRIES;
    loop {
        let t_ns = clock::now_ns();
        let text = read(schedstat)?;
        // The looking thread may have lost its own core in between.
        if clock::now_ns() - t_ns > LONGEST_LOOK_NS && tries.next().is_some() {
            continue;
        }
        let mut numbers = text.split_whitespace().map(str::parse);
        let mut next = || numbers.next()?.ok();
        return Some((t_ns, next()?, next()?));
    }
}

fn read(file: &File) -> Option<String> {
    let mut bytes = [0; 512];
    let length = file.read_at(&mut bytes, 0).ok()?;
    String::from_utf8(bytes[..length].to_vec()).ok()
}

/// Returns whether a line of `stat` says that the thread could go on, and its core.
///
/// The thread's name is in brackets, and may hold any character.
fn state_and_core(stat: &str) -> Option<(bool, u32)> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace();
    let runnable = fields.next()? == "R";
    // The 39th field of the line; the state is the 3rd.
    let core = fields.nth(35)?.parse().ok()?;
    Some((runnable, core))
}

/// Returns the kind of event behind the name of the kernel function that a thread waits in.
fn reason(function: &str) -> Option<&'static str> {
    let kinds = [
        ("futex", "another thread (futex)"),
        ("nanosleep", "a timer"),
        ("pipe", "a pipe"),
        ("do_wait", "a child process"),
        ("ep_poll", "an event (epoll)"),
        ("poll_schedule", "an event (poll)"),
        ("accept", "a connection"),
        ("sk_wait", "a socket"),
        ("wait_for_more_packets", "a socket"),
        ("unix_stream", "a socket"),
        ("tcp", "a socket"),
        ("io_schedule", "a disk"),
        ("folio_wait", "a disk"),
        ("wait_on_page", "a disk"),
        ("sigtimedwait", "a signal"),
        ("sigsuspend", "a signal"),
    ];

    let known = kinds.iter().find(|(part, _)| function.contains(part));
    known.map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_stat_is_read_behind_the_name() {
        let rest: Vec<String> = (4..=52).map(|field| field.to_string()).collect();
        let line = |state: &str| format!("12 (a ) R (name) {state} {}", rest.join(" "));
        assert_eq!(state_and_core(&line("R")), Some((true, 39)));
        assert_eq!(state_and_core(&line("S")), Some((false, 39)));
        assert_eq!(state_and_core("12 (short) R 1 2"), None);
        assert_eq!(state_and_core(""), None);
    }

    #[test]
    fn kernel_functions_stand_for_kinds_of_events() {
        let kinds = [
            ("futex_do_wait", Some("another thread (futex)")),
            ("futex_wait_queue_me", Some("another thread (futex)")),
            ("anon_pipe_read", Some("a pipe")),
            ("pipe_write", Some("a pipe")),
            ("hrtimer_nanosleep", Some("a timer")),
            ("do_wait", Some("a child process")),
            ("do_epoll_wait", None),
            ("ep_poll", Some("an event (epoll)")),
            ("0", None),
            ("", None),
        ];
        for (function, kind) in kinds {
            assert_eq!(reason(function), kind, "{function}");
        }
    }
}
