//! Whole runs: three processes with two threads each and a task in every thread, on one clock; and
//! threads without a name, in this process and in a child.
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
use common::{Demo, Failure, Lesson, Outcome, Run};
use testing::{assert_contract, run, run_json};
use tracing::{info, info_span};

fn main() -> ExitCode {
    let demos = ["picture", "unnamed", "worker"];
    if std::env::args().any(|arg| demos.contains(&arg.as_str())) {
        let picture = Demo::new("picture", "processes, threads and tasks", picture);
        let unnamed = Demo::new("unnamed", "threads without a name", unnamed);
        return Lesson::new("one-picture", "runs for a test")
            .demo(picture.worker("", worker))
            .demo(unnamed.worker("unnamed", |_| {
                unnamed_threads();
                Ok(())
            }))
            .main();
    }

    one_clock_for_all();
    println!("test one_clock_for_all ... ok");
    threads_without_a_name();
    println!("test threads_without_a_name ... ok");
    println!("\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out");
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

fn one_clock_for_all() {
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

fn unnamed(_: &Run) -> Result<Outcome, Failure> {
    unnamed_threads();
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["worker", "child", "unnamed"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = spawn(&mut command, "child")?;
    // Its end of file comes with its end; until then its standard input stays open.
    io::copy(child.stdout.as_mut().expect("it is piped"), &mut io::sink())?;
    child.wait()?;
    Ok(Outcome::new("done"))
}

fn unnamed_threads() {
    let _around = info_span!("starter").entered();
    let made = [1, 2].map(|n| info_span!("made by its starter", n));

    std::thread::scope(|scope| {
        scope.spawn(|| {
            info!("before its span");
            let _span = info_span!("own span", n = 7).entered();
            info!("inside its span");
            let _nested = info_span!("nested").entered();
            info!("nested deeper");
        });
        for span in made {
            scope.spawn(move || {
                let _span = span.entered();
                info!("inside what its starter made");
            });
        }
        scope.spawn(|| info!("has no span"));
    });
}

fn threads_without_a_name() {
    let program = std::env::current_exe().expect("this program has a name");
    let program = program.to_str().expect("it is text");
    let (runs, ran) = run_json(program, &["unnamed"]);

    assert_eq!((ran.code, runs.len()), (Some(0), 1), "{ran:?}");
    let lanes = runs[0]["lanes"].as_array().expect("a list");
    let pids: Vec<_> = lanes.iter().map(|lane| &lane["pid"]).collect();

    for pid in [pids[0], pids[pids.len() - 1]] {
        let mut names: Vec<&str> = lanes
            .iter()
            .filter(|lane| &lane["pid"] == pid && lane["name"] != "child")
            .filter_map(|lane| lane["name"].as_str())
            .filter(|name| *name != "main")
            .collect();
        names.sort_unstable();
        let last = names.pop().expect("there are lanes");
        assert!(last.starts_with("thread "), "{last}");
        let expected = [
            "made by its starter 1",
            "made by its starter 2",
            "own span 7",
        ];
        assert_eq!(names, expected);
    }

    let log = runs[0]["log"].as_array().expect("a list");
    let of_own = log.iter().filter(|entry| entry["lane"] == "own span 7");

    assert_eq!(of_own.count(), 6, "all three lines of both: {log:#?}");

    // As they come, lines have the same names, but for those before the first span.
    let shown = run(program, &["unnamed"]).stdout;
    let count = |lane: &str, message: &str| {
        let wanted = format!("{lane:<12} {message}");
        shown.lines().filter(|line| line.contains(&wanted)).count()
    };

    assert_eq!(count("own span 7", "inside its span"), 2, "{shown}");
    assert_eq!(count("own span 7", "nested deeper"), 2, "{shown}");
    for n in [1, 2] {
        let lane = format!("made by its starter {n}");
        assert_eq!(count(&lane, "inside what its starter made"), 2, "{shown}");
    }

    let numbered = shown.lines().filter(|line| line.contains(" s  thread "));
    assert_eq!(numbered.count(), 4, "{shown}");
}
