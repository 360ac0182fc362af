//! Judges `02_exit_or_signal`: every kind of end, and programs that do not end at once.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::Arc;

use judge::chance::{any, shuffled};
use judge::exercise;
use judge::left::{Bystanders, alone, ended_within};
use judge::programs::{Programs, SOON};
use judge::waits::asleep;
use judge::{Kind, Solved, expect, fail};

use exercise::End;

crate::exercise!("../exercises/02_exit_or_signal.rs");

/// Signals that end a program on every system.
const SIGNALS: [i32; 15] = [4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 31];

/// Returns the signals to judge with: also those that a shell may have been told to ignore, unless
/// it was. Only Linux tells which are ignored.
fn signals() -> Vec<i32> {
    let mut signals = SIGNALS.to_vec();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    if let Some(ignored) = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()) {
        let is_heard = |signal: &i32| ignored & (1 << (signal - 1)) == 0;
        signals.extend([1, 2, 3].into_iter().filter(is_heard));
    }
    signals
}

/// Judges with shells that end in all of these ways, some that take their time, and programs that
/// do not exist.
pub fn check() -> Solved {
    let mut ends = Vec::new();
    for code in [0, 1, 2, 126, 127, 128, 129, 137, 143, 255] {
        ends.push((format!("exit {code}"), code_end(code)));
    }
    for _ in 0..3 {
        let code = i32::try_from(any(3..256)).unwrap_or(3);
        ends.push((format!("exit {code}"), code_end(code)));
    }
    for signal in signals() {
        ends.push((format!("kill -{signal} $$"), End::Signal(signal)));
    }
    // Another process of its own was killed, and a shell reports that with its exit code.
    let script = "sh -c 'kill -KILL $$'; exit $?".to_owned();
    ends.push((script, End::Code(137)));
    for (script, end) in shuffled(ends) {
        judge(&script, end);
    }

    leaves_a_core_file();
    much_to_say();
    stands_still_for_a_while();
    takes_its_time();
    cannot_be_started();
    beside_others();
    leaves_another_behind();
    Solved::new("with ends of every kind, and programs that never began")
}

fn code_end(code: i32) -> End {
    if code == 0 {
        End::Well
    } else {
        End::Code(code)
    }
}

type Ended = Result<End, String>;

fn run(mut command: Command) -> Ended {
    exercise::run(&mut command).map_err(|why| why.to_string())
}

fn judge(script: &str, end: End) {
    let programs = Programs::new();
    let what = format!("a shell that is told `{script}`");
    let command = programs.shell("shell", script);
    let got = alone(SOON, &what, move || run(command));
    expect(Kind::WrongResult, &what, &got, &Ok(end));
    programs.expect_each_once(&what, &["shell"]);
}

/// Judges with signals whose status says, besides their number, that a core file was written. Where the system writes it
/// elsewhere, or not at all, these are signals like any other.
fn leaves_a_core_file() {
    let pattern = fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap_or_default();
    if pattern.starts_with(['|', '/']) || pattern.trim().is_empty() {
        return;
    }
    for signal in [6, 11, 4] {
        let script = format!("cd \"${{1%/*}}\"; ulimit -S -c $(ulimit -H -c); kill -{signal} $$");
        judge(&script, End::Signal(signal));
    }
}

/// Judges with more output than a pipe holds, where nothing reads it.
fn much_to_say() {
    let programs = Programs::new();
    let mut command = programs.shell("shell", "seq 1 40000; seq 1 40000 >&2; exit 7");
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let what = "a shell that prints a lot, and ends with exit code 7";
    let got = alone(SOON, what, move || run(command));
    expect(Kind::WrongResult, what, &got, &Ok(End::Code(7)));
    programs.expect_each_once(what, &["shell"]);
}

/// Judges with a shell that is stopped, which is no end, and goes on.
fn stands_still_for_a_while() {
    // It is told to go on again and again: at first it may not stand still yet.
    let goes_on = "until [ -e \"$1.on\" ]; do sleep 0.02; kill -CONT $$; done";
    let script = format!("({goes_on}) & kill -STOP $$; : > \"$1.on\"; wait; exit 6");
    judge(&script, End::Code(6));
}

/// Judges beside children that the caller has started itself, and will wait for itself.
fn beside_others() {
    let what = "a shell that is told `exit 4`, beside children that the caller has started";
    let programs = Programs::new();
    let command = programs.shell("shell", "exit 4");
    let others = Bystanders::start();
    let got = alone(SOON, what, move || run(command));
    expect(Kind::WrongResult, what, &got, &Ok(End::Code(4)));
    others.expect_untouched(what);
}

/// Judges with a shell that leaves another process behind, which has inherited its outputs.
fn leaves_another_behind() {
    let programs = Programs::new();
    let command = programs.shell("shell", "(read x < \"$2\") & exit 5");
    let what = "a shell that ends, and leaves another process behind that has its outputs";
    let got = ended_within(SOON, move || {
        let got = run(command);
        programs.open_gate(1);
        // The check has adopted the other one, where the system can do that.
        while nix::sys::wait::wait().is_ok() {}
        got
    });
    let Ok(got) = got else {
        let how = format!("`run` had not returned after {SOON:?}, when only that one was left");
        fail(Kind::Stuck, format!("{what}: {how}"));
    };
    expect(Kind::WrongResult, what, &got, &Ok(End::Code(5)));
}

fn takes_its_time() {
    let programs = Arc::new(Programs::new());
    let command = programs.shell("shell", "read x < \"$2\"; kill -TERM $$");
    let what = "a shell that waits for a while, and then is ended by SIGTERM";
    let waited = asleep(what, &programs, 1, move || run(command));
    expect(Kind::WrongResult, what, &waited.value, &Ok(End::Signal(15)));
    programs.expect_each_once(what, &["shell"]);
}

fn cannot_be_started() {
    let programs = Programs::new();
    let not_a_program = programs.notes_file().display().to_string();
    for program in ["no-such-program-anywhere", &not_a_program] {
        let what = format!("`{program}`, which cannot be started");
        let mut command = Command::new(program);
        command.stdin(Stdio::null());
        if let Ok(end) = alone(SOON, &what, move || run(command)) {
            let what = format!("{what}: expected an error, got {end:?}");
            fail(Kind::WrongResult, what);
        }
    }
}
