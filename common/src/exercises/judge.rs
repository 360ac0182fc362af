//! Running a check in a process of its own: whatever an answer does, there is a verdict.

use std::any::Any;
use std::env;
use std::fs;
use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::{Pid, getpgrp, getppid};

use super::verdict::{Kind, Solved, Verdict};
use super::{Fault, folder, left, not_ended};
use crate::TempDir;
use crate::lock::lock;
use crate::output::{complain, line};
use crate::process::cleanup::registry;
use crate::process::{interrupt, is_alive};

/// Where the process of a check writes its verdict to.
const VERDICT: &str = "COURSE_VERDICT";

/// Which schedule to follow instead of searching: see [`super::interleave`].
pub(super) const SEED: &str = "COURSE_SEED";

/// Digits of a seed for one deviation from the usual order: four for the step, one for the thread.
const DIGITS: usize = 5;

/// The deviations that a seed means, as (step, thread), in the order of their steps; `None` if it is no seed.
pub(super) fn deviations(seed: &str) -> Option<Vec<(usize, usize)>> {
    if seed.is_empty() || !seed.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    if seed == "0" {
        return Some(Vec::new());
    }
    let length = seed.len().next_multiple_of(DIGITS);
    let seed = format!("{seed:0>length$}");
    let groups = (0..length)
        .step_by(DIGITS)
        .map(|at| seed[at..at + DIGITS].split_at(DIGITS - 1));
    let all: Option<Vec<(usize, usize)>> = groups
        .map(|(step, task)| Some((step.parse().ok()?, task.parse().ok()?)))
        .collect();
    // At the very first step there is only one thread.
    all.filter(|all| all[0].0 > 0 && all.is_sorted_by(|one, next| one.0 < next.0))
}

/// Set where the answer is known to hang: its deadline may be a short one.
pub(super) const KNOWN_TO_HANG: &str = "COURSE_KNOWN_TO_HANG";

/// A check that takes longer than this is stuck, whatever its own deadlines say.
const DEADLINE: Duration = Duration::from_secs(30);

/// So many seconds of computing are too many as well: an endless loop need not be waited for that long.
const COMPUTING: u64 = 8;

/// How much of what an answer prints is kept, in bytes.
const KEPT: usize = 1 << 14;

/// A check.
pub type Check = fn() -> Solved;

/// The program of a check: judges the learner's file, prints the verdict, and ends with 0 only if it is solved.
pub fn main(name: &str, check: Check) -> ExitCode {
    if let Some(file) = env::var_os(VERDICT) {
        judge_here(check, Path::new(&file));
    }
    interrupt::listen();
    let Ok(program) = env::current_exe() else {
        complain("this program cannot find itself");
        return ExitCode::FAILURE;
    };
    let (verdict, _) = supervise(&mut Command::new(program));
    line(&format!("{name}: {verdict}"));
    if verdict.kind == Kind::Solved {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The test of a check against one answer: the verdict must be of the kind that is named. `test` is the test's own
/// path, with which it starts itself again.
///
/// # Panics
/// When the verdict is another one.
pub fn verdict_of(check_path: &str, test: &str, check: Check, expected: &str) {
    if let Some(file) = env::var_os(VERDICT) {
        judge_here(check, Path::new(&file));
    }
    let test = test.split_once("::").map_or(test, |(_, inside)| inside);
    let mut command = Command::new(env::current_exe().expect("a test knows where it is"));
    if expected.starts_with(Kind::Stuck.name()) {
        command.env(KNOWN_TO_HANG, "1");
    }
    let (verdict, printed) =
        supervise(command.args([test, "--exact", "--nocapture", "--test-threads=1"]));
    let shown = verdict.to_string();
    let (name, words) = expected.split_once(": ").unwrap_or((expected, ""));
    let said = verdict.kind.name() == name && shown.contains(words);
    assert!(
        said,
        "{check_path} says of {test}, not {expected}: {verdict}\nit printed:\n{printed}"
    );
    println!("{verdict}");
}

/// The first panic of a run: where, and what it said.
static FIRST_PANIC: Mutex<Option<(String, u32, String)>> = Mutex::new(None);

/// Runs the check in this process, writes its verdict to `file`, and ends the process.
fn judge_here(check: Check, file: &Path) -> ! {
    // The system ends the process then, with SIGXCPU.
    let _ = setrlimit(Resource::RLIMIT_CPU, COMPUTING, COMPUTING + 1);
    let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
    let (parent, watched) = (getppid(), file.to_owned());
    std::thread::spawn(move || {
        loop {
            end_without(parent, &watched);
            std::thread::sleep(Duration::from_millis(100));
        }
    });
    let provisional = file.to_owned();
    panic::set_hook(Box::new(move |info| {
        let mut first = lock(&FIRST_PANIC);
        if first.is_none()
            && let Some(at) = info.location()
        {
            *first = Some((at.file().to_owned(), at.line(), text_of(info.payload())));
            // Some panics end the process, so this may be all that it has to say.
            let verdict = verdict_of_panic(info.payload(), first.as_ref());
            let _ = fs::write(&provisional, verdict.to_json().to_string());
        }
    }));
    left::adopt_orphans();
    let verdict = match catch_unwind(AssertUnwindSafe(check)) {
        Ok(Solved(how)) => match left::children().first() {
            None => Verdict::new(Kind::Solved, how),
            Some(child) => Verdict::new(Kind::LeftProcess, format!("when all was done: {child}")),
        },
        Err(payload) => verdict_on(&*payload),
    };
    left::end_children();
    let _ = fs::write(file, verdict.to_json().to_string());
    end_without(parent, file);
    // Threads that are still there are not waited for.
    std::process::exit(0)
}

/// Where the program that waits for the verdict, `parent`, was killed, nobody else is left to clean up: then this process
/// removes the folder of `file` and ends its group.
fn end_without(parent: Pid, file: &Path) {
    if getppid() != parent {
        let _ = file.parent().map(fs::remove_dir_all);
        let _ = killpg(getpgrp(), Signal::SIGKILL);
    }
}

/// What a panic of a check, or of the answer, means.
pub(super) fn verdict_on(payload: &(dyn Any + Send)) -> Verdict {
    let first = lock(&FIRST_PANIC).take();
    verdict_of_panic(payload, first.as_ref())
}

fn verdict_of_panic(payload: &dyn Any, first: Option<&(String, u32, String)>) -> Verdict {
    if let Some(verdict) = payload.downcast_ref::<Verdict>() {
        return verdict.clone();
    }
    if let Some(fault) = payload.downcast_ref::<Fault>() {
        return Verdict::new(fault.kind, &fault.what);
    }
    let (file, at, text) = first
        .cloned()
        .unwrap_or_else(|| (String::new(), 0, text_of(payload)));
    if text.starts_with("not yet implemented") || text.starts_with("not implemented") {
        return Verdict::new(
            Kind::StillToDo,
            format!("there is a `todo!()` in line {at}"),
        );
    }
    // What shuttle and loom call it.
    if text.starts_with("deadlock") {
        return Verdict::new(Kind::Deadlock, "nobody can go on");
    }
    let text = text
        .strip_prefix("called `Result::unwrap()` on an ")
        .unwrap_or(&text);
    match file.rsplit('/').next() {
        Some(name) if folder::is_answer(&file) => {
            Verdict::new(Kind::Panicked, format!("in line {at} of {name}: {text}"))
        }
        _ => Verdict::new(Kind::Panicked, text),
    }
}

fn text_of(payload: &dyn Any) -> String {
    let text = payload.downcast_ref::<String>().cloned();
    text.or(payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned()))
        .unwrap_or_default()
}

/// Runs the process of a check, and says what came of it, and what the answer printed.
pub(super) fn supervise(command: &mut Command) -> (Verdict, String) {
    let impossible = |why: std::io::Error| {
        (
            Verdict::new(Kind::EndedEarly, why.to_string()),
            String::new(),
        )
    };
    let folder = match TempDir::new("verdict") {
        Ok(folder) => folder,
        Err(why) => return impossible(why),
    };
    let file = folder.path().join("verdict.json");
    // Temporary folders of the check lie in this one, so they go with it, however the check ends.
    command
        .env(VERDICT, &file)
        .env("TMPDIR", folder.path())
        .env("RUST_BACKTRACE", "0")
        .process_group(0);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut groups = registry();
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(why) => {
            drop(groups);
            return impossible(why);
        }
    };
    let group = child.id();
    groups.groups.push(group);
    drop(groups);
    let printed = [
        read_aside(child.stdout.take()),
        read_aside(child.stderr.take()),
    ];
    let patience = Instant::now() + DEADLINE;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Some(status),
            Ok(None) if Instant::now() < patience => std::thread::sleep(Duration::from_millis(2)),
            _ => break None,
        }
    };
    let left = status.is_some() && is_alive(group);
    let _ = killpg(
        Pid::from_raw(i32::try_from(group).unwrap_or(i32::MAX)),
        Signal::SIGKILL,
    );
    // Also what has gone to a group or a session of its own.
    let left = left::end_all_of(folder.path()) || left;
    let _ = child.wait();
    registry().groups.retain(|other| *other != group);
    let printed: String = printed
        .into_iter()
        .map(|kept| without_noise(&kept.text()))
        .collect();
    let verdict = fs::read_to_string(&file)
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok());
    let verdict = verdict.as_ref().and_then(Verdict::from_json);
    let computed = status.and_then(|status| status.signal()) == Some(Signal::SIGXCPU as i32);
    let verdict = match (verdict, status) {
        _ if computed => Verdict::new(
            Kind::Stuck,
            not_ended("it", &format!("{COMPUTING} seconds of computing")),
        ),
        (Some(verdict), Some(_)) if verdict.kind == Kind::Solved && left => Verdict::new(
            Kind::LeftProcess,
            "a process that it started was still there when all was done",
        ),
        (Some(verdict), Some(_)) => verdict,
        (None, Some(status)) => Verdict::new(Kind::EndedEarly, ended(status)),
        (_, None) => Verdict::new(
            Kind::Stuck,
            not_ended("it", &format!("{} seconds", DEADLINE.as_secs())),
        ),
    };
    (verdict, printed)
}

fn ended(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => {
            format!("the program ended with exit code {code} before the check was over")
        }
        (_, signal) => {
            let signal = signal.and_then(|signal| Signal::try_from(signal).ok());
            let name = signal.map_or("a signal", Signal::as_str);
            format!("the program was ended by {name} before the check was over")
        }
    }
}

/// What a pipe carried, as far as it is kept.
struct Kept {
    bytes: Arc<Mutex<Vec<u8>>>,
    end: Receiver<()>,
}

impl Kept {
    /// A process that got away may hold the pipe open: it is not waited for.
    fn text(self) -> String {
        let _ = self.end.recv_timeout(Duration::from_millis(500));
        String::from_utf8_lossy(&lock(&self.bytes)).into_owned()
    }
}

/// Without what the tools say that run an answer.
fn without_noise(printed: &str) -> String {
    let noise = [
        "Task failed, serializing",
        "test panicked in task ",
        "Test deadlocked, and ",
        "failing s",
    ];
    let own = |line: &&str| !noise.iter().any(|start| line.starts_with(start));
    printed
        .lines()
        .filter(own)
        .flat_map(|line| [line, "\n"])
        .collect()
}

fn read_aside(from: Option<impl Read + Send + 'static>) -> Kept {
    let bytes = Arc::new(Mutex::new(Vec::new()));
    let (ended, end) = mpsc::channel();
    let kept = Arc::clone(&bytes);
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        let mut from = from.expect("it is piped");
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            let mut bytes = lock(&kept);
            let room = KEPT.saturating_sub(bytes.len()).min(count);
            bytes.extend_from_slice(&buffer[..room]);
        }
        let _ = ended.send(());
    });
    Kept { bytes, end }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::spawn;

    /// Where the check of the test says that it has begun, and in which group.
    const BEGUN: &str = "COURSE_TEST_BEGUN";

    fn hang() -> Solved {
        let mut child = Command::new("sleep").arg("100").spawn().unwrap();
        let begun = env::var(BEGUN).unwrap();
        fs::write(format!("{begun}.new"), getpgrp().to_string()).unwrap();
        fs::rename(format!("{begun}.new"), begun).unwrap();
        child.wait().unwrap();
        Solved::new("never")
    }

    #[test]
    fn a_check_does_not_outlive_the_program_that_waits_for_it() {
        let again = || {
            let mut command = Command::new(env::current_exe().unwrap());
            let test =
                "exercises::judge::tests::a_check_does_not_outlive_the_program_that_waits_for_it";
            command.args([test, "--exact"]);
            command
        };
        if let Some(file) = env::var_os(VERDICT) {
            judge_here(hang, Path::new(&file));
        }
        if env::var_os(BEGUN).is_some() {
            supervise(&mut again());
            return;
        }
        let folder = TempDir::new("course-test").unwrap();
        let (begun, temporary) = (folder.path().join("begun"), folder.path().join("temporary"));
        fs::create_dir(&temporary).unwrap();
        let mut command = again();
        command
            .env(BEGUN, &begun)
            .env("TMPDIR", &temporary)
            .stdout(Stdio::null());
        let waits = spawn(&mut command, "the program that waits").unwrap();
        let patience = Instant::now() + Duration::from_mins(1);
        let wait_until = |it_is_so: &dyn Fn() -> bool| {
            while !it_is_so() {
                assert!(Instant::now() < patience, "in vain");
                std::thread::sleep(Duration::from_millis(5));
            }
        };
        wait_until(&|| begun.exists());
        let group = fs::read_to_string(&begun).unwrap().parse().unwrap();
        // Killed and reaped.
        drop(waits);
        wait_until(&|| !is_alive(group));
        assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0);
    }
}
