//! The demo `pipe`: the same message over pipes and over a socket pair, and then a reader that is slow.

use std::io::{self, BufRead, BufReader, Write};
use std::time::Instant;

use common::measure::seconds;
use common::process::Child;
use common::{Demo, Failure, Outcome, Pace, Run};
use serde::Serialize;
use serde_json::json;
use tracing::{info, info_span};

use crate::backpressure::{SIZE, THINK, capacity, read_slowly, write_fast};
use crate::pipe::{
    OVER_A_SOCKET, OVER_PIPES, ask, hang_up, socket_worker, start_on_a_socket, start_on_pipes,
    worker,
};
use crate::support::messages::WorkerError;
use crate::support::serve::serve;
use crate::support::worker_process::WorkerProcess;

const SLOW_READER: &str = "slow-reader";

/// Messages that are sent there and back to learn what one costs.
const ROUNDS: u32 = 500;

pub fn demo() -> Demo {
    Demo::new(
        "pipe",
        "messages through pipes and sockets, and a reader that is slow",
        run,
    )
    .in_turn()
    .worker(OVER_PIPES, worker)
    .worker(OVER_A_SOCKET, socket_worker)
    .worker(SLOW_READER, slow_reader)
}

/// An answer, and the seconds that one message takes there and back.
#[derive(Serialize)]
struct Talk {
    answer: String,
    each_s: f64,
}

/// A fast writer and a slow reader.
#[derive(Serialize)]
struct SlowReader {
    messages: u32,
    /// Bytes that a pipe holds before its writer has to wait.
    capacity: usize,
    /// Seconds that the writer could not go on.
    held_up_s: f64,
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let pipes = over_pipes()?;
    info!("over two pipes: hello, and back comes {}", pipes.answer);

    let socket = over_a_socket()?;
    info!(
        "over a socket pair: hello, and back comes {}",
        socket.answer
    );

    let slow = to_a_slow_reader(run.pace)?;
    info!("the slow reader got all {} messages", slow.messages);
    info!(
        "there and back: {} over pipes, {} over a socket pair; the slow reader held the writer up for {}",
        seconds(pipes.each_s),
        seconds(socket.each_s),
        seconds(slow.held_up_s)
    );

    Ok(json!({ "pipes": pipes, "socket_pair": socket, "slow_reader": slow }).into())
}

fn over_pipes() -> Result<Talk, Failure> {
    let name = "pipes";
    let mut child = start_on_pipes(name)?;
    let mut to = child.stdin.take().expect("it was asked to be piped");
    let from = child.stdout.take().expect("it was asked to be piped");
    let mut from = BufReader::new(from);
    let talk = talk(name, &mut to, &mut from)?;

    let end = hang_up(to, from)?;
    info!("after the end there is no message: {end:?}");
    finish(name, child)?;
    Ok(talk)
}

fn over_a_socket() -> Result<Talk, Failure> {
    let name = "socket pair";
    let (child, socket) = start_on_a_socket(name)?;
    let talk = talk(name, &mut &socket, &mut BufReader::new(&socket))?;

    drop(socket);
    finish(name, child)?;
    Ok(talk)
}

fn talk(name: &str, to: &mut impl Write, from: &mut impl BufRead) -> io::Result<Talk> {
    let answer = ask(to, from, "hello")?;

    let _span = info_span!("500 messages over", name).entered();
    let start = Instant::now();
    for _ in 0..ROUNDS {
        ask(to, from, "hello")?;
    }
    let each_s = start.elapsed().as_secs_f64() / f64::from(ROUNDS);
    Ok(Talk { answer, each_s })
}

fn finish(name: &str, child: Child) -> Result<(), WorkerError> {
    let name = name.to_owned();
    WorkerProcess { name, child }.finish()
}

fn slow_reader(_name: &str) -> io::Result<()> {
    serve(read_slowly)
}

fn to_a_slow_reader(pace: Pace) -> Result<SlowReader, Failure> {
    let capacity = capacity()?;
    info!("a pipe holds {capacity} bytes, 4 messages of {SIZE}");

    let name = "slow reader";
    let mut reader = WorkerProcess::start(name, SLOW_READER)?;
    reader.send(&pace.seconds(THINK))?;

    let start = Instant::now();
    write_fast(reader.input(), name)?;
    let held_up_s = start.elapsed().as_secs_f64();

    let messages = reader.receive()?.unwrap_or(0);
    reader.finish()?;
    Ok(SlowReader {
        messages,
        capacity,
        held_up_s,
    })
}
