//! Judges `04_reap_them_all`: programs that need one another, one that is killed, and one that does not exist.

use std::process::{Command, Stdio};
use std::time::Duration;

use common::TempDir;
use common::exercise;
use common::exercises::left::{expect_no_children, within};
use common::exercises::{Kind, Solved, expect, fail};

crate::exercise!("../exercises/04_reap_them_all.rs");

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]).stdin(Stdio::null());
    command
}

fn run_all(commands: Vec<Command>) -> Result<Vec<Option<i32>>, String> {
    let run = || exercise::run_all(commands).map_err(|why| why.to_string());
    within(Duration::from_secs(20), "running programs that end", run)
}

/// Three that each wait until all three are there; ends of all kinds; and one that cannot be started.
pub fn check() -> Solved {
    let folder = TempDir::new("reap-them-all").expect("there is a folder for temporary files");
    let here = folder.path().display();
    let meet = |name: u32| {
        // Gives up after a while, and then the others need not try: at the same time nobody has to.
        let all = format!("[ -e {here}/1 ] && [ -e {here}/2 ] && [ -e {here}/3 ]");
        let give_up = format!("[ -e {here}/late ] || [ $n -gt 100 ]");
        shell(&format!(
            ": > {here}/{name}; n=0; until {all}; do \
             if {give_up}; then : > {here}/late; exit 9; fi; n=$((n+1)); sleep 0.02; done; exit {name}"
        ))
    };
    let met = run_all(vec![meet(1), meet(2), meet(3)]);
    if let Ok(codes) = &met
        && codes.contains(&Some(9))
    {
        fail(
            Kind::NeverOverlapped,
            "each of three programs waits until all three run, and one waited in vain",
        );
    }
    let what = "exit codes, in the order of the commands";
    expect(
        Kind::WrongResult,
        what,
        &met,
        &Ok(vec![Some(1), Some(2), Some(3)]),
    );
    expect_no_children();

    // The last one ends first, so the order is not that of their ends.
    let ends = run_all(vec![
        shell("sleep 0.1; exit 7"),
        shell("kill -9 $$"),
        shell("exit 0"),
        shell("sleep 0.1"),
    ]);
    expect(
        Kind::WrongResult,
        what,
        &ends,
        &Ok(vec![Some(7), None, Some(0), Some(0)]),
    );
    expect_no_children();

    let missing = Command::new("no-such-program-anywhere");
    let started = run_all(vec![
        shell("exec sleep 1000"),
        shell("exit 3"),
        missing,
        shell("exit 4"),
    ]);
    if let Ok(codes) = started {
        fail(
            Kind::WrongResult,
            format!("one cannot be started: expected an error, got {codes:?}"),
        );
    }
    expect_no_children();
    Solved::new("with three at once, one that was killed and one that could not be started")
}
