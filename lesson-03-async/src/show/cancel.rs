//! The demo `cancel`: a tree of tasks, then a whole service, which is this program again as a worker.

use std::io::{self, BufRead, BufReader};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use common::process::spawn;
use common::{Demo, Failure, Outcome, Pace, Run};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;
use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;
use tracing::info;

use crate::cancel::tree;
use crate::graceful::{DRAIN, serve, told_to_stop};
use crate::support::block_on::block_on;

/// The role of the worker.
const ROLE: &str = "graceful";

/// The environment variable that tells the worker its pace.
const PACE: &str = "LESSON_PACE";

pub fn demo() -> Demo {
    Demo::new(
        "cancel",
        "stopping a tree of tasks, and a whole service",
        run,
    )
    .in_turn()
    .worker(ROLE, service)
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let [branch, rest, round] = [0.45, 0.5, 0.1].map(|seconds| run.pace.seconds(seconds));
    let runtime = Builder::new_current_thread().enable_time().build()?;
    let ended = block_on(&runtime, tree(branch, rest, round));

    info!("now a whole program: it gets the signal that Ctrl-C sends");
    let service = interrupt_a_service(run.pace)?;

    let all_done = service.exit_code == Some(0);
    info!(
        "{} tasks cleaned up; the service took {:.1} ms to {} {} jobs in hand, and took no new ones",
        ended.iter().filter(|task| task.cleaned_up).count(),
        service.drained_in.as_secs_f64() * 1e3,
        if all_done { "finish" } else { "give up" },
        service.in_hand,
    );
    let order: Vec<&str> = ended.iter().map(|task| task.name).collect();
    let results = json!({
        "stopped_in_order": order,
        "service": { "finished": all_done.then_some(service.in_hand), "exit_code": service.exit_code },
    });
    Ok(results.into())
}

/// A service after its end.
struct Ended {
    /// Jobs that were in hand when the signal came.
    in_hand: usize,
    /// From the signal to the end of the process.
    drained_in: Duration,
    exit_code: Option<i32>,
}

/// Starts the service, lets it work for a second, and sends it SIGINT.
fn interrupt_a_service(pace: Pace) -> Result<Ended, Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["worker", "service", ROLE])
        .env(PACE, pace.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut service = spawn(&mut command, "service")?;
    let stdout = service.stdout.take().expect("it is piped");
    let mut lines = BufReader::new(stdout).lines();
    lines.next().transpose()?;
    thread::sleep(pace.seconds(1.1));

    let start = Instant::now();
    kill(Pid::from_raw(i32::try_from(service.id())?), Signal::SIGINT)?;
    let in_hand = lines.next().transpose()?.unwrap_or_default().parse()?;
    let exit_code = service.wait()?.code();

    Ok(Ended {
        in_hand,
        drained_in: start.elapsed(),
        exit_code,
    })
}

/// Runs the service in the worker process. An error, when jobs were cut off, makes its exit code 1.
fn service(_name: &str) -> io::Result<()> {
    let pace = std::env::var(PACE).ok();
    let pace = pace
        .and_then(|text| text.parse().ok())
        .unwrap_or(Pace::REAL);
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let (in_hand, finished) = block_on(&runtime, async {
        let stop = CancellationToken::new();
        let cancel = stop.clone();
        let told_to_stop = told_to_stop()?;
        println!("ready");
        tokio::spawn(async move {
            told_to_stop.await;
            cancel.cancel();
        });
        io::Result::Ok(serve(stop, pace, pace.seconds(DRAIN)).await)
    })?;

    println!("{in_hand}");
    if finished {
        Ok(())
    } else {
        Err(io::Error::other("some jobs were cut off"))
    }
}
