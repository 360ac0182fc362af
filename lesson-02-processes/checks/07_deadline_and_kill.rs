//! Judges `07_deadline_and_kill`: a program that is quick, one that is slow, and one that will not be asked.

use std::io::pipe;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use common::exercise;
use common::exercises::left::{expect_no_children, within};
use common::exercises::{Kind, Solved, expect, fail};
use common::measure::timed;
use nix::time::{ClockId, clock_gettime};

crate::exercise!("../exercises/07_deadline_and_kill.rs");

/// The exit code, if it ended in time. Three seconds are enough for all of this, except for who waits for an hour.
fn run_for(script: &'static str, limit: Duration) -> Result<Option<Option<i32>>, String> {
    let run = move || {
        let mut command = Command::new("sh");
        let ended = exercise::run_for(command.args(["-c", script]).stdin(Stdio::null()), limit);
        ended
            .map(|status| status.map(|status| status.code()))
            .map_err(|why| why.to_string())
    };
    within(
        Duration::from_secs(3),
        &format!("`{script}` with a limit of {limit:?}"),
        run,
    )
}

/// So much is computed beside the answer, to compare it with.
const BESIDE: Duration = Duration::from_millis(100);

/// Computes until it has had a core for that long, whoever else wants one.
fn compute() {
    let clock =
        || clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("every thread has this clock");
    let start = clock();
    while Duration::from(clock() - start) < BESIDE {}
}

/// While a program takes its time, the answer sleeps: one that asks without a pause gets as much of the cores as one that
/// only computes. That is so on a busy machine as well, where neither gets much.
fn expect_sleep(limit: Duration) {
    let (input, held_open) = pipe().expect("there is a pipe");
    let run = move || {
        let computes = thread::spawn(move || {
            compute();
            drop(held_open);
        });
        let ended = exercise::run_for(
            Command::new("cat").stdin(input).stdout(Stdio::null()),
            limit,
        );
        computes.join().expect("computing does not panic");
        ended
    };
    let (ended, used) = within(
        Duration::from_mins(1),
        "`cat`, whose input ends soon",
        || timed(run),
    );
    let ended = ended
        .map(|status| status.map(|status| status.code()))
        .map_err(|why| why.to_string());
    expect(
        Kind::WrongResult,
        "a program that ends when its input does",
        &ended,
        &Ok(Some(Some(0))),
    );
    let busy = used.cpu.saturating_sub(BESIDE);
    if busy > BESIDE / 2 {
        let what =
            "it asks again and again, and computes as much as an endless loop does meanwhile";
        fail(
            Kind::Stuck,
            format!("{what}: {busy:?}, and the loop {BESIDE:?}"),
        );
    }
}

/// Long before the limit, long after it, and deaf to SIGTERM.
pub fn check() -> Solved {
    let hour = Duration::from_hours(1);
    let short = Duration::from_millis(100);
    let in_time = run_for("exit 4", hour);
    expect(
        Kind::WrongResult,
        "exit code of a program that ends at once",
        &in_time,
        &Ok(Some(Some(4))),
    );
    let killed = run_for("kill -9 $$", hour);
    expect(
        Kind::WrongResult,
        "one that a signal ends at once",
        &killed,
        &Ok(Some(None)),
    );
    expect_no_children();
    let late = run_for("exec sleep 1000", short);
    expect(
        Kind::WrongResult,
        "a program that takes too long",
        &late,
        &Ok(None),
    );
    expect_no_children();
    let deaf = run_for("trap '' TERM; exec sleep 1000", short);
    expect(
        Kind::WrongResult,
        "one that ignores SIGTERM",
        &deaf,
        &Ok(None),
    );
    expect_no_children();
    expect_sleep(hour);
    expect_no_children();
    Solved::new("with programs that end in time, too late, and not when they are asked to")
}
