//! The demo `server`. Two processes: this one serves, and another one, started from the same program, plays the clients.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use common::measure::Stopwatch;
use common::options::{count, flag, texts};
use common::{Demo, Failure, Outcome, Run, on_interrupt};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;
use tracing::{info, info_span};

use crate::connection::Limits;
use crate::server::serve;
use crate::support::background::Background;
use crate::support::block_on::block_on;
use crate::support::load::{self, Load};
use crate::support::load_client;
use crate::support::memory::{bytes_each, in_words, resident};
use crate::support::system_limits::room_for_connections;
use crate::support::thread_server::ThreadServer;

pub fn demo() -> Demo {
    Demo::new(
        "server",
        "a thousand clients that keep their connections",
        run,
    )
    .in_turn()
    .option(count(
        "clients",
        1_000_000,
        Some("1000"),
        "Clients of the server with a task for each",
    ))
    .option(count(
        "threads",
        1_000_000,
        Some("1000"),
        "Clients of the server with a thread for each",
    ))
    .option(flag(
        "serve",
        "Just serve until Ctrl-C, for a browser, curl or wrk",
    ))
    .option(texts(
        "port",
        "PORT",
        "Serve at this port [default: any that is free]",
        check_port,
    ))
    .worker(load::ROLE, load_client::main)
}

fn check_port(text: &str) -> Result<(), String> {
    let port = text.parse::<u16>().map(drop);
    port.map_err(|_| "a port is a number from 0 (any that is free) to 65535".to_owned())
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let port = run.texts("port").pop();
    if run.flag("serve") || port.is_some() {
        return serve_until_interrupted(port.as_deref().unwrap_or("0"));
    }
    let clients = run.count("clients").get();
    let thread_clients = run.count("threads").get();
    let time = run.pace.seconds(3.0).max(Duration::from_millis(300));
    room_for_connections(clients.max(thread_clients))?;

    let limits = Limits {
        connections: clients,
        ..Limits::default()
    };
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = Background::start(any_port, |listener, stop| serve(listener, limits, stop))?;
    let tasks =
        info_span!("tasks").in_scope(|| measure("tasks", server.address(), clients, time))?;
    drop(server);

    let server = ThreadServer::start()?;
    let threads = info_span!("threads")
        .in_scope(|| measure("threads", server.address(), thread_clients, time));
    // The number of threads that the machine can carry is part of the answer: a failure here is a result.
    let threads = threads.unwrap_or_else(|why| json!({ "error": why.to_string() }));
    if let Some(refused) = server.refused() {
        let started = server.started();
        info!("threads: the system stopped at {started} threads: {refused}");
    }

    info!(
        "a held connection costs {:.1} KiB as a task and {:.1} KiB as a thread, its kernel part not counted",
        kib_per_connection(&tasks),
        kib_per_connection(&threads)
    );
    Ok(json!({ "task_each": tasks, "thread_each": threads }).into())
}

fn kib_per_connection(result: &Value) -> f64 {
    result["bytes_per_connection"].as_f64().unwrap_or(f64::NAN) / 1024.0
}

/// Lets the load generator loose on the server at this address. Returns the figures as JSON.
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

    // The CPU time of this process alone: that of the other one counts only when it has ended.
    let watch = Stopwatch::start();
    let report = load.run()?;
    let cpu_us = watch.read().cpu.as_secs_f64() * 1e6 / report.requests.max(1) as f64;
    load.end()?;

    let per_second = report.per_second();
    info!(
        "{name}: {per_second:.0} requests/s, p50 {:.1} ms, p99 {:.1} ms, {cpu_us:.1} us of CPU a request",
        report.p50_ms.unwrap_or(f64::NAN),
        report.p99_ms.unwrap_or(f64::NAN)
    );
    Ok(json!({
        "held": held,
        "errors": report.errors,
        "bytes_per_connection": connection,
        "requests_per_s": per_second,
        "p50_ms": report.p50_ms,
        "p99_ms": report.p99_ms,
        "cpu_us_per_request": cpu_us,
    }))
}

/// Serves at this port of this machine. After Ctrl-C or SIGTERM it takes no new clients, and lets those that it has
/// finish, for a time that it says; a second Ctrl-C ends it at once.
fn serve_until_interrupted(port: &str) -> Result<Outcome, Failure> {
    let limits = Limits::default();
    if let Err(why) = room_for_connections(limits.connections) {
        let connections = limits.connections;
        info!("serving fewer than {connections} connections: {why}");
    }
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port.parse()?));
    let stop = CancellationToken::new();
    let interrupted = stop.clone();
    on_interrupt(move || interrupted.cancel());

    let runtime = Builder::new_current_thread().enable_all().build()?;
    let all_finished = block_on(&runtime, async {
        let listener = TcpListener::bind(address).await?;
        info!("serving http://{}/ until Ctrl-C", listener.local_addr()?);
        let say = async {
            stop.cancelled().await;
            let drain = limits.drain;
            info!("no new clients; those who are here have {drain:?} to finish");
        };
        let (all_finished, ()) = tokio::join!(serve(listener, limits, stop.clone()), say);
        io::Result::Ok(all_finished)
    })?;

    let ending = if all_finished {
        "all finished"
    } else {
        "some were cut off"
    };
    info!("{ending}");
    Ok(json!({ "all_finished": all_finished }).into())
}
