//! `kill -9` at random moments: of a worker, and of the parent. Linux only, since it looks into `/proc`.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use common::TempDir;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use testing::{assert_nothing_left, cases};

use crate::PROGRAM;

/// Returns a number below `below`, different each time and the same in each run of the tests.
fn random(seed: &mut u64, below: u64) -> u64 {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    *seed % below
}

/// Starts the program. One that is killed cannot remove its temporary files: they go into this folder, which the test removes.
fn start(args: &[&str], folder: &TempDir) -> (Child, BufReader<ChildStdout>) {
    let mut command = Command::new(PROGRAM);
    command
        .args(args)
        .env("TMPDIR", folder.path())
        .process_group(0);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let out = BufReader::new(child.stdout.take().expect("it is piped"));
    (child, out)
}

fn signal(pid: u32, signal: Signal) -> nix::Result<()> {
    kill(Pid::from_raw(i32::try_from(pid).unwrap()), signal)
}

/// Kills one of three workers between 0 and 12 ms after it was started, and checks what the parent makes of it. Returns
/// whether the worker was still there.
fn kill_a_worker(seed: &mut u64, folder: &TempDir) -> bool {
    // 10, 20 and 10 multiplications of 0.5 ms.
    let (mut child, mut out) = start(&["workers", "10", "20", "10", "--pace", "0.05"], folder);
    let mut text = String::new();
    let mut worker = None;
    while worker.is_none() && out.read_line(&mut text).unwrap() > 0 {
        let line = text.lines().last().unwrap_or_default();
        worker = line
            .split_once("Worker-2 is process ")
            .map(|(_, pid)| pid.trim().parse::<u32>().unwrap());
    }
    let worker = worker.expect("the log names its process");
    sleep(Duration::from_micros(random(seed, 12_000)));
    // Its number belongs to it as long as the parent has not waited for it.
    let stat = std::fs::read_to_string(format!("/proc/{worker}/stat")).unwrap_or_default();
    let parent = stat
        .rsplit(") ")
        .next()
        .and_then(|fields| fields.split(' ').nth(1));
    if parent == Some(child.id().to_string().as_str()) {
        let _ = signal(worker, Signal::SIGKILL);
    }
    let killed_at = Instant::now();
    let status = child.wait().unwrap();
    assert!(
        killed_at.elapsed() < Duration::from_secs(1),
        "the report took {:?}",
        killed_at.elapsed()
    );
    out.read_to_string(&mut text).unwrap();
    let mut complaint = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut complaint)
        .unwrap();
    let has = |words: [&str; 2]| text.lines().any(|line| line.split_whitespace().eq(words));
    let others = has(["Worker-1", "3628800"]) && has(["Worker-3", "3628800"]);
    assert!(others, "the others are not disturbed: {text}{complaint}");
    let hit = status.code() == Some(1);
    if hit {
        assert!(
            complaint.contains("Worker-2 was killed by signal 9 (SIGKILL)"),
            "{complaint}"
        );
    } else {
        assert_eq!(status.code(), Some(0), "{complaint}");
        assert!(has(["Worker-2", "2432902008176640000"]), "{text}");
    }
    assert_nothing_left(child.id());
    hit
}

#[test]
fn a_worker_killed_at_any_moment_is_reported_right() {
    let folder = TempDir::new("lesson-02-kills").unwrap();
    let mut seed = 0x2545_f491_4f6c_dd1d;
    let kills = cases(25, 100);

    let hits = (0..kills)
        .filter(|_| kill_a_worker(&mut seed, &folder))
        .count();

    assert!(
        hits >= kills / 5,
        "only {hits} of {kills} kills came in time: the test tests little"
    );
}

/// Kills every demo and pitfall once in its middle.
#[test]
fn a_killed_parent_leaves_no_worker() {
    let folder = TempDir::new("lesson-02-kills").unwrap();
    let mut seed = 0x9e37_79b9_7f4a_7c15;
    let demos: &[&[&str]] = &[
        &["workers"],
        &["memory"],
        &["spawn"],
        &["pipe"],
        &["crash"],
        &["signals"],
        &["pool"],
        &["fork"],
        &["shared-memory"],
        &["cores"],
        &["images", "--count", "300"],
        &["limits"],
        &["zombie"],
        &["orphan"],
        &["full-pipe"],
        &["fork-with-threads"],
        &["inherited-pipe"],
        &["exit-status"],
        &["serialise"],
    ];
    for demo in demos {
        for within in [10, 250] {
            let (mut child, _out) = start(demo, &folder);
            sleep(Duration::from_millis(random(&mut seed, within)));
            let _ = signal(child.id(), Signal::SIGKILL);
            child.wait().unwrap();
            // Waits for at most a second.
            assert_nothing_left(child.id());
        }
    }
}

/// Does the same with Ctrl-C, which the program itself sees: nothing is left the moment it has ended, or an instant later
/// where the forked child of a worker still has to notice.
#[test]
fn an_interrupted_parent_leaves_no_worker() {
    let folder = TempDir::new("lesson-02-kills").unwrap();
    for demo in [
        "signals",
        "pool",
        "orphan",
        "full-pipe",
        "fork-with-threads",
        "inherited-pipe",
        "cores",
    ] {
        let (mut child, _out) = start(&[demo], &folder);
        sleep(Duration::from_millis(120));
        let _ = signal(child.id(), Signal::SIGINT);
        child.wait().unwrap();
        assert_nothing_left(child.id());
    }
}
