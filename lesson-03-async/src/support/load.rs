//! The load generator as the server's side sees it: a process that holds many connections and asks on all of them.

use std::io::{self, BufRead, BufReader, Lines, Write};
use std::net::SocketAddr;
use std::process::{ChildStdout, Command, Stdio};
use std::time::Duration;

use common::Failure;
use common::process::{Child, spawn};
use serde_json::{Value, json};

/// The role in which this program is the load generator.
pub const ROLE: &str = "load";

/// The figures that the load generator comes back with.
#[derive(Clone, Copy, Debug)]
pub struct Report {
    /// Requests that were answered.
    pub requests: usize,
    /// Connections that could not be had, or broke.
    pub errors: usize,
    /// The time for which it asked.
    pub seconds: f64,
    /// The time within which half of the answers came.
    pub p50_ms: Option<f64>,
    /// The time within which all but one in a hundred answers came.
    pub p99_ms: Option<f64>,
}

impl Report {
    /// Returns the number of answers in a second.
    pub fn per_second(&self) -> f64 {
        self.requests as f64 / self.seconds
    }

    /// Writes the report as one line of JSON.
    pub fn to_line(&self) -> String {
        let Report {
            requests,
            errors,
            seconds,
            p50_ms,
            p99_ms,
        } = self;
        json!([requests, errors, seconds, p50_ms, p99_ms]).to_string()
    }

    fn from_line(line: &str) -> serde_json::Result<Report> {
        let (requests, errors, seconds, p50_ms, p99_ms) = serde_json::from_str(line)?;
        Ok(Report {
            requests,
            errors,
            seconds,
            p50_ms,
            p99_ms,
        })
    }
}

/// The process that plays the clients.
#[derive(Debug)]
pub struct Load {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Load {
    /// Starts this program again, as a worker whose `clients` connect to the server at `address`.
    pub fn start(
        name: &str,
        address: SocketAddr,
        clients: usize,
        time: Duration,
    ) -> Result<Load, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["worker", name, ROLE])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = spawn(&mut command, &format!("clients of {name}"))?;
        let stdout = child.stdout.take().expect("it is piped");
        let lines = BufReader::new(stdout).lines();

        let mut load = Load { child, lines };
        load.send(&json!([address, clients, time.as_secs_f64()]))?;
        Ok(load)
    }

    /// Waits until the clients have their connections, and one answer on each. Returns the number of clients that do.
    pub fn connected(&mut self) -> Result<usize, Failure> {
        Ok(self.next_line()?.parse()?)
    }

    /// Lets the clients ask as fast as they can, and waits for the figures.
    pub fn run(&mut self) -> Result<Report, Failure> {
        self.send(&json!("go"))?;
        Ok(Report::from_line(&self.next_line()?)?)
    }

    /// Waits until the process has ended.
    pub fn end(mut self) -> io::Result<()> {
        self.child.wait().map(drop)
    }

    fn send(&mut self, message: &Value) -> io::Result<()> {
        let stdin = self.child.stdin.as_mut().expect("it is piped");
        writeln!(stdin, "{message}")
    }

    fn next_line(&mut self) -> Result<String, Failure> {
        let ended_early = || Failure::Failed("the load generator ended too early".into());
        self.lines.next().transpose()?.ok_or_else(ended_early)
    }
}
