//! Judges `07_deadline_and_kill`: programs that are quick, slow, and not to be asked; and how soon
//! it is seen.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use judge::chance::any;
use judge::exercise;
use judge::left::{Bystanders, alone};
use judge::programs::{Programs, SOON};
use judge::waits::{Waited, asleep, beside_a_clock, opened_after};
use judge::{Kind, Solved, expect, fail};

crate::exercise!("../exercises/07_deadline_and_kill.rs");

/// Exit code and signal, if it ended in time.
type Ended = Result<Option<(Option<i32>, Option<i32>)>, String>;

const HOUR: Duration = Duration::from_hours(1);

/// The most that an answer may be late, besides what a clock was late meanwhile. A busy machine may
/// make it later, but not three times in a row.
const LATE: Duration = Duration::from_millis(150);
const TRIES: usize = 3;

/// Judges with programs that end long before the limit, long after it, and that are deaf to
/// SIGTERM.
pub fn check() -> Solved {
    in_time();
    too_late();
    nothing_is_left();
    ends_while_it_looks_away();
    sleeps_while_it_waits();
    is_not_kept_waiting();
    cannot_be_started();
    longest_limits();
    Solved::new("with programs that end in time, too late, and not when they are asked to")
}

fn run_for(mut command: Command, limit: Duration) -> Ended {
    let ended = exercise::run_for(&mut command, limit);
    ended
        .map(|status| status.map(|status| (status.code(), status.signal())))
        .map_err(|why| why.to_string())
}

fn in_time() {
    let code = i32::try_from(any(1..256)).unwrap_or(1);
    for (script, code, signal) in [
        ("exit 0".to_owned(), Some(0), None),
        (format!("exit {code}"), Some(code), None),
        ("kill -KILL $$".to_owned(), None, Some(9)),
        ("kill -TERM $$".to_owned(), None, Some(15)),
    ] {
        let programs = Programs::new();
        let command = programs.shell("shell", &script);
        let what = format!("`{script}` with a limit of an hour");
        let others = Bystanders::start();
        let got = alone(SOON, &what, move || run_for(command, HOUR));
        others.expect_untouched(&what);
        programs.expect_each_once(&what, &["shell"]);
        let what = format!("{what}: exit code and signal");
        expect(Kind::WrongResult, &what, &got, &Ok(Some((code, signal))));
    }
}

/// Judges with a limit that is over at no `Instant`, and with some that are no longer as much in whole numbers of 32 bits.
fn longest_limits() {
    let bits = 1 << 32;
    for limit in [
        Duration::MAX,
        Duration::from_millis(bits + 1),
        Duration::from_micros(bits + 1_000),
        Duration::from_secs(bits),
    ] {
        let programs = Programs::new();
        let command = programs.shell("shell", "exec sleep 0.02");
        let limit_said = match limit {
            Duration::MAX => "`Duration::MAX`".to_owned(),
            _ => format!("{limit:?}"),
        };
        let what = format!("`exec sleep 0.02` with the limit {limit_said}");
        let got = alone(SOON, &what, move || run_for(command, limit));
        expect(Kind::WrongResult, &what, &got, &Ok(Some((Some(0), None))));
    }
}

/// Judges when a program is killed: not before the limit is over, and not long after.
fn too_late() {
    for (script, limit) in [
        ("exec sleep 1000", 0),
        ("exec sleep 1000", 31),
        ("trap '' TERM INT HUP QUIT; exec sleep 1000", 87),
        ("kill -STOP $$; exec sleep 1000", 43),
        ("exec >&- 2>&-; exec sleep 1000", 120),
    ] {
        let limit = Duration::from_millis(limit);
        let what = format!("`{script}` with a limit of {limit:?}");
        not_late(&what, || {
            let programs = Programs::new();
            let command = programs.shell("shell", script);
            let (got, took, clock) = alone(SOON, &what, move || {
                let start = Instant::now();
                let (got, clock) = beside_a_clock(|| run_for(command, limit));
                (got, start.elapsed(), clock)
            });
            expect(Kind::WrongResult, &what, &got, &Ok(None));
            // Some ways to wait know only whole milliseconds.
            if took + Duration::from_millis(2) < limit {
                let what = format!("{what}: it gave up after {took:.0?} already");
                fail(Kind::WrongResult, what);
            }
            (took.saturating_sub(limit + 3 * clock), "the limit")
        });
    }
}

/// Ends the check if it is too late each time: by how much, and behind what.
fn not_late(what: &str, mut once: impl FnMut() -> (Duration, &'static str)) {
    let mut late = once();
    for _ in 1..TRIES {
        if late.0 > LATE {
            late = once();
        }
    }
    let (late, behind) = late;
    if late > LATE {
        let what = format!("{what}: it came back {late:.0?} after {behind}");
        fail(Kind::WrongResult, what);
    }
}

/// Judges what is left in the very moment in which it returns, and often: a process that is about
/// to be waited for is not yet gone.
fn nothing_is_left() {
    for limit in 1..=12 {
        let programs = Programs::new();
        let command = programs.shell("shell", "exec sleep 1000");
        let limit = Duration::from_millis(limit);
        let what = format!("`sleep 1000` with a limit of {limit:?}");
        let got = alone(SOON, &what, move || run_for(command, limit));
        expect(Kind::WrongResult, &what, &got, &Ok(None));
    }
}

/// Judges with programs that end in time, where the answer can look only when the limit is over. It
/// may say either then, but the same of both.
fn ends_while_it_looks_away() {
    let mut limit = Duration::from_millis(50);
    // An answer may just have begun to look when it is stopped, but not each time.
    for _ in 0..3 * TRIES {
        let (code, signal) = loop {
            let code = ends_by_itself("exit 3", limit);
            let signal = ends_by_itself("kill -TERM $$", limit);
            if let (Some(code), Some(signal)) = (code, signal) {
                break (code, signal);
            }
            // The limit was over before the program stood at its end: it needs a longer one on this machine.
            limit *= 2;
            if limit > SOON {
                return;
            }
        };
        let of_one = |ended: &Ended| matches!(ended, Ok(Some(_)));
        if of_one(&code) == of_one(&signal) {
            return;
        }
        if code == Ok(None) || signal == Ok(None) {
            continue;
        }
        let what = "a program that ended in time, by itself or by a signal";
        fail(
            Kind::WrongResult,
            format!("{what}: got {code:?} and {signal:?}"),
        );
    }
    let what = "of two programs that ended in time, one with an exit code and one by SIGTERM, it reports only one";
    fail(Kind::WrongResult, what);
}

/// Returns what the answer says of a program that ends while the answer stands still, until behind the limit; nothing if
/// it was killed before.
fn ends_by_itself(script: &str, limit: Duration) -> Option<Ended> {
    let programs = Programs::new();
    let script = format!("kill -STOP $3; echo $$ > \"$1.go\"; {script}");
    let command = programs.shell("shell", &script);
    let what = format!("`{script}` with a limit of {limit:?}");

    let thaw = programs.thaw_after(limit);
    let got = alone(SOON + 2 * limit, &what, move || run_for(command, limit));

    thaw.is_done().then_some(got)
}

/// Ends the check unless it is the program's exit code that came; and returns how late.
fn late(what: &str, programs: &Programs, waited: &Waited<Ended>) -> (Duration, &'static str) {
    expect(
        Kind::WrongResult,
        what,
        &waited.value,
        &Ok(Some((Some(8), None))),
    );
    programs.expect_each_once(what, &["shell"]);
    (waited.late, "the program had ended")
}

/// A limit that is over long after the programs that end by themselves.
const LONG: Duration = Duration::from_secs(4);

const UNTIL_OPEN: &str = "read x < \"$2\"; exit 8";

fn sleeps_while_it_waits() {
    let what = "a program that takes a while, with a limit of an hour";
    not_late(what, || {
        let programs = Arc::new(Programs::new());
        let command = programs.shell("shell", UNTIL_OPEN);
        let waited = asleep(what, &programs, 1, move || run_for(command, HOUR));
        late(what, &programs, &waited)
    });
}

/// Judges with times by which pauses are too long that grow with the limit or with the time that
/// has passed: also those that double look for the last time long before one of these. Both at
/// once, since that takes a while; one after the other only where that does not go well.
fn is_not_kept_waiting() {
    let times = [325, 530].map(Duration::from_millis);
    if !end_at_once(times) {
        times.into_iter().for_each(ends_after);
    }
}

/// Returns whether it comes back soon after the end of each of two programs that run at once.
fn end_at_once(times: [Duration; 2]) -> bool {
    let what = format!("two programs at once that take {times:?}, with a limit of 4 s");
    let (ended, clock) = alone(Duration::from_secs(10), &what, move || {
        beside_a_clock(|| {
            let threads = times.map(|time| thread::spawn(move || late_after(time)));
            threads.map(thread::JoinHandle::join)
        })
    });

    let in_time = Ok(Some((Some(8), None)));
    ended
        .into_iter()
        .all(|ended| ended.is_ok_and(|(got, late)| got == in_time && late <= LATE + 3 * clock))
}

/// Returns what the answer says of a program that ends after this time, and how late.
fn late_after(time: Duration) -> (Ended, Duration) {
    let programs = Arc::new(Programs::new());
    let command = programs.shell("shell", UNTIL_OPEN);
    let gate = Arc::clone(&programs);
    let opens = thread::spawn(move || {
        thread::sleep(time);
        gate.open_gate(1);
        Instant::now()
    });

    let got = run_for(command, LONG);
    let returned = Instant::now();
    let opened = opens.join().expect("opening does not panic");

    (got, returned.saturating_duration_since(opened))
}

fn ends_after(time: Duration) {
    let what = format!("a program that takes {time:?}, with a limit of 4 s");
    not_late(&what, || {
        let programs = Arc::new(Programs::new());
        let command = programs.shell("shell", UNTIL_OPEN);
        let waited = opened_after(time, &what, &programs, 1, move || run_for(command, LONG));
        late(&what, &programs, &waited)
    });
}

fn cannot_be_started() {
    let what = "a program that does not exist";
    let mut command = Command::new("no-such-program-anywhere");
    command.stdin(Stdio::null());
    if let Ok(ended) = alone(SOON, what, move || run_for(command, HOUR)) {
        fail(
            Kind::WrongResult,
            format!("{what}: expected an error, got {ended:?}"),
        );
    }
}
