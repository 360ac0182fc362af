//! `server`: many clients that stay connected and each ask once a second. How they are served is in
//! `serving`.

use std::net::TcpListener;
use std::time::Duration;

use anyhow::{Result, anyhow};
use common::Pace;
use common::measure::Stopwatch;
use serde::{Deserialize, Serialize};

use super::approach::{Approach, ROLE};
use super::clients::Clients;
use super::notebook::WEB_SERVER;
use super::serving::serve_all;
use super::usage::Usage;
use super::workload::{Ideal, Workload};
use lesson_04_pools::executor::ProcessPool;
use lesson_04_pools::support::reexec::reexec;

/// Seconds between two questions of a client.
const EVERY: f64 = 1.0;
/// Questions of each client.
const ROUNDS: usize = 2;
/// Seconds that an answer takes, as if a database were asked.
const ANSWER: f64 = 0.01;

/// A server and its clients.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Service {
    clients: usize,
    every: Duration,
    answer: Duration,
}

impl Service {
    /// Measures one run. The clients are a process of their own, so that only the server's work
    /// counts.
    pub fn measure(&self, approach: Approach) -> Result<Usage> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let clients = Clients::new(listener.local_addr()?, self.clients, ROUNDS, self.every);
        let pool = ProcessPool::builder()
            .workers(1)
            .name_prefix("clients")
            .worker_command(reexec(ROLE))
            .build()?;
        let clients = pool.submit(clients)?;

        let watch = Stopwatch::start();
        serve_all(approach, listener, self.clients, self.answer)?;
        // The clients' process has not been waited for yet: it does not count.
        let usage = Usage::since(&watch, 0);

        let (digest, late) = clients.result()?.map_err(|why| anyhow!(why))?;
        Ok(Usage {
            digest,
            note: Some(late),
            ..usage
        })
    }
}

/// Makes a server for `clients` clients.
pub fn workload(clients: usize, pace: Pace) -> Workload<Service> {
    let every = pace.seconds(EVERY);
    let answer = pace.seconds(ANSWER);
    let ideal = Clients::duration(clients, ROUNDS, every) + answer;
    let hours = format!(
        "serves one client to its end: {:.0} s",
        clients as f64 * ideal.as_secs_f64()
    );
    let left_out = [
        (Approach::OneAfterTheOther, hours),
        (
            Approach::ProcessPool,
            "a connection cannot be sent as bytes".to_owned(),
        ),
        (
            Approach::Rayon,
            "a thread for each core, and each would wait with one client".to_owned(),
        ),
    ];

    Workload {
        name: "server".to_owned(),
        about: format!(
            "{clients} clients that stay connected and ask {ROUNDS} times, {:.2} s apart",
            every.as_secs_f64()
        ),
        approaches: vec![
            Approach::ThreadEach,
            Approach::ThreadPool,
            Approach::Async,
            Approach::AsyncWithPool,
        ],
        left_out: left_out.into(),
        work: Service {
            clients,
            every,
            answer,
        },
        jobs: clients,
        wait: None,
        ideal: Ideal::Seconds(ideal.as_secs_f64()),
        notebook: WEB_SERVER,
        keep: None,
    }
}
