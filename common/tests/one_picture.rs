//! Three processes with two threads each and a task in every thread, recorded as one run on one clock.
//!
//! This test has no harness: it starts itself again, as the run and as its workers.

use std::future::Future;
use std::io::{self, BufRead, BufReader, Write};
use std::pin::Pin;
use std::process::{Command, ExitCode, Stdio};
use std::task::{Context, Poll, Waker};
use std::thread::Builder;
use std::time::Duration;

use common::process::spawn;
use common::testing::{assert_contract, run_json};
use common::{Demo, Failure, Lesson, Outcome, Run};
use tracing::{info, info_span};

fn main() -> ExitCode {
    if std::env::args().len() > 1 && std::env::args().any(|arg| arg == "picture" || arg == "worker")
    {
        return Lesson::new("one-picture", "a run for a test")
            .demo(Demo::new(
                "picture",
                "three processes, two threads each, tasks inside",
                picture,
            ))
            .worker(worker)
            .main();
    }
    check();
    println!(
        "\ntest one_picture ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out"
    );
    ExitCode::SUCCESS
}

fn picture(_: &Run) -> Result<Outcome, Failure> {
    let mut workers = Vec::new();
    for number in 1..=3 {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["worker", &format!("worker-{number}")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = spawn(&mut command, &format!("worker-{number}"))?;
        info!(sends = format!("job {number}"), "asking worker-{number}");
        writeln!(child.stdin.as_mut().expect("it is piped"), "job {number}")?;
        workers.push(child);
    }
    for child in &mut workers {
        let mut answer = String::new();
        BufReader::new(child.stdout.as_mut().expect("it is piped")).read_line(&mut answer)?;
        info!(receives = answer.trim(), "answered");
    }
    for mut child in workers {
        child.wait()?;
    }
    Ok(Outcome::new("done"))
}

fn worker(_: &str) -> io::Result<()> {
    let mut job = String::new();
    io::stdin().read_line(&mut job)?;
    info!(receives = job.trim(), "has work");
    let helpers =
        ["left", "right"].map(|name| Builder::new().name(name.into()).spawn(move || help(name)));
    for helper in helpers {
        helper?.join().expect("helping does not panic");
    }
    info!(sends = format!("result of {}", job.trim()), "done");
    println!("result of {}", job.trim());
    Ok(())
}

/// A thread's span, and inside it a task that is polled three times.
fn help(name: &str) {
    use tracing::Instrument;
    let _span = info_span!("help").entered();
    let task = Yields(2).instrument(info_span!("count", task = format!("task {name}")));
    let mut task = Box::pin(task);
    let mut context = Context::from_waker(Waker::noop());
    while task.as_mut().poll(&mut context).is_pending() {
        std::thread::sleep(Duration::from_millis(2));
    }
}

struct Yields(u32);

impl Future for Yields {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.0 == 0 {
            return Poll::Ready(());
        }
        self.0 -= 1;
        Poll::Pending
    }
}

fn check() {
    let program = std::env::current_exe().expect("this program has a name");
    let (runs, ran) = run_json(program.to_str().expect("it is text"), &["picture"]);
    assert_eq!((ran.code, runs.len()), (Some(0), 1), "{ran:?}");
    let run = &runs[0];
    assert_contract(run);
    let lanes = run["lanes"].as_array().expect("a list");
    for number in 1..=3 {
        let process = lanes
            .iter()
            .find(|lane| lane["name"] == format!("worker-{number}"))
            .expect("its lane");
        assert_eq!(process["kind"], "process");
        for (name, kind) in [
            ("left", "thread"),
            ("right", "thread"),
            ("task left", "task"),
            ("task right", "task"),
        ] {
            let lane = lanes
                .iter()
                .find(|lane| lane["name"] == name && lane["pid"] == process["pid"]);
            let lane = lane.unwrap_or_else(|| panic!("no {name} in worker-{number}: {lanes:#?}"));
            assert_eq!(
                (&lane["kind"], lane["spans"].as_array().map(Vec::len)),
                (&kind.into(), Some(1)),
                "{lane}"
            );
            let polls = if kind == "task" { 3 } else { 0 };
            assert_eq!(lane["spans"][0]["polls"], polls, "{lane}");
        }
        // The task lies inside its thread's span: one clock.
        let time = |name: &str, key: &str| {
            let lane = lanes
                .iter()
                .find(|lane| lane["name"] == name && lane["pid"] == process["pid"]);
            lane.and_then(|lane| lane["spans"][0][key].as_f64())
                .expect("a time")
        };
        assert!(
            time("left", "start_s") <= time("task left", "start_s")
                && time("task left", "end_s") <= time("left", "end_s")
        );
        let log = run["log"].as_array().expect("a list");
        let when = |lane: &str, message: &str| {
            let entry = log
                .iter()
                .find(|entry| entry["lane"] == lane && entry["message"] == message);
            entry
                .and_then(|entry| entry["t_s"].as_f64())
                .unwrap_or_else(|| panic!("{message} of {lane}: {log:#?}"))
        };
        let worker = format!("worker-{number}");
        let (asked, has) = (
            when("main", &format!("asking {worker}")),
            when(&worker, "has work"),
        );
        assert!(
            asked < has && has < when(&worker, "done"),
            "sent at {asked}, received at {has}"
        );
    }
}
