//! `server`: thousands of clients that keep their connections, served by one thread; beside it a thread for each client.
//!
//! Two processes: this one serves, and another one, started from the same program, plays the clients.

pub mod clients;
pub mod limits;
pub mod load;
pub mod running;
pub mod serve;
pub mod service;
pub mod thread_each;

use std::net::SocketAddr;
use std::time::Duration;

use common::{Failure, Outcome, Run};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::{TimeVal, TimeValLike};
use serde_json::{Value, json};
use tracing::{info, info_span};

use self::load::Load;
use self::running::Service;
use self::service::Patience;
use self::thread_each::ThreadEach;
use crate::memory::{bytes_each, in_words, resident};

/// CPU time that this process has used so far, in microseconds.
fn cpu_us() -> Result<i64, Failure> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    let times = [usage.user_time(), usage.system_time()];
    Ok(times.iter().map(TimeVal::num_microseconds).sum())
}

/// Lets the load generator loose on the server at this address. What was measured, as the result of the run.
fn measure(
    name: &str,
    address: SocketAddr,
    clients: usize,
    time: Duration,
) -> Result<Value, Failure> {
    let before = resident();
    let mut load = Load::start(name, address, clients, time)?;
    let held = load.connected()?;
    let connection = bytes_each(before, resident(), held);
    info!(
        "{name}: {held} connections held, {} each",
        in_words(connection)
    );
    let cpu = cpu_us()?;
    let report = load.run()?;
    let cpu = (cpu_us()? - cpu) as f64 / report.requests.max(1) as f64;
    info!(
        "{name}: {:.0} requests/s, p50 {:.1} ms, p99 {:.1} ms, {cpu:.1} us of CPU a request",
        report.per_second(),
        report.p50_ms,
        report.p99_ms
    );
    Ok(json!({
        "held": held,
        "errors": report.errors,
        "bytes_per_connection": connection,
        "requests_per_s": report.per_second(),
        "p50_ms": report.p50_ms,
        "p99_ms": report.p99_ms,
        "cpu_us_per_request": cpu,
    }))
}

/// What `cargo run -p lesson-03-async -- server` runs.
///
/// # Errors
/// When a server or the load generator cannot be started, or the machine allows too few open files.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let port = run.texts("port").pop();
    if run.flag("serve") || port.is_some() {
        return serve::until_interrupted(port.as_deref().unwrap_or("0"));
    }
    let (clients, thread_clients) = (run.count("clients").get(), run.count("threads").get());
    let time = run.pace.seconds(3.0).max(Duration::from_millis(300));
    limits::room_for(clients.max(thread_clients))?;

    // As many as are meant to come.
    let patience = Patience {
        connections: clients,
        ..Patience::default()
    };
    let service = Service::start(([127, 0, 0, 1], 0).into(), patience)?;
    let tasks =
        info_span!("tasks").in_scope(|| measure("tasks", service.address(), clients, time))?;
    drop(service);

    let threads = ThreadEach::start()?;
    let each = info_span!("threads")
        .in_scope(|| measure("threads", threads.address(), thread_clients, time));
    // How many threads the machine can carry is part of the answer: a failure here is a result.
    let each = each.unwrap_or_else(|why| json!({ "error": why.to_string() }));
    if let Some(refused) = threads.refused() {
        info!(
            "threads: the system stopped at {} threads: {refused}",
            threads.started()
        );
    }
    let of = |result: &Value, key: &str| result[key].as_f64().unwrap_or(f64::NAN);
    info!(
        "a held connection costs {:.1} KiB as a task and {:.1} KiB as a thread, its kernel part not counted",
        of(&tasks, "bytes_per_connection") / 1024.0,
        of(&each, "bytes_per_connection") / 1024.0
    );
    Ok(Outcome::new(
        json!({ "task_each": tasks, "thread_each": each }),
    ))
}

/// What the command line asks about a `--port`.
///
/// # Errors
/// When it is no port.
pub fn check_port(text: &str) -> Result<(), String> {
    text.parse::<u16>()
        .map(drop)
        .map_err(|_| "a port is a number from 0 (any that is free) to 65535".to_owned())
}
