//! Workers on this machine, as processes, each in place of a host. On other machines you start
//! `beyond worker --nats URL` by hand.

use std::io::{self, Read};
use std::process::Stdio;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use common::process::{self, Child, Exit};
use tokio::sync::Notify;
use tracing::info;

use super::connection::{block_on, connect};
use super::job::Job;
use super::worker::{Attempt, work};
use crate::support::reexec::reexec;

/// The role of a worker process that does its jobs.
pub const ROLE: &str = "beyond";
/// The role of one that does only the simulated work, without a word: to measure the queue alone.
pub const QUIET_ROLE: &str = "beyond-quiet";

/// The environment variable that tells a worker how many jobs to ask for at a time.
const FETCH: &str = "BEYOND_FETCH";
/// The one that tells it the ack wait of a new queue, in seconds.
const ACK_WAIT: &str = "BEYOND_ACK_WAIT";

/// The settings of a worker.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The server's address.
    pub url: String,
    /// The jobs that are asked for at a time.
    pub fetch: usize,
    /// The ack wait of a new queue.
    pub ack_wait: Duration,
    /// [`ROLE`] or [`QUIET_ROLE`].
    pub role: &'static str,
}

/// Worker processes. Dropping it ends them.
#[derive(Debug)]
pub struct Hosts {
    settings: Settings,
    workers: Vec<(String, Child)>,
    started: usize,
}

impl Hosts {
    /// Starts `count` workers.
    pub fn start(settings: Settings, count: usize) -> io::Result<Hosts> {
        let mut hosts = Hosts {
            settings,
            workers: Vec::new(),
            started: 0,
        };
        for _ in 0..count {
            hosts.start_one()?;
        }

        Ok(hosts)
    }

    fn start_one(&mut self) -> io::Result<()> {
        self.started += 1;
        let name = format!("worker-{}", self.started);
        let mut command = reexec(self.settings.role)(&name);
        command
            .env("NATS_URL", &self.settings.url)
            .env(FETCH, self.settings.fetch.to_string())
            .env(ACK_WAIT, self.settings.ack_wait.as_secs_f64().to_string())
            .stdin(Stdio::piped());
        let child = process::spawn(&mut command, &name)?;
        self.workers.push((name, child));

        Ok(())
    }

    /// Starts a new worker in the place of each one that has ended. Its job needs nothing: the
    /// queue takes care of that.
    pub fn replace_the_dead(&mut self) -> io::Result<()> {
        let mut dead = 0;
        for (name, worker) in &mut self.workers {
            if let Some(status) = worker.try_wait()? {
                let id = worker.id();
                let exit = Exit::from(status);
                info!("{name} (process {id}) {exit}: another one takes its place");
                dead += 1;
            }
        }

        self.workers
            .retain_mut(|(_, worker)| matches!(worker.try_wait(), Ok(None)));
        for _ in 0..dead {
            self.start_one()?;
        }
        Ok(())
    }
}

impl Drop for Hosts {
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

/// Does jobs until standard input ends.
pub fn worker(name: &str) -> io::Result<()> {
    info!("ready, in process {}", std::process::id());
    serve(name, Job::attempt)
}

/// Does nothing but the simulated work, without a word.
pub fn quiet_worker(name: &str) -> io::Result<()> {
    serve(name, |job, _| {
        thread::sleep(job.chunk.pause);
        Ok(0)
    })
}

fn serve(name: &str, attempt: Attempt) -> io::Result<()> {
    // Nothing is ever written to standard input: its end says that no more jobs will come, or that
    // our parent is gone.
    let stop = Arc::new(Notify::new());
    let flag = Arc::clone(&stop);
    thread::spawn(move || {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        flag.notify_one();
    });
    let given = |name: &str| std::env::var(name).unwrap_or_default();
    let fetch = given(FETCH).parse().unwrap_or(1);
    let ack_wait = Duration::from_secs_f64(given(ACK_WAIT).parse().unwrap_or(30.0));

    block_on(async {
        let jetstream = connect(&given("NATS_URL"), name).await?;
        work(&jetstream, ack_wait, fetch, &stop, attempt).await
    })
}
