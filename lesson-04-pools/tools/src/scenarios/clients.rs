//! The clients of `server`: all of them in one process, as tasks.

use std::net::SocketAddr;
use std::time::Duration;

use crate::summary::median;
use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use lesson_04_pools::executor::Task;

/// Clients that come one after the other within the time between two questions, and then ask in
/// turn.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Clients {
    server: SocketAddr,
    count: usize,
    rounds: usize,
    every: Duration,
}

impl Clients {
    pub fn new(server: SocketAddr, count: usize, rounds: usize, every: Duration) -> Clients {
        Clients {
            server,
            count,
            rounds,
            every,
        }
    }

    /// Returns the time from the first client's first question to the last one's last.
    pub fn duration(count: usize, rounds: usize, every: Duration) -> Duration {
        every.mul_f64((rounds - 1) as f64 + (count - 1) as f64 / count as f64)
    }

    /// Returns the sum of all answers, and how long each was waited for, in milliseconds.
    async fn ask_all(&self) -> Result<(u64, Vec<f64>)> {
        let start = Instant::now();
        let mut clients = JoinSet::new();
        for number in 0..self.count {
            let first = start + self.every.mul_f64(number as f64 / self.count as f64);
            clients.spawn(self.clone().client(number as u64, first));
        }

        let mut sum = 0;
        let mut waits = Vec::new();
        while let Some(client) = clients.join_next().await {
            let (answers, waited) = client??;
            sum += answers;
            waits.extend(waited);
        }
        Ok((sum, waits))
    }

    /// Asks as one client, from `first` on.
    async fn client(self, number: u64, first: Instant) -> Result<(u64, Vec<f64>)> {
        sleep_until(first).await;
        let (answers, mut server) = TcpStream::connect(self.server).await?.into_split();
        let mut answers = BufReader::with_capacity(64, answers);
        let mut line = String::new();

        let mut sum = 0;
        let mut waits = Vec::new();
        let mut next = first;
        for _ in 0..self.rounds {
            sleep_until(next).await;
            server.write_all(format!("{number}\n").as_bytes()).await?;
            ensure!(
                answers.read_line(&mut line).await? > 0,
                "the server hung up on client {number}"
            );
            waits.push(next.elapsed().as_secs_f64() * 1e3);
            sum += line.trim().parse::<u64>()?;
            line.clear();
            next += self.every;
        }
        Ok((sum, waits))
    }
}

impl Task for Clients {
    /// The sum of all answers, and how long they took.
    type Output = Result<(String, String), String>;

    fn run(self) -> Self::Output {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let asked = runtime
            .map_err(anyhow::Error::from)
            .and_then(|runtime| runtime.block_on(self.ask_all()));
        let (sum, mut waits) = asked.map_err(|error| format!("a client: {error:#}"))?;

        waits.sort_by(f64::total_cmp);
        let median = median(&waits);
        let slow = waits.get(waits.len() * 99 / 100).copied().unwrap_or(0.0);
        Ok((
            sum.to_string(),
            format!("answered in {median:.1} ms, 99 of 100 within {slow:.1} ms"),
        ))
    }
}
