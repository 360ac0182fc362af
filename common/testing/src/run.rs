//! Running a program under a deadline, and making sure that it leaves no process behind.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use common::process::is_alive;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde_json::Value;

/// The longest time of a run, far more than any test needs: only a program that hangs meets it.
const DEADLINE: Duration = Duration::from_secs(150);

/// A program that has been run.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
    /// Its wall time.
    pub wall: Duration,
}

/// Runs a lesson with these arguments and nothing on its standard input.
///
/// # Panics
/// Panics if it cannot be started, does not end before the deadline, or leaves a process behind.
pub fn run(program: &str, args: &[&str]) -> Ran {
    run_command(Command::new(program).args(args))
}

/// Runs a command as a process group of its own.
///
/// # Panics
/// Panics as [`run`] does.
pub fn run_command(command: &mut Command) -> Ran {
    let start = Instant::now();
    let command = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let mut child = command.spawn().expect("the program starts");
    let group = child.id();
    let stdout = read_aside(child.stdout.take().expect("it is piped"));
    let stderr = read_aside(child.stderr.take().expect("it is piped"));

    let Some(status) = wait_until(&mut child, start + DEADLINE) else {
        let leader = i32::try_from(group).expect("process ids are positive i32");
        let _ = killpg(Pid::from_raw(leader), Signal::SIGKILL);
        let _ = child.wait();
        panic!("{command:?} did not end within {DEADLINE:?}");
    };
    let wall = start.elapsed();

    assert_nothing_left(group);
    Ran {
        code: status.code(),
        stdout: stdout.join().expect("reading does not panic"),
        stderr: stderr.join().expect("reading does not panic"),
        wall,
    }
}

fn wait_until(child: &mut Child, deadline: Instant) -> Option<ExitStatus> {
    while Instant::now() < deadline {
        let status = child.try_wait().expect("it can be waited for");
        if status.is_some() {
            return status;
        }
        thread::sleep(Duration::from_millis(2));
    }
    None
}

fn read_aside(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What came before an error is still worth showing.
        let _ = from.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Asserts that no process of this group is left, or is gone within a second.
///
/// # Panics
/// Panics if one is still there after that.
pub fn assert_nothing_left(group: u32) {
    let deadline = Instant::now() + Duration::from_secs(1);
    while is_alive(group) {
        assert!(
            Instant::now() < deadline,
            "a process of group {group} is still alive a second later"
        );
        thread::sleep(Duration::from_millis(5));
    }
}

/// Runs a lesson with `--json`. Returns its objects, one for each demo.
///
/// # Panics
/// Panics as [`run`] does, and if a line of its output is not JSON.
pub fn run_json(program: &str, args: &[&str]) -> (Vec<Value>, Ran) {
    let args: Vec<&str> = ["--json"].iter().chain(args).copied().collect();
    let ran = run(program, &args);
    let parse = |line: &str| {
        serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}\n{}", ran.stderr))
    };

    (ran.stdout.lines().map(parse).collect(), ran)
}
