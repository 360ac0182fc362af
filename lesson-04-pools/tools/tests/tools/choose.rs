//! `choose`: the tree at a terminal and without one, and real commands measured.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::process::spawn;
use serde_json::Value;
use testing::{is_alive, run, run_demo, run_json};

use crate::PROGRAM;

#[test]
fn without_a_terminal_the_whole_tree_is_printed_as_in_the_chapter() {
    let ran = run(PROGRAM, &["choose"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let (_, tree) = ran.stdout.split_once("\n\n").unwrap();
    assert!(
        tree.starts_with("Is one machine enough?\n") && tree.matches(" => ").count() >= 13,
        "{tree}"
    );
    let chapter = include_str!("../../../../docs/05-choosing/decision-tree.md");
    assert!(
        chapter.contains(tree),
        "docs/05-choosing/decision-tree.md shows another tree than:\n{tree}"
    );
}

#[test]
fn flags_answer_without_asking() {
    for (args, answer) in [
        (
            &["--waiting", "--jobs", "10"][..],
            "use: a thread for each job\n",
        ),
        (
            &["--waiting", "--jobs", "10", "--shared"],
            "use: a thread for each job, and a channel",
        ),
        (&["--waiting", "--jobs", "100"], "use: a thread pool\n"),
        (&["--waiting", "--jobs", "10000"], "use: async tasks\n"),
        (&["--waiting", "--isolated"], "use: a process for each job"),
        (&["--computing"], "use: threads, as many as cores: rayon"),
        (&["--computing", "--isolated"], "use: a process pool"),
        (
            &["--computing", "--waiting", "--jobs", "1000"],
            "use: async tasks that wait, and a pool",
        ),
        (&["--machines", "3"], "use: a queue outside your program"),
    ] {
        let ran = run(PROGRAM, &[&["choose"], args].concat());
        assert_eq!(ran.code, Some(0), "{args:?}: {}", ran.stderr);
        assert!(ran.stdout.contains(answer), "{args:?}: {}", ran.stdout);
        for line in ["why: ", "see: cargo run -p lesson-0", "with: "] {
            assert!(ran.stdout.contains(line), "{args:?}: {}", ran.stdout);
        }
    }
    // What is not known leaves the part of the tree that depends on it.
    let ran = run(PROGRAM, &["choose", "--waiting"]);
    assert!(
        ran.stdout.contains("How many at once?") && !ran.stdout.contains("crashes"),
        "{}",
        ran.stdout
    );
}

#[test]
fn at_a_terminal_it_asks() {
    let terminal = nix::pty::openpty(None, None).unwrap();
    let end = || Stdio::from(File::from(terminal.slave.try_clone().unwrap()));
    let mut command = Command::new(PROGRAM);
    command
        .args(["choose", "--color", "never"])
        .stdin(end())
        .stdout(end())
        .stderr(end());
    let mut child = spawn(&mut command, "choose").unwrap();
    drop((command, terminal.slave));
    let mut screen = File::from(terminal.master);
    // One machine; it waits; what is no answer, then: no harm done; 33 to 200.
    screen.write_all(b"1\n1\nperhaps\n2\n3\n").unwrap();
    let mut shown = String::new();
    let mut buffer = [0; 4096];
    // Linux ends the reading of a terminal that nobody has open any more with an error.
    while let Ok(length @ 1..) = screen.read(&mut buffer) {
        shown.push_str(&String::from_utf8_lossy(&buffer[..length]));
    }
    assert!(child.wait().unwrap().success(), "{shown}");
    for text in [
        "Is one machine enough?",
        "1 to 3, or q: ",
        "use: a thread pool",
        "lesson-04-pools -- downloads",
    ] {
        assert!(shown.contains(text), "no {text:?} in:\n{shown}");
    }
}

fn measured(args: &[&str]) -> Value {
    run_demo(
        PROGRAM,
        &[&["choose", "--runs", "2", "--most", "2"], args].concat(),
    )["results"]
        .take()
}

#[test]
fn a_command_that_sleeps_is_waiting() {
    let results = measured(&["--", "sleep", "0.3"]);
    assert_eq!(results["kind"], "waiting", "{results}");
    assert!(
        results["runs"][0]["wall_s"].as_f64().unwrap() >= 0.3,
        "{results}"
    );
    assert_eq!(results["levels"][0]["at_once"], 1, "{results}");
}

/// `cargo run` becomes the lesson with `exec`, and may have compiled before.
#[cfg(target_os = "linux")]
#[test]
fn children_before_the_exec_are_not_the_commands_memory() {
    let large = "head -c 200000000 /dev/zero | tail -c 200000000 > /dev/null";
    let measure = format!("exec {PROGRAM} choose --json --runs 1 --most 1 -- sleep 0.1");
    let ran = run("sh", &["-c", &format!("{large}; {measure}")]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let results: Value = serde_json::from_str(&ran.stdout).unwrap();
    let peak = results["results"]["runs"][0]["peak_bytes"].as_u64();
    assert!(
        peak.is_some_and(|peak| (1 << 20..100_000_000).contains(&peak)),
        "{results}"
    );

    // What the command itself needs is seen.
    let results = measured(&["--", "sh", "-c", large]);
    let peak = results["runs"][0]["peak_bytes"].as_u64();
    assert!(peak > Some(190_000_000), "{results}");
}

#[test]
fn a_busy_loop_is_computing() {
    let busy = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";
    let results = measured(&["--", "sh", "-c", busy]);
    // Elsewhere the system does not say how long it stood in line for a core.
    if cfg!(target_os = "linux") {
        assert_eq!(results["kind"], "computing", "{results}");
    }
    assert!(
        results["answer"]["approach"]
            .as_str()
            .unwrap()
            .contains("as many as cores"),
        "{results}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn reading_a_large_file_is_input_and_output() {
    let folder = common::TempDir::new("choose-test").unwrap();
    let file = folder.path().join("large");
    std::fs::write(&file, vec![7; 64 << 20]).unwrap();
    let results = measured(&["--", "cat", file.to_str().unwrap()]);
    // From memory the CPU moves the bytes; from a disk it waits for them. It is no computing.
    assert!(
        ["moving", "waiting", "both"].contains(&results["kind"].as_str().unwrap()),
        "{results}"
    );
    assert!(
        results["runs"][0]["read_bytes"].as_u64().unwrap() >= 64 << 20,
        "{results}"
    );
}

#[test]
fn a_command_that_fails_is_said_so() {
    let ran = run(
        PROGRAM,
        &["choose", "--", "sh", "-c", "echo no tea >&2; exit 3"],
    );
    assert_eq!(
        (ran.code, ran.stderr.lines().count()),
        (Some(1), 1),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("ended with exit code 3: no tea"),
        "{}",
        ran.stderr
    );
    let ran = run(PROGRAM, &["choose", "--", "sh", "-c", "kill -9 $$"]);
    assert!(
        ran.code == Some(1) && ran.stderr.contains("killed by signal 9"),
        "{}",
        ran.stderr
    );
    let ran = run(PROGRAM, &["choose", "--", "no-such-program"]);
    assert!(
        ran.code == Some(2) && ran.stderr.contains("cannot start `no-such-program`"),
        "{}",
        ran.stderr
    );
    let results = measured(&["--ignore-failure", "--", "sh", "-c", "sleep 0.05; exit 3"]);
    assert_eq!(results["kind"], "waiting", "{results}");
}

#[test]
fn a_command_that_fails_only_in_a_crowd_ends_the_search() {
    let folder = common::TempDir::new("choose-test").unwrap();
    // `mkdir` succeeds for one at a time.
    let alone = format!(
        "mkdir {0}/lock || exit 9; sleep 0.2; rmdir {0}/lock",
        folder.path().display()
    );
    let (runs, ran) = run_json(
        PROGRAM,
        &["choose", "--runs", "1", "--", "sh", "-c", &alone],
    );
    assert!(
        ran.code == Some(1) && ran.stderr.contains("exit code 9"),
        "{}",
        ran.stderr
    );
    assert_eq!(
        (
            &runs[0]["results"]["stopped_by"],
            &runs[0]["results"]["stopped_at"]
        ),
        (&"failed".into(), &2.into())
    );
}

#[test]
fn a_command_that_does_not_end_meets_the_limit() {
    // With a child of its own, which holds on to everything: `run` requires that nothing is left of
    // it.
    let ran = run(
        PROGRAM,
        &[
            "choose",
            "--limit",
            "0.3",
            "--",
            "sh",
            "-c",
            "sleep 1000 & wait",
        ],
    );
    assert_eq!(
        (ran.code, ran.stderr.lines().count()),
        (Some(1), 1),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("did not end within 300.0 ms (--limit)"),
        "{}",
        ran.stderr
    );
    assert!(ran.wall < Duration::from_secs(100));
}

#[test]
fn what_there_was_no_time_for_is_not_claimed() {
    let (runs, ran) = run_json(
        PROGRAM,
        &[
            "choose", "--limit", "3", "--runs", "1", "--", "sleep", "1.6",
        ],
    );
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let results = &runs[0]["results"];
    assert_eq!(
        (&results["stopped_by"], &results["enough_at_once"]),
        (&"time".into(), &Value::Null),
        "{results}"
    );
    assert_eq!(
        results["answer"]["question"], "How many at once?",
        "{results}"
    );
    // Nor is it claimed that one at a time is best, where only one was allowed.
    let (runs, ran) = run_json(
        PROGRAM,
        &["choose", "--most", "1", "--runs", "1", "--", "sleep", "0.1"],
    );
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(
        runs[0]["results"]["answer"]["question"], "How many at once?",
        "{}",
        runs[0]
    );
}

#[test]
fn the_limit_on_the_number_is_kept() {
    let results = measured(&["--", "sleep", "0.1"]);
    let levels = results["levels"].as_array().unwrap();
    assert!(
        levels.len() <= 2 && levels.last().unwrap()["at_once"].as_u64().unwrap() <= 2,
        "{results}"
    );
}

#[test]
fn ctrl_c_ends_the_command_and_all_that_it_has_started() {
    let folder = common::TempDir::new("choose-test").unwrap();
    let note = folder.path().join("pid");
    let script = format!(
        "echo $$ > {0}.new; mv {0}.new {0}; sleep 1000 & wait",
        note.display()
    );
    let mut command = Command::new(PROGRAM);
    command
        .args(["choose", "--", "sh", "-c", &script])
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let mut child = spawn(command.process_group(0), "choose").unwrap();
    let patience = Instant::now() + Duration::from_mins(1);
    let group = loop {
        if let Ok(text) = std::fs::read_to_string(&note) {
            break text.trim().parse::<u32>().unwrap();
        }
        assert!(Instant::now() < patience, "the command did not start");
        std::thread::sleep(Duration::from_millis(5));
    };
    let us = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
    nix::sys::signal::kill(us, nix::sys::signal::Signal::SIGINT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let patience = Instant::now() + Duration::from_secs(30);
    while is_alive(group) {
        assert!(
            Instant::now() < patience,
            "something of the command is still alive"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}
