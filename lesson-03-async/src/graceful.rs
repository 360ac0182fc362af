//! A service that ends as a service should: on Ctrl-C it takes no new jobs and finishes those in hand.
//!
//! `cancel` starts it as a process of its own, so that there is something to interrupt.

use std::io::{self, BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{Failure, Pace};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::runtime::Builder;
use tokio::select;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio::time::{interval, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, info, info_span};

/// Tells the service its pace.
const PACE: &str = "LESSON_PACE";
/// Seconds that a job takes, and how often a new one comes.
const JOB: f64 = 0.5;
const EVERY: f64 = 0.2;
/// Seconds that jobs in hand get at most once the service was told to stop.
const DRAIN: f64 = 2.0;

/// From now on Ctrl-C, and SIGTERM as service managers send it, no longer end the program: the future resolves instead.
///
/// # Errors
/// When the system takes no more handlers.
pub fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    let (mut interrupt, mut terminate) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    );
    Ok(async move {
        select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Takes a new job now and then until `stop`; then waits for the jobs in hand, for at most `drain`. How many jobs were
/// in hand, and whether they finished.
pub async fn serve(stop: CancellationToken, pace: Pace, drain: Duration) -> (usize, bool) {
    let (mut jobs, mut number) = (JoinSet::new(), 0);
    let mut new_job = interval(pace.seconds(EVERY));
    loop {
        select! {
            // First things first: a job that comes together with the end is not taken.
            biased;
            () = stop.cancelled() => break,
            Some(_) = jobs.join_next() => continue,
            _ = new_job.tick() => number += 1,
        }
        let job = async move {
            sleep(pace.seconds(JOB)).await;
            info!("job {number} done");
        };
        jobs.spawn(job.instrument(info_span!("job", task = format!("job {number}"))));
    }
    let in_hand = jobs.len();
    info!("no new jobs; in hand: {in_hand}");
    (in_hand, timeout(drain, jobs.join_all()).await.is_ok())
}

/// The service's `main`: `lesson-03-async worker service graceful`.
///
/// # Errors
/// When it has no runtime, or when jobs were cut off.
pub fn main(_: &str) -> io::Result<()> {
    let pace = std::env::var(PACE)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(Pace::REAL);
    Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(async {
            let stop = CancellationToken::new();
            let told = stop.clone();
            let told_to_stop = told_to_stop()?;
            println!("ready");
            tokio::spawn(async move {
                told_to_stop.await;
                told.cancel();
            });
            let (in_hand, finished) = serve(stop, pace, pace.seconds(DRAIN)).await;
            println!("{in_hand}");
            if finished {
                Ok(())
            } else {
                Err(io::Error::other("some jobs were cut off"))
            }
        })
}

/// How a service ended.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    /// Jobs that were in hand and were finished.
    pub finished: usize,
    /// From the signal to the end of the process.
    pub drained_in: Duration,
    /// Its exit code.
    pub exit_code: Option<i32>,
}

/// Starts the service, lets it work for a second, and sends it SIGINT.
///
/// # Errors
/// When it cannot be started, or says something else than it should.
pub fn interrupt_a_service(pace: Pace) -> Result<Ended, Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["worker", "service", "graceful"])
        .env(PACE, pace.to_string());
    let mut service = common::process::spawn(
        command.stdin(Stdio::piped()).stdout(Stdio::piped()),
        "service",
    )?;
    let said = BufReader::new(
        service
            .stdout
            .take()
            .ok_or(Failure::Failed("no pipe".into()))?,
    );
    let mut said = said.lines();
    said.next().transpose()?;
    std::thread::sleep(pace.seconds(1.1));
    let (start, pid) = (Instant::now(), i32::try_from(service.id())?);
    kill(Pid::from_raw(pid), Signal::SIGINT)?;
    let finished = said.next().transpose()?.unwrap_or_default().parse()?;
    let exit_code = service.wait()?.code();
    Ok(Ended {
        finished,
        drained_in: start.elapsed(),
        exit_code,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stops the service after 1.1 s: jobs in hand, whether they finished, and how long that took.
    fn stopped(drain: f64) -> (usize, bool, Duration) {
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let stop = CancellationToken::new();
            let service = tokio::spawn(serve(
                stop.clone(),
                Pace::REAL,
                Duration::from_secs_f64(drain),
            ));
            sleep(Duration::from_millis(1100)).await;
            let start = tokio::time::Instant::now();
            stop.cancel();
            let (in_hand, finished) = service.await.unwrap();
            (in_hand, finished, start.elapsed())
        })
    }

    #[test]
    fn jobs_in_hand_are_finished_and_no_new_one_is_taken() {
        let (in_hand, finished, took) = stopped(2.0);
        // Begun at 0.6, 0.8 and 1.0 s: the last is done at 1.5.
        assert_eq!((in_hand, finished), (3, true));
        assert!(
            took >= Duration::from_millis(400) && took < Duration::from_millis(410),
            "{took:?}"
        );
    }

    #[test]
    fn there_is_an_end_to_waiting_for_them() {
        let (in_hand, finished, took) = stopped(0.1);
        assert_eq!((in_hand, finished), (3, false));
        assert!(took < Duration::from_millis(110), "{took:?}");
    }
}
