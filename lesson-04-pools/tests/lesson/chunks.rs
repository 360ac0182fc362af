//! The demo `chunks`, run as a learner runs it. Nothing here forks inside the test program.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{ChildStdout, Command, Output, Stdio};
use std::time::Duration;

use common::deadline::within;
use common::process::{Child, spawn};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use testing::{Ran, assert_contract, assert_nothing_left, is_alive, run, run_json};

use crate::PROGRAM;
use crate::spans::{jobs, most_at_once};

fn chunks(args: &[&str]) -> (Value, Ran) {
    let (mut runs, ran) = run_json(PROGRAM, &[&["chunks"], args].concat());
    assert_eq!(runs.len(), 1, "{}", ran.stderr);
    assert_contract(&runs[0]);
    (runs.remove(0), ran)
}

fn processes(run: &Value) -> Vec<&Value> {
    let lanes = run["lanes"].as_array().expect("lanes is a list");
    lanes
        .iter()
        .filter(|lane| lane["kind"] == "process")
        .collect()
}

#[test]
fn an_option_is_tried_once_more() {
    let ran = run(PROGRAM, &["chunks", "--try", "--chunk-time", "0.1"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    assert!(
        ran.stdout.contains("once more with --chunk-time 0.05, "),
        "{}",
        ran.stdout
    );
    let start = "tried: each chunk half as long (--chunk-time 0.05): ";
    let line = ran.stdout.lines().find(|line| line.starts_with(start));
    assert!(
        line.is_some_and(|line| line.contains("measured ")),
        "{}",
        ran.stdout
    );
}

#[test]
fn twenty_numbers_in_four_chunks() {
    let (run, ran) = chunks(&["--pace", "0.05"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let expected = json!({"total": 2870, "chunks": [
        {"chunk_id": 1, "items": 5, "result": 55},
        {"chunk_id": 2, "items": 5, "result": 330},
        {"chunk_id": 3, "items": 5, "result": 855},
        {"chunk_id": 4, "items": 5, "result": 1630},
    ]});
    assert_eq!(run["results"], expected);
    let mut spans: Vec<String> = jobs(&run, "chunk ")
        .into_iter()
        .map(|job| job.name)
        .collect();
    spans.sort_unstable();
    assert_eq!(spans, ["chunk 1", "chunk 2", "chunk 3", "chunk 4"]);
}

#[test]
fn as_many_workers_as_cores_unless_told() {
    let cores = std::thread::available_parallelism().unwrap().get();
    let (run, _) = chunks(&["--pace", "0.5"]);
    assert_eq!(processes(&run).len(), cores.min(4));
}

#[test]
fn workers_are_other_processes_and_work_at_the_same_time() {
    let (run, _) = chunks(&["--pace", "0.2", "--workers", "3", "--items", "45"]);
    let lanes = processes(&run);
    let names: BTreeSet<&str> = lanes
        .iter()
        .map(|lane| lane["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, BTreeSet::from(["worker-1", "worker-2", "worker-3"]));
    let pids: BTreeSet<u64> = run["lanes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|lane| lane["pid"].as_u64().unwrap())
        .collect();
    assert_eq!(pids.len(), 4, "three workers and their parent");

    let spans = jobs(&run, "chunk ");
    assert_eq!((spans.len(), most_at_once(&spans)), (9, 3));
    assert!(spans.iter().all(|job| names.contains(job.lane.as_str())));
    assert!(run["overlap"].as_f64().unwrap() > 1.8, "{}", run["overlap"]);
    for lane in lanes {
        // One thread of a worker does the chunks, so they cannot overlap.
        let own: Vec<_> = jobs(&json!({ "lanes": [lane] }), "chunk ");
        assert_eq!(most_at_once(&own), 1);
    }
}

#[test]
fn a_million_squares() {
    let (run, _) = chunks(&[
        "--items",
        "1000000",
        "--chunk-size",
        "10000",
        "--chunk-time",
        "0",
    ]);
    assert_eq!(run["results"]["total"], 333_333_833_333_500_000_u64);
    let ids: Vec<u64> = run["results"]["chunks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|chunk| chunk["chunk_id"].as_u64().unwrap())
        .collect();
    assert_eq!(
        ids,
        (1..=100).collect::<Vec<_>>(),
        "sorted, and none is missing"
    );
}

#[test]
fn chunks_of_all_sizes_add_up() {
    for (items, size, count, last, total) in [
        ("7", "5", 2, 2, 140_u64),
        ("1", "1", 1, 1, 1),
        ("5", "100", 1, 5, 55),
        ("60", "1", 60, 1, 73_810),
        // The largest sum that is allowed.
        ("3810776", "1000000", 4, 810_776, 18_446_721_049_053_819_076),
    ] {
        let (run, _) = chunks(&[
            "--items",
            items,
            "--chunk-size",
            size,
            "--chunk-time",
            "0",
            "--workers",
            "4",
        ]);
        let list = run["results"]["chunks"].as_array().unwrap();
        assert_eq!(
            run["results"]["total"].as_u64(),
            Some(total),
            "{items} by {size}"
        );
        assert_eq!(
            (list.len(), list[count - 1]["items"].as_u64()),
            (count, Some(last)),
            "{items} by {size}"
        );
        assert!(
            (1..=count.min(4)).contains(&processes(&run).len()),
            "no worker without work"
        );
    }
}

#[test]
fn compare_measures_one_worker_too() {
    let (run, _) = chunks(&["--pace", "0.2", "--workers", "4", "--compare"]);
    assert!(
        run["sequential_s"].as_f64().unwrap() >= 0.8,
        "{}",
        run["sequential_s"]
    );
    assert!(run["speedup"].as_f64().unwrap() > 1.5, "{}", run["speedup"]);
}

/// A run that is still going on, with the process ids of its workers, taken from its log.
struct Going {
    child: Child,
    out: BufReader<ChildStdout>,
    workers: BTreeMap<String, i32>,
}

/// Starts three workers, and waits until each is busy with a chunk of so many seconds.
fn start(chunk_time: &str) -> Going {
    let mut command = Command::new(PROGRAM);
    command
        .args([
            "chunks",
            "--workers",
            "3",
            "--items",
            "45",
            "--chunk-time",
            chunk_time,
        ])
        .process_group(0);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = spawn(&mut command, "chunks").expect("the program starts");
    let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
    let (mut workers, mut busy) = (BTreeMap::new(), BTreeSet::new());
    let mut line = String::new();
    while busy.len() < 3 && out.read_line(&mut line).expect("its log is text") > 0 {
        let worker = line
            .split_whitespace()
            .nth(2)
            .unwrap_or_default()
            .to_owned();
        if let Some((_, pid)) = line.trim_end().split_once(" ready, in process ") {
            workers.insert(worker, pid.parse().expect("a number"));
        } else if line.contains(": the numbers ") {
            busy.insert(worker);
        }
        line.clear();
    }
    assert_eq!((workers.len(), busy.len()), (3, 3));
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
fn a_worker_that_is_killed_costs_its_chunk_and_is_replaced() {
    for (end, name) in [
        (Signal::SIGKILL, "signal 9 (SIGKILL)"),
        (Signal::SIGTERM, "signal 15 (SIGTERM)"),
    ] {
        let mut going = start("1");
        let pid = going.workers["worker-2"];
        signal(pid, end);
        let (status, mut going) = within(Duration::from_secs(40), move || {
            (going.child.wait().unwrap(), going)
        })
        .unwrap();
        let (mut out, mut err) = (String::new(), String::new());
        going.out.read_to_string(&mut out).unwrap();
        going
            .child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut err)
            .unwrap();
        assert_eq!(status.code(), Some(1), "{out}{err}");
        assert_eq!(
            err,
            format!("lesson-04-pools chunks: worker-2 (process {pid}) was killed by {name}\n")
        );
        assert!(
            out.contains("total   none") && out.contains("no total: 1 of the chunks"),
            "{out}"
        );
        let is_row = |line: &&str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            words.len() == 3 && words.iter().all(|word| word.parse::<u64>().is_ok())
        };
        assert_eq!(
            out.lines().filter(is_row).count(),
            8,
            "the others are done: {out}"
        );
        assert!(
            out.contains("worker-2     ready, in process "),
            "another one took its place: {out}"
        );
        // Not one process of the group, and that includes zombies.
        assert!(!is_alive(going.child.id()));
    }
}

#[test]
fn a_signal_to_the_program_alone_leaves_no_worker() {
    for end in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGKILL] {
        let mut going = start("100");
        let pid = going.child.id();
        signal(i32::try_from(pid).unwrap(), end);
        within(Duration::from_secs(40), move || going.child.wait().unwrap()).unwrap();
        // After SIGKILL the workers find out by themselves, within a second; otherwise they are
        // gone already.
        assert!(end == Signal::SIGKILL || !is_alive(pid), "{end}");
        assert_nothing_left(pid);
    }
}

/// Counts the threads of a process that watch its parent. A thread has its name as soon as it runs.
#[cfg(target_os = "linux")]
fn parent_watches(pid: i32) -> usize {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).expect("it is there");
    let names = threads
        .flatten()
        .filter_map(|thread| std::fs::read_to_string(thread.path().join("comm")).ok());
    names.filter(|name| name == "parent-watch\n").count()
}

#[test]
#[cfg(target_os = "linux")]
fn one_thread_of_a_worker_watches_its_parent() {
    let going = start("100");
    for pid in going.workers.values().copied() {
        let seen = within(Duration::from_secs(40), move || {
            while parent_watches(pid) == 0 {
                std::thread::yield_now();
            }
        });
        seen.expect("its thread runs");
        assert_eq!(parent_watches(pid), 1);
    }
}

#[test]
fn a_worker_without_a_parent_ends() {
    // Its standard input is closed from the start, as if the parent were gone.
    let ran = run(PROGRAM, &["worker", "worker-1"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""));
}

/// What a worker that reads these bytes does before it ends.
fn worker_told(bytes: &[u8]) -> Output {
    let mut command = Command::new(PROGRAM);
    command
        .args(["worker", "worker-9"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    // A worker may end before all of it is written.
    let _ = child.stdin.take().expect("it is piped").write_all(bytes);
    within(Duration::from_secs(40), move || {
        child.wait_with_output().expect("it can be waited for")
    })
    .expect("it ends")
}

#[test]
fn a_message_that_is_none_ends_the_worker() {
    for (bytes, why) in [
        (
            b"print('hello')\n".as_slice(),
            "worker-9: bytes that are no message ('pr')\n",
        ),
        (
            b"CF\x02\x00\x00\x00\x00",
            "worker-9: a message of version 2, this program speaks 1\n",
        ),
    ] {
        let output = worker_told(bytes);
        assert_eq!(
            (
                output.status.code(),
                String::from_utf8_lossy(&output.stderr).as_ref()
            ),
            (Some(1), why)
        );
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_task_that_is_no_task_is_refused_by_the_worker() {
    for bytes in [
        b"CF\x01\x00\x00\x00\x00".as_slice(),
        b"CF\x01\x03\x00\x00\x00\xff\xff\xff",
    ] {
        let output = worker_told(bytes);
        assert_eq!(
            (output.status.code(), output.stderr.as_slice()),
            (Some(0), b"".as_slice())
        );
        let answer = String::from_utf8_lossy(&output.stdout);
        assert!(answer.contains("the task cannot be read"), "{answer}");
    }
}
