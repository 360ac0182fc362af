//! Judges `04_reap_them_all`: programs that need one another, that end in any way, and that do not
//! exist.

use std::env;
use std::fs;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use judge::chance::{any, shuffled};
use judge::exercise;
use judge::left::{Bystanders, Late, alone, alone_or, children};
use judge::programs::{Programs, SOON};
use judge::waits::asleep;
use judge::{Kind, Solved, expect, fail};

crate::exercise!("../exercises/04_reap_them_all.rs");

type Codes = Result<Vec<Option<i32>>, String>;

/// The looks, a millisecond or more apart, by which the next one of several programs has begun. They take longer where the
/// machine has much else to do.
const PATIENCE: usize = 1_500;

/// The times that an answer may be slow, which a busy machine can make it.
const TRIES: usize = 3;

/// Judges with none to many that all have to run at once, ends of all kinds, and lists in which one
/// cannot be started.
pub fn check() -> Solved {
    for many in [0, 1, 2, 3, usize::try_from(any(20..26)).unwrap_or(20)] {
        all_at_once(many);
    }
    ids_in_no_order();
    ends_of_all_kinds();
    beside_others();
    takes_its_time();
    prints_much();
    for (before, behind) in [(0, 0), (0, 2), (1, 0), (3, 1), (16, 3)] {
        not_slow(before, behind);
    }
    Solved::new(
        "with 0 to 25 at once, ends of all kinds, and one of up to twenty that could not be started",
    )
}

fn run_all(commands: Vec<Command>) -> Codes {
    exercise::run_all(commands).map_err(|why| why.to_string())
}

/// Returns different codes in no order.
fn codes(many: usize) -> Vec<i32> {
    shuffled((0..255).collect())
        .into_iter()
        .take(many)
        .collect()
}

/// Judges with programs that each wait at the gate, which opens when all are there.
fn all_at_once(many: usize) {
    let programs = Arc::new(Programs::new());
    let codes = codes(many);
    let names: Vec<String> = (0..many)
        .map(|number| format!("program-{number}"))
        .collect();
    let commands = names.iter().zip(&codes);
    let commands = commands
        .map(|(name, code)| programs.shell(name, &format!("read x < \"$2\"; exit {code}")))
        .collect();

    let what = match many {
        1 => "1 program, which ends when it has begun".to_owned(),
        _ => format!("{many} programs, each of which ends when all have begun"),
    };
    let over = Arc::new(AtomicBool::new(false));
    let opens = {
        let (gate, over) = (Arc::clone(&programs), Arc::clone(&over));
        thread::spawn(move || open_when_all_are_there(&gate, many, &over))
    };
    let got = alone(Duration::from_secs(10), &what, move || {
        let codes = run_all(commands);
        over.store(true, Ordering::Relaxed);
        (codes, opens.join().expect("opening does not panic"))
    });
    let (got, together) = got;
    if together < many {
        fail(
            if together > 1 {
                Kind::TooFewAtOnce
            } else {
                Kind::NeverOverlapped
            },
            format!("{what}: only {together} had begun, and the next one was not started"),
        );
    }
    let wanted: Vec<Option<i32>> = codes.into_iter().map(Some).collect();
    expect(
        Kind::WrongResult,
        &format!("{what}: their exit codes, in the order of the commands"),
        &got,
        &Ok(wanted),
    );
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    programs.expect_each_once(&format!("one of {what}"), &names);
}

/// Returns how many had begun when the gate was opened. Those that come later may pass as well, so
/// that they end.
fn open_when_all_are_there(gate: &Programs, many: usize, over: &AtomicBool) -> usize {
    let mut seen = 0;
    let mut looks = 0;
    while seen < many && looks < PATIENCE {
        thread::sleep(Duration::from_millis(1));
        looks += 1;
        let now = gate.notes().len();
        if now > seen {
            seen = now;
            looks = 0;
        }
    }
    let mut passed = many;
    gate.open_gate(many);
    while !over.load(Ordering::Relaxed) {
        let more = gate.notes().len().saturating_sub(passed);
        gate.open_gate(more);
        passed += more;
        thread::sleep(Duration::from_millis(1));
    }
    seen
}

/// Judges with process ids that get a digit more, and that begin again with small ones: neither as numbers nor as text
/// are they in the order of the commands. Only Linux lets a process choose the next one, and only if it may. That is felt
/// by all programs of the machine, so a variable has to ask for it, as `.ci/run` does.
fn ids_in_no_order() {
    if env::var_os("COURSE_PROCESS_IDS").is_none() {
        return;
    }

    let most = fs::read_to_string("/proc/sys/kernel/pid_max").unwrap_or_default();
    let most: u32 = most.trim().parse().unwrap_or(0);
    for last in [10_000, most] {
        // Some are taken by what comes in between.
        let last = last.saturating_sub(20).to_string();
        if fs::write("/proc/sys/kernel/ns_last_pid", last).is_ok() {
            all_at_once(35);
        }
    }
}

/// Judges with programs of which the last ones end first, and some before others are started.
fn ends_of_all_kinds() {
    let programs = Programs::new();
    let signal = any(1..3) * 3 + 6;
    let ends = [
        ("late".to_owned(), "sleep 0.1; exit 7".to_owned(), Some(7)),
        ("at-once".into(), "exit 0".into(), Some(0)),
        ("killed".into(), format!("kill -{signal} $$"), None),
        ("failed".into(), "exit 255".into(), Some(255)),
        (
            "killed-late".into(),
            "sleep 0.05; kill -TERM $$".into(),
            None,
        ),
        ("well".into(), "sleep 0.02".into(), Some(0)),
    ];
    let commands = ends
        .iter()
        .map(|(name, script, _)| programs.shell(name, script))
        .collect();
    let what = format!("six programs, of which one is ended by signal {signal} and one by SIGTERM");
    let got = alone(SOON, &what, move || run_all(commands));
    let wanted: Vec<Option<i32>> = ends.iter().map(|(_, _, code)| *code).collect();
    expect(
        Kind::WrongResult,
        &format!("{what}: their exit codes, in the order of the commands"),
        &got,
        &Ok(wanted),
    );
    let names: Vec<&str> = ends.iter().map(|(name, _, _)| name.as_str()).collect();
    programs.expect_each_once(&format!("one of {what}"), &names);
}

/// Judges beside children that the caller has started itself, and will wait for itself.
fn beside_others() {
    let what = "two programs, beside children that the caller has started";
    let programs = Programs::new();
    let commands = vec![
        programs.shell("one", "exit 3"),
        programs.shell("two", "sleep 0.1; exit 4"),
    ];
    let others = Bystanders::start();
    let got = alone(SOON, what, move || run_all(commands));
    expect(Kind::WrongResult, what, &got, &Ok(vec![Some(3), Some(4)]));
    others.expect_untouched(what);
}

/// Describes a call that does not end although one of its programs cannot be started.
fn stuck(what: &str, late: &Late) -> String {
    let running = children().iter().filter(|child| !child.zombie).count();
    if running == 0 {
        return late.told(what);
    }
    let how = "they are to be killed, and one of them does not hear SIGTERM";
    format!("{what}: it did not end within {SOON:?}, and {running} still ran: {how}")
}

fn takes_its_time() {
    let programs = Arc::new(Programs::new());
    let commands = vec![
        programs.shell("one", "read x < \"$2\"; exit 3"),
        programs.shell("two", "read x < \"$2\"; exit 4"),
    ];
    let what = "two programs that take their time";
    let waited = asleep(what, &programs, 2, move || run_all(commands));
    expect(
        Kind::WrongResult,
        what,
        &waited.value,
        &Ok(vec![Some(3), Some(4)]),
    );
}

/// Judges with a program that waits for the one behind it, which first prints more than a pipe holds. The commands say
/// where that goes.
fn prints_much() {
    let programs = Programs::new();
    let print = "head -c 200000 /dev/zero; head -c 200000 /dev/zero >&2";
    let next = format!("{print}; echo printed >> \"$1\"; echo > \"$2\"; exit 4");
    let mut commands = vec![
        programs.shell("waits", "read x < \"$2\"; exit 3"),
        programs.shell("prints", &next),
    ];
    for command in &mut commands {
        command.stdout(Stdio::null()).stderr(Stdio::null());
    }

    let what = "a program that ends when the next one has printed 200 KB to each side";
    let notes = programs.notes_file();
    let stuck = |late: &Late| {
        let notes = fs::read_to_string(notes).unwrap_or_default();
        if notes.contains("prints") && !notes.contains("printed") {
            format!("{what}: nothing reads what the next one prints, and so it cannot go on")
        } else {
            late.told(what)
        }
    };
    let got = alone_or(SOON, what, stuck, move || run_all(commands));
    expect(Kind::WrongResult, what, &got, &Ok(vec![Some(3), Some(4)]));
}

/// Ends the check if it is too slow each time: the best of its times beside the best of what is needed then.
fn not_slow(before: usize, behind: usize) {
    let limit = Duration::from_millis(150);
    let (what, mut took) = one_is_missing(before, behind);
    let mut needed = Duration::MAX;

    for _ in 0..TRIES {
        if took <= limit {
            return;
        }
        needed = needed.min(start_and_kill(before + behind));
        if took <= limit + needed * 3 {
            return;
        }
        took = took.min(one_is_missing(before, behind).1);
    }

    let how = format!("it took {took:.0?}, where to start, to kill and to wait takes {needed:.0?}");
    fail(Kind::Stuck, format!("{what}: {how}"));
}

/// Judges with programs that never end, some that have ended already, and then one that is missing. Returns how long it
/// took, of what.
fn one_is_missing(before: usize, behind: usize) -> (String, Duration) {
    let programs = Programs::new();
    let command = |number: usize| match number % 3 {
        0 => programs.shell("deaf", "trap '' TERM INT HUP QUIT; exec sleep 1000"),
        1 => programs.shell("over", "exit 3"),
        _ => programs.shell("stopped", "kill -STOP $$"),
    };
    let mut commands: Vec<Command> = (0..before).map(command).collect();
    let mut missing = Command::new("no-such-program-anywhere");
    missing.stdin(Stdio::null());
    commands.push(missing);
    commands.extend((0..behind).map(command));

    let of = if before == 1 { "program" } else { "programs" };
    let what = format!("{before} {of}, one that cannot be started, and {behind} more");
    let (got, took) = alone_or(
        SOON,
        &what,
        |late| stuck(&what, late),
        move || {
            let start = Instant::now();
            (run_all(commands), start.elapsed())
        },
    );
    if let Ok(codes) = got {
        fail(
            Kind::WrongResult,
            format!("{what}: expected an error, got {codes:?}"),
        );
    }

    (what, took)
}

/// Returns how long that takes here and now: a busy machine is not the answer's fault.
fn start_and_kill(many: usize) -> Duration {
    let programs = Programs::new();
    let start = Instant::now();
    let mut children: Vec<_> = (0..many)
        .filter_map(|_| programs.shell("again", "exec sleep 1000").spawn().ok())
        .collect();
    for child in &mut children {
        let _ = child.kill();
        let _ = child.wait();
    }
    start.elapsed()
}
