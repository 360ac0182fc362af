//! Workers on this machine, as processes. On other machines you start `beyond worker --nats URL` by hand.

use std::io::{self, Read};
use std::process::Stdio;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use common::process::{self, Child, How};
use tokio::sync::Notify;
use tracing::info;

use super::connection::connect;
use super::job::Job;
use super::worker::{Attempt, work};
use crate::support::reexec::reexec;

/// How a worker process is told how many jobs to ask for at a time, and the ack wait of a new queue in seconds.
const FETCH: &str = "BEYOND_FETCH";
const ACK_WAIT: &str = "BEYOND_ACK_WAIT";

/// What a worker needs to know.
#[derive(Clone, Debug)]
pub struct Hiring {
    /// Where the server is.
    pub url: String,
    /// So many jobs are asked for at a time.
    pub fetch: usize,
    /// For a new queue.
    pub ack_wait: Duration,
    /// What is done with a job: the role of the worker process, see [`worker`] and [`quiet_worker`].
    pub role: &'static str,
}

/// Worker processes. Dropping it ends them.
#[derive(Debug)]
pub struct Crew {
    hiring: Hiring,
    workers: Vec<(String, Child)>,
    hired: usize,
}

impl Crew {
    /// Starts so many workers.
    ///
    /// # Errors
    /// When one cannot be started.
    pub fn start(hiring: Hiring, workers: usize) -> io::Result<Crew> {
        let mut crew = Crew {
            hiring,
            workers: Vec::new(),
            hired: 0,
        };
        (0..workers).try_for_each(|_| crew.hire())?;
        Ok(crew)
    }

    fn hire(&mut self) -> io::Result<()> {
        self.hired += 1;
        let name = format!("worker-{}", self.hired);
        let mut command = reexec(self.hiring.role)(&name);
        command
            .env("NATS_URL", &self.hiring.url)
            .env(FETCH, self.hiring.fetch.to_string());
        command.env(ACK_WAIT, self.hiring.ack_wait.as_secs_f64().to_string());
        let child = process::spawn(command.stdin(Stdio::piped()), &name)?;
        self.workers.push((name, child));
        Ok(())
    }

    /// Puts a new worker in the place of each one that has ended. Its job needs nothing: the queue takes care of that.
    ///
    /// # Errors
    /// When a worker cannot be started.
    pub fn replace_the_dead(&mut self) -> io::Result<()> {
        let mut dead = 0;
        for (name, worker) in &mut self.workers {
            if let Some(status) = worker.try_wait()? {
                info!(
                    "{name} (process {}) {}: another one takes its place",
                    worker.id(),
                    How::from(status)
                );
                dead += 1;
            }
        }
        self.workers
            .retain_mut(|(_, worker)| matches!(worker.try_wait(), Ok(None)));
        (0..dead).try_for_each(|_| self.hire())
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        // A worker ends when its standard input does. First all of them, then they are waited for.
        for (_, worker) in &mut self.workers {
            drop(worker.stdin.take());
        }
        for (_, worker) in &mut self.workers {
            let _ = worker.wait();
        }
    }
}

/// What this program does when it is started again as a worker.
///
/// # Errors
/// When there is no way to the server.
pub fn worker(name: &str) -> io::Result<()> {
    info!("ready, in process {}", std::process::id());
    serve(name, Job::attempt)
}

/// The same without a word, and with nothing but the simulated work: to measure the queue alone.
///
/// # Errors
/// As [`worker`].
pub fn quiet_worker(name: &str) -> io::Result<()> {
    serve(name, |job, _| {
        thread::sleep(job.chunk.pause);
        Ok(0)
    })
}

fn serve(name: &str, attempt: Attempt) -> io::Result<()> {
    // Nothing is ever written there: the end of it says that no more jobs will come, or that our parent is gone.
    let stop = Arc::new(Notify::new());
    let flag = Arc::clone(&stop);
    thread::spawn(move || {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        flag.notify_one();
    });
    let given = |name: &str| std::env::var(name).unwrap_or_default();
    let fetch = given(FETCH).parse().unwrap_or(1);
    let ack_wait = Duration::from_secs_f64(given(ACK_WAIT).parse().unwrap_or(30.0));
    super::block_on(async {
        let jetstream = connect(&given("NATS_URL"), name).await?;
        work(&jetstream, ack_wait, fetch, &stop, attempt).await
    })
}
