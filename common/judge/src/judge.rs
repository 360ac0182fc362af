//! Running a check in a process of its own: whatever an answer does, there is a verdict.

use std::any::Any;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use common::output::{complain, line};
use drawing::timeline;
use nix::sys::resource::{RLIM_INFINITY, Resource, UsageWho, getrlimit, getrusage, setrlimit};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::{Pid, getpgrp, getppid};
use recording::TempDir;
use recording::lock::lock;
use recording::process::cleanup::registry;
use recording::process::{interrupt, is_alive};
use serde_json::{Value, json};

use crate::verdict::{Kind, Solved, Verdict};
use crate::{Fault, Source, answer, doing, first_fault, left, not_ended};

/// The socket of the program that waits for the verdict; it takes one connection, so an answer comes too late for it.
const VERDICT: &str = "COURSE_VERDICT";

/// Which schedule to follow instead of searching: see the crate `interleave`.
pub const SEED: &str = "COURSE_SEED";

/// A search has followed the order that [`SEED`] names.
pub static IS_FOLLOWED: AtomicBool = AtomicBool::new(false);

/// The text where no search of a check has.
pub(super) const NO_SUCH_ORDER: &str = "in no order: the check has none with this seed";

/// The question to a check besides its verdict: see the crate `interleave`.
pub const EXPLORE: &str = "COURSE_EXPLORE";

/// A check that does not get on for so long is stuck, whatever its own deadlines say.
const DEADLINE: Duration = Duration::from_secs(30);

/// The same for one that gets on.
const END: Duration = Duration::from_mins(10);

/// The most seconds of computing without getting on: an endless loop need not be waited for until the deadline.
const COMPUTING: u64 = 8;

/// The work of the check so far, in steps or runs.
pub(super) static WORK: AtomicU64 = AtomicU64::new(0);

/// The most of an answer's output that is kept, in bytes.
const KEPT: usize = 1 << 14;

/// A check.
pub type Check = fn() -> Solved;

/// The program of a check: judges the learner's file, prints the verdict, and ends with 0 only if it is solved.
pub fn main(name: &str, check: Check, answer: Source) -> ExitCode {
    if let Some(socket) = env::var_os(VERDICT) {
        judge_here(check, answer, Path::new(&socket));
    }

    interrupt::listen();
    keep_out();
    let Ok(program) = env::current_exe() else {
        complain("this program cannot find itself");
        return ExitCode::FAILURE;
    };

    let (verdict, _) = supervise(&mut Command::new(program));
    line(&verdict.shown(name, timeline::width()));

    if verdict.kind == Kind::Solved {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Keeps answers out of what this program has open: one that writes into the output of the program that judges it would
/// forge its own verdict.
pub(crate) fn keep_out() {
    if let Err(why) = system::keep_children_out() {
        complain(&format!("answers could write into this output: {why}"));
    }
}

/// The test of a check against one answer: the verdict must be of the kind that is named. `test` is the test's own
/// path, with which it starts itself again. No interruption of the order that is shown can be left out.
///
/// # Panics
/// When the verdict is another one.
pub fn verdict_of(check_path: &str, test: &str, check: Check, answer: Source, expected: &str) {
    if let Some(socket) = env::var_os(VERDICT) {
        judge_here(check, answer, Path::new(&socket));
    }

    let test = test.split_once("::").map_or(test, |(_, inside)| inside);
    let (verdict, printed) = verdict_of_test(test, expected);
    let shown = verdict.to_string();
    let (name, words) = expected.split_once(": ").unwrap_or((expected, ""));
    let said = verdict.kind.name() == name && shown.contains(words);
    assert!(
        said,
        "{check_path} says of {test}, not {expected}: {verdict}\nit printed:\n{printed}"
    );

    if let Some(schedule) = &verdict.schedule
        && schedule.interruptions() > 0
    {
        let wish = format!("superfluous {} seed {}", schedule.search, schedule.seed);
        let superfluous = ask(command_of_test(test, expected).env(EXPLORE, wish));
        assert_eq!(superfluous, Some(json!([])), "{test}: {verdict}");
    }

    println!("{verdict}");
}

/// Has an answer judged by its test in this program; the verdict, and what was printed.
pub(super) fn verdict_of_test(test: &str, expected: &str) -> (Verdict, String) {
    supervise(&mut command_of_test(test, expected))
}

fn command_of_test(test: &str, expected: &str) -> Command {
    let mut command = Command::new(env::current_exe().expect("a test knows where it is"));
    if expected.starts_with(Kind::Stuck.name()) {
        command.env(left::KNOWN_TO_HANG, "1");
    }
    command.args([test, "--exact", "--nocapture", "--test-threads=1"]);
    command
}

/// The first panic of a run: where, and what it said.
static FIRST_PANIC: Mutex<Option<(String, u32, String)>> = Mutex::new(None);

/// The function that adds the order of steps to a verdict, where another tool has chosen it.
static TELL: Mutex<Option<Tell>> = Mutex::new(None);

/// The verdict at the first panic, with its order of steps.
static TOLD: Mutex<Option<Verdict>> = Mutex::new(None);

pub type Tell = fn(Verdict) -> Verdict;

/// Has verdicts completed by this.
pub fn tell_with(tell: Tell) {
    *lock(&TELL) = Some(tell);
}

fn told(verdict: Verdict) -> Verdict {
    let tell = *lock(&TELL);
    match tell {
        // The stack of whatever has panicked may be a small one.
        Some(tell) => std::thread::spawn(move || tell(verdict))
            .join()
            .unwrap_or_else(|_| Verdict::new(Kind::Panicked, "while its steps were told")),
        None => verdict,
    }
}

/// Held while a line is sent, so that no other one comes into the middle of it.
static SENDING: Mutex<()> = Mutex::new(());

/// Sends a message, as one line.
fn say(mut to: &UnixStream, message: &Value) {
    let line = format!("{message}\n");
    let _whole = lock(&SENDING);
    let _ = to.write_all(line.as_bytes());
}

/// Sends a verdict: before it is final, the process may still end.
fn send(to: &UnixStream, verdict: &Verdict, is_final: bool) {
    say(
        to,
        &json!({"verdict": verdict.to_json(), "is_final": is_final}),
    );
}

/// The one connection.
static CHANNEL: OnceLock<Arc<UnixStream>> = OnceLock::new();

/// Sends what was asked for, and ends the process.
pub fn answer_and_end(answer: &Value) -> ! {
    if let Some(channel) = CHANNEL.get() {
        say(channel, &json!({"answer": answer}));
    }
    std::process::exit(0)
}

/// Runs the check in this process, sends its verdict, and ends the process.
fn judge_here(check: Check, answer: Source, socket: &Path) -> ! {
    // An answer that starts a check of its own finds nothing to talk to.
    let Ok(channel) = UnixStream::connect(socket) else {
        std::process::exit(1)
    };
    let channel = Arc::new(channel);
    let _ = CHANNEL.set(Arc::clone(&channel));
    if let Some(way) = answer.way_round() {
        send(&channel, &Verdict::new(Kind::WentRound, way), true);
        std::process::exit(0)
    }

    // No program leaves a core file, unless it asks for one.
    if let Ok((_, most)) = getrlimit(Resource::RLIMIT_CORE) {
        let _ = setrlimit(Resource::RLIMIT_CORE, 0, most);
    }
    let (parent, watched, beats) = (getppid(), socket.to_owned(), Arc::clone(&channel));

    let is_known_to_hang = env::var_os(left::KNOWN_TO_HANG).is_some();
    // In whole seconds, of which one is over already.
    let most = if is_known_to_hang { 2 } else { COMPUTING };

    std::thread::spawn(move || {
        let mut work = 0;
        let mut first = true;
        loop {
            end_without(parent, &watched);
            let now = WORK.load(Relaxed);
            if first || now != work {
                (work, first) = (now, false);
                say(&beats, &Value::Null);
                // The system ends the process then, with SIGXCPU.
                let _ = setrlimit(Resource::RLIMIT_CPU, computed() + most, RLIM_INFINITY);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    });

    let provisional = Arc::clone(&channel);
    panic::set_hook(Box::new(move |info| {
        let mut first = lock(&FIRST_PANIC);
        if first.is_none()
            && let Some(at) = info.location()
        {
            *first = Some((at.file().to_owned(), at.line(), text_of(info.payload())));
            // Some panics end the process, so this may be all that it has to say.
            let verdict = told(verdict_of_panic(info.payload(), first.as_ref()));
            *lock(&TOLD) = Some(verdict.clone());
            send(&provisional, &verdict, false);
        }
    }));
    left::adopt_orphans();

    let verdict = match catch_unwind(AssertUnwindSafe(check)) {
        Ok(solved) => match first_fault() {
            // An answer may catch what the check throws.
            Some(fault) => verdict_of_panic(&fault, None),
            None => match left::children().first() {
                None if env::var_os(SEED).is_some() && !IS_FOLLOWED.load(Relaxed) => {
                    Verdict::new(Kind::Solved, NO_SUCH_ORDER)
                }
                None => Verdict::new(Kind::Solved, solved.0),
                Some(child) => {
                    Verdict::new(Kind::LeftProcess, format!("when all was done: {child}"))
                }
            },
        },
        Err(payload) => verdict_on(&*payload),
    };

    let mut verdict = verdict;
    if let Some(told) = lock(&TOLD).take() {
        verdict.schedule = verdict.schedule.or(told.schedule);
        if verdict.kind == told.kind && verdict.details.is_empty() {
            verdict.details = told.details;
        }
    }

    left::end_children();
    send(&channel, &verdict, true);
    end_without(parent, socket);

    // Threads that are still there are not waited for.
    std::process::exit(0)
}

/// The seconds that this process has computed.
fn computed() -> u64 {
    let usage = getrusage(UsageWho::RUSAGE_SELF).ok();
    let seconds = usage.map_or(0, |usage| {
        usage.user_time().tv_sec() + usage.system_time().tv_sec()
    });
    u64::try_from(seconds).unwrap_or(0)
}

/// Removes the folder of `file` and ends this process' group, where the program that waits for the verdict, `parent`,
/// was killed: no other process is left to clean up.
fn end_without(parent: Pid, file: &Path) {
    if getppid() != parent {
        let _ = file.parent().map(fs::remove_dir_all);
        let _ = killpg(getpgrp(), Signal::SIGKILL);
    }
}

/// Returns the verdict on a panic of a check, or of the answer.
pub fn verdict_on(payload: &(dyn Any + Send)) -> Verdict {
    let first = lock(&FIRST_PANIC).take();
    verdict_of_panic(payload, first.as_ref())
}

fn verdict_of_panic(payload: &dyn Any, first: Option<&(String, u32, String)>) -> Verdict {
    let not_for_the_asking = |kind| match kind {
        Kind::Solved => Kind::WentRound,
        kind => kind,
    };
    if let Some(verdict) = payload.downcast_ref::<Verdict>() {
        let kind = not_for_the_asking(verdict.kind);
        return Verdict {
            kind,
            ..verdict.clone()
        };
    }
    if let Some(fault) = payload.downcast_ref::<Fault>() {
        return Verdict::new(not_for_the_asking(fault.kind), &fault.what);
    }

    let (file, at, text) = first
        .cloned()
        .unwrap_or_else(|| (String::new(), 0, text_of(payload)));
    let is_todo = ["not yet implemented", "not implemented"]
        .iter()
        .any(|todo| text.starts_with(todo));
    if is_todo
        && answer::line_of(&file, at)
            .is_none_or(|line| line.contains("todo!") || line.contains("unimplemented!"))
    {
        let what = format!("there is a `todo!()` in line {at}");
        return Verdict::new(Kind::StillToDo, what);
    }

    // Only loom itself is believed when it says so.
    if file.contains("/loom-") {
        if text.starts_with("deadlock") {
            return Verdict::new(Kind::Deadlock, "no thread can go on");
        }
        if text.starts_with("Model exceeded maximum number of branches") {
            let what = "it asks again and again, in a loop that only another thread can end: where it \
                        has to wait, it should sleep; where it need not wait, it should not loop";
            return Verdict::new(Kind::Stuck, what);
        }
    }

    let text = text
        .strip_prefix("called `Result::unwrap()` on an ")
        .unwrap_or(&text);

    match file.rsplit('/').next() {
        Some(name) if answer::is_answer(&file) => {
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
    supervise_and_hear(command, &Arc::default())
}

/// Runs the process of a check that is asked for something besides its verdict; the answer.
pub(super) fn ask(command: &mut Command) -> Option<Value> {
    let heard = Arc::default();
    supervise_and_hear(command, &heard);
    lock(&heard).answer.take()
}

fn supervise_and_hear(command: &mut Command, heard: &Arc<Mutex<Heard>>) -> (Verdict, String) {
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
    let socket = folder.path().join("verdict");
    let listener = match UnixListener::bind(&socket).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    }) {
        Ok(listener) => listener,
        Err(why) => return impossible(why),
    };
    let mut listener = Some(listener);

    // Temporary folders of the check lie in this one, so they go with it, however the check ends.
    command
        .env(VERDICT, &socket)
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
    let mut patience = Instant::now() + DEADLINE;
    let last = Instant::now() + END;
    let mut beats = 0;
    let mut is_busy = false;
    let status = loop {
        if let Some(Ok((stream, _))) = listener.as_ref().map(UnixListener::accept) {
            // The check itself, before the answer has run; there is no second connection.
            listener = None;
            let _ = fs::remove_file(&socket);
            hear(stream, heard);
        }
        let now = lock(heard).beats;
        if now != beats {
            beats = now;
            patience = (Instant::now() + DEADLINE).min(last);
        }
        match child.try_wait() {
            Ok(Some(status)) => break Some(status),
            Ok(None) if Instant::now() < patience => std::thread::sleep(Duration::from_millis(2)),
            _ => {
                is_busy = doing::computes(group);
                break None;
            }
        }
    };
    if let Some(Ok((stream, _))) = listener.as_ref().map(UnixListener::accept) {
        hear(stream, heard);
        beats = 1;
    }

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
    // Looks, not time: they take longer where the machine has much else to do.
    for _ in 0..2_000 {
        if beats == 0 || lock(heard).is_over {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }

    let verdict = lock(heard).verdict.take();
    let computed = status.and_then(|status| status.signal()) == Some(Signal::SIGXCPU as i32);
    let verdict = match (verdict, status) {
        _ if computed => Verdict::new(
            Kind::Stuck,
            format!(
                "it did not end within {COMPUTING} seconds of computing: look for an endless loop"
            ),
        ),
        (Some(verdict), Some(_)) if verdict.kind == Kind::Solved && left => Verdict::new(
            Kind::LeftProcess,
            "a process that it started was still there when all was done",
        ),
        (Some(verdict), Some(_)) => verdict,
        (None, Some(status)) if has_overflowed(status, &printed) => Verdict::new(
            Kind::Panicked,
            "stack overflow: look for a function that calls itself without an end",
        ),
        (None, Some(status)) => Verdict::new(Kind::EndedEarly, ended(status)),
        (_, None) if is_busy => Verdict::new(
            Kind::Stuck,
            format!(
                "it did not end within {} seconds: look for an endless loop",
                DEADLINE.as_secs()
            ),
        ),
        (_, None) => Verdict::new(
            Kind::Stuck,
            not_ended("it", &format!("{} seconds", DEADLINE.as_secs())),
        ),
    };

    (verdict, printed)
}

/// Safe Rust has no other way to end like this than a stack that is full.
fn has_overflowed(status: ExitStatus, printed: &str) -> bool {
    let signal = status
        .signal()
        .and_then(|signal| Signal::try_from(signal).ok());
    match signal {
        Some(Signal::SIGSEGV | Signal::SIGBUS) => true,
        Some(Signal::SIGABRT) => printed.contains("has overflowed its stack"),
        _ => false,
    }
}

/// The messages from the process of a check.
#[derive(Default)]
struct Heard {
    verdict: Option<Verdict>,
    is_final: bool,
    /// The number of its messages that it gets on.
    beats: usize,
    is_over: bool,
    /// The answer to the question, if it was asked one.
    answer: Option<Value>,
}

/// Listens to the process of a check, aside.
fn hear(stream: UnixStream, heard: &Arc<Mutex<Heard>>) {
    let _ = stream.set_nonblocking(false);
    let heard = Arc::clone(heard);
    lock(&heard).beats += 1;

    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let mut heard = lock(&heard);
            let Ok(message) = serde_json::from_str::<Value>(&line) else {
                continue;
            };
            heard.beats += 1;
            if let Some(answer) = message.get("answer") {
                heard.answer = Some(answer.clone());
            } else if !message.is_null() && !heard.is_final {
                heard.verdict = Verdict::from_json(&message["verdict"]);
                heard.is_final = message["is_final"] == true;
            }
        }
        lock(&heard).is_over = true;
    });
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

/// The output that a pipe carried, as far as it is kept.
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
    use recording::process::spawn;

    const NO_ANSWER: Source = Source {
        text: "",
        is_in_steps: false,
    };

    /// Judges in this test's own process, as a check does.
    fn judged(test: &str, check: Check, expected: &str) {
        let test = format!("judge::judge::tests::{test}");
        verdict_of(
            "a check that was made up",
            &test,
            check,
            NO_ANSWER,
            expected,
        );
    }

    fn calls_itself(depth: u64) -> u64 {
        if std::hint::black_box(depth) == u64::MAX {
            return 0;
        }
        std::hint::black_box(calls_itself(depth + 1)) + 1
    }

    #[test]
    fn a_call_without_an_end_is_a_stack_overflow() {
        let check = || Solved::new(calls_itself(0).to_string());
        judged(
            "a_call_without_an_end_is_a_stack_overflow",
            check,
            "panicked: stack overflow",
        );
    }

    #[test]
    fn computing_without_an_end_is_stuck() {
        let check = || loop {
            std::hint::black_box(0);
        };
        let expected = "stuck: it did not end within";
        judged("computing_without_an_end_is_stuck", check, expected);
    }

    #[test]
    fn a_deadline_that_has_passed_is_named() {
        let check = || {
            let nap = || std::thread::sleep(Duration::from_mins(1));
            left::within(Duration::from_millis(40), "a nap", nap);
            Solved::new("never")
        };
        let expected = "stuck: a nap did not end within 10ms";
        judged("a_deadline_that_has_passed_is_named", check, expected);
    }

    /// Set for the program whose output is to be forged.
    const FORGED: &str = "COURSE_TEST_FORGED";

    fn forge() -> Solved {
        let parent = std::os::unix::process::parent_id();
        for file in 0..10 {
            let output = fs::OpenOptions::new()
                .append(true)
                .open(format!("/proc/{parent}/fd/{file}"));
            if let Ok(mut output) = output {
                let _ = output.write_all(b"03_lost_update: solved, it was forged\n");
            }
        }
        Solved::new("by a check of the test")
    }

    #[test]
    fn an_answer_cannot_write_into_the_output_of_the_program_that_judges_it() {
        let again = || {
            let mut command = Command::new(env::current_exe().unwrap());
            let test = "judge::tests::an_answer_cannot_write_into_the_output_of_the_program_that_judges_it";
            command.args([test, "--exact", "--nocapture"]);
            command
        };
        if let Some(file) = env::var_os(VERDICT) {
            judge_here(forge, NO_ANSWER, Path::new(&file));
        }
        if env::var_os(FORGED).is_some() {
            keep_out();
            let (verdict, _) = supervise(&mut again());
            println!("{verdict}");
            return;
        }
        let judged = again().env(FORGED, "1").output().unwrap();
        let printed =
            String::from_utf8_lossy(&judged.stdout) + String::from_utf8_lossy(&judged.stderr);
        assert!(
            printed.contains("solved by a check of the test"),
            "{printed}"
        );
        assert!(!printed.contains("forged"), "{printed}");
    }

    /// The file in which the check of the test notes that it has begun, and in which group.
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
            let test = "judge::tests::a_check_does_not_outlive_the_program_that_waits_for_it";
            command.args([test, "--exact"]);
            command
        };
        if let Some(file) = env::var_os(VERDICT) {
            judge_here(hang, NO_ANSWER, Path::new(&file));
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
