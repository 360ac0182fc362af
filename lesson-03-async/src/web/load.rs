//! The load generator: a process that holds many connections and asks on all of them. Both of its ends are here.

use std::io::{self, BufRead, BufReader, Lines, Write};
use std::net::SocketAddr;
use std::process::{ChildStdout, Command, Stdio};
use std::time::Duration;

use common::Failure;
use common::process::{Child, spawn};
use serde_json::{Value, json};

/// What the load generator found.
#[derive(Clone, Copy, Debug)]
pub struct Report {
    /// Requests that were answered.
    pub requests: u64,
    /// Connections that could not be had, or broke.
    pub errors: u64,
    /// How long it asked.
    pub seconds: f64,
    /// Half of the answers came faster.
    pub p50_ms: f64,
    /// All but one in a hundred came faster.
    pub p99_ms: f64,
}

impl Report {
    /// Answers in a second.
    pub fn per_second(&self) -> f64 {
        self.requests as f64 / self.seconds
    }
}

/// The process, as the server's side sees it.
#[derive(Debug)]
pub struct Load {
    child: Child,
    said: Lines<BufReader<ChildStdout>>,
}

impl Load {
    /// Starts it: this program again, as a worker. It connects at once.
    ///
    /// # Errors
    /// When it cannot be started.
    ///
    /// # Panics
    /// Never: its output is piped.
    pub fn start(
        name: &str,
        address: SocketAddr,
        clients: usize,
        time: Duration,
    ) -> Result<Load, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["worker", name, "load"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = spawn(&mut command, &format!("clients of {name}"))?;
        let said = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let mut load = Load { child, said };
        load.tell(
            &json!({ "address": address, "clients": clients, "seconds": time.as_secs_f64() }),
        )?;
        Ok(load)
    }

    fn tell(&mut self, what: &Value) -> io::Result<()> {
        writeln!(self.child.stdin.as_mut().expect("it is piped"), "{what}")
    }

    fn hear(&mut self) -> Result<Value, Failure> {
        let line = self.said.next().transpose()?;
        let line =
            line.ok_or_else(|| Failure::Failed("the load generator ended too early".into()))?;
        Ok(serde_json::from_str(&line)?)
    }

    /// Waits until every client has its connection, and one answer on it. How many do.
    ///
    /// # Errors
    /// When the process ends before.
    pub fn connected(&mut self) -> Result<usize, Failure> {
        let connected = self.hear()?["connected"].as_u64().unwrap_or(0);
        Ok(usize::try_from(connected)?)
    }

    /// Lets the clients ask as fast as they can, and waits for the figures.
    ///
    /// # Errors
    /// When the process ends before.
    pub fn run(mut self) -> Result<Report, Failure> {
        self.tell(&json!("go"))?;
        let report = self.hear()?;
        self.child.wait()?;
        let float = |key: &str| report[key].as_f64().unwrap_or(f64::NAN);
        Ok(Report {
            requests: report["requests"].as_u64().unwrap_or(0),
            errors: report["errors"].as_u64().unwrap_or(0),
            seconds: float("seconds"),
            p50_ms: float("p50_ms"),
            p99_ms: float("p99_ms"),
        })
    }
}
