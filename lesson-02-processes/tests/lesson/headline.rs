//! The headline demo.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use testing::{assert_contract, assert_nothing_left, is_alive, run, run_command, run_json};

use crate::PROGRAM;

#[test]
fn three_processes_send_their_results() {
    let (runs, ran) = run_json(PROGRAM, &[]);
    assert_eq!((ran.code, runs.len()), (Some(0), 1), "{}", ran.stderr);
    let run = &runs[0];
    assert_contract(run);
    assert_eq!(
        run["results"],
        json!({"Worker-1": "120", "Worker-2": "720", "Worker-3": "24"})
    );
    assert!(
        run["work_s"].as_f64().unwrap() >= 0.15,
        "15 multiplications of 10 ms: {}",
        run["work_s"]
    );

    let lanes = run["lanes"].as_array().unwrap();
    let processes: Vec<&Value> = lanes
        .iter()
        .filter(|lane| lane["kind"] == "process")
        .collect();
    let names: Vec<&str> = processes
        .iter()
        .map(|lane| lane["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Worker-1", "Worker-2", "Worker-3"]);
    let mut pids: Vec<u64> = lanes
        .iter()
        .map(|lane| lane["pid"].as_u64().unwrap())
        .collect();
    pids.sort_unstable();
    pids.dedup();
    assert_eq!(pids.len(), 4, "three workers and their parent: {lanes:?}");
    for lane in processes {
        assert_eq!(lane["spans"].as_array().unwrap().len(), 1, "{lane}");
        let pid = lane["pid"].to_string();
        let told = run["log"].as_array().unwrap().iter().any(|entry| {
            entry["lane"] == lane["name"]
                && entry["message"]
                    .as_str()
                    .unwrap()
                    .ends_with(&format!("process {pid}"))
        });
        assert!(told, "{} says its own process id", lane["name"]);
    }
}

#[test]
fn the_workers_run_at_the_same_time() {
    let (runs, _) = run_json(PROGRAM, &["workers", "20", "20", "20", "--pace", "2"]);
    assert!(
        runs[0]["overlap"].as_f64().unwrap() > 2.0,
        "{}",
        runs[0]["overlap"]
    );
}

#[test]
fn the_numbers_are_arguments() {
    let (runs, _) = run_json(
        PROGRAM,
        &["workers", "0", "30", "1000", "7", "--pace", "0.001"],
    );
    let results = &runs[0]["results"];
    assert_eq!(
        (&results["Worker-1"], &results["Worker-4"]),
        (&json!("1"), &json!("5040"))
    );
    assert_eq!(results["Worker-2"], "265252859812191058636308480000000");
    assert_eq!(results["Worker-3"].as_str().unwrap().len(), 2568);
}

#[test]
fn what_is_no_number_is_refused() {
    for args in [
        ["workers", "five"],
        ["workers", "-5"],
        ["workers", "99999999999"],
        ["wrokers", "5"],
    ] {
        let ran = run(PROGRAM, &args);
        assert_eq!(
            (ran.code, ran.stderr.lines().count()),
            (Some(2), 1),
            "{args:?}: {}",
            ran.stderr
        );
    }
}

/// A run that is still going on, with the process ids of its workers, taken from its log.
struct Going {
    child: Child,
    out: BufReader<ChildStdout>,
    workers: HashMap<String, i32>,
}

/// Starts workers that are busy for seconds, and waits until each has begun.
fn start() -> Going {
    let mut command = Command::new(PROGRAM);
    command
        .args(["workers", "5", "6", "4", "--pace", "50"])
        .process_group(0);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
    let mut workers = HashMap::new();
    let mut line = String::new();
    // The program's end would end the loop as well.
    while workers.len() < 3 && out.read_line(&mut line).expect("its log is text") > 0 {
        if let Some((before, pid)) = line.trim_end().split_once(" computing ") {
            let (_, pid) = pid
                .split_once("in process ")
                .expect("it says its process id");
            let name = before
                .split_whitespace()
                .last()
                .expect("its lane comes before");
            workers.insert(name.to_owned(), pid.parse().expect("a number"));
        }
        line.clear();
    }
    assert_eq!(workers.len(), 3);
    Going {
        child,
        out,
        workers,
    }
}

fn signal(pid: i32, signal: Signal) {
    kill(Pid::from_raw(pid), signal).expect("it is there");
}

#[test]
fn a_killed_worker_is_reported_and_the_others_finish() {
    let mut going = start();
    signal(going.workers["Worker-2"], Signal::SIGKILL);
    // The others need 2.5 and 2 s at this pace.
    let status = going.child.wait().unwrap();
    let mut out = String::new();
    let mut err = String::new();
    going.out.read_to_string(&mut out).unwrap();
    going
        .child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut err)
        .unwrap();
    assert_eq!(status.code(), Some(1), "{out}{err}");
    assert!(
        err.contains("Worker-2 was killed by signal 9 (SIGKILL)"),
        "{err}"
    );
    let has = |words: [&str; 2]| out.lines().any(|line| line.split_whitespace().eq(words));
    assert!(has(["Worker-1", "120"]) && has(["Worker-3", "24"]), "{out}");
    assert_nothing_left(going.child.id());
}

#[test]
fn a_signal_to_the_program_alone_leaves_no_worker() {
    for end in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGKILL] {
        let mut going = start();
        let pid = going.child.id();
        signal(i32::try_from(pid).unwrap(), end);
        going.child.wait().unwrap();
        // After SIGKILL the workers find out by themselves, within a second; otherwise they are gone already.
        assert!(end == Signal::SIGKILL || !is_alive(pid), "{end}");
        assert_nothing_left(pid);
    }
}

#[test]
fn a_worker_without_a_parent_ends() {
    // Its standard input is closed from the start, as if the parent were gone.
    let ran = run(PROGRAM, &["worker", "Worker-1"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""));
    assert!(ran.wall < Duration::from_secs(10));
}

#[test]
fn a_job_that_is_no_job_is_refused_by_the_worker() {
    let mut child = Command::new(PROGRAM)
        .args(["worker", "Worker-9"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A worker may end before all of it is written.
    let _ = std::io::Write::write_all(child.stdin.as_mut().unwrap(), b"print('hello')\n");
    let deadline = Instant::now() + Duration::from_secs(20);
    while child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < deadline, "the worker hangs");
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "Worker-9: bytes that are no message ('pr')\n"
    );
}

#[test]
fn a_closed_stdout_ends_the_run_and_its_workers() {
    let mut shell = Command::new("sh");
    shell.args([
        "-c",
        "{ \"$0\" --pace 100; echo $? >&2; } | head -1",
        PROGRAM,
    ]);
    let ran = run_command(&mut shell);
    assert_eq!(
        (ran.stdout.lines().count(), ran.stderr.trim()),
        (1, "0"),
        "{ran:?}"
    );
}

#[test]
fn reset_undoes_every_change_of_an_exercise() {
    testing::assert_reset(PROGRAM, env!("CARGO_MANIFEST_DIR"));
}
