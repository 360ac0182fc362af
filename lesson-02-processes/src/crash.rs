//! `crash`: workers that die in four ways, and a parent that tells them apart and carries on.
//!
//! The same crash in a thread ends every thread of the program. So it is shown in a program of its own.

use std::hint::black_box;
use std::io::{self, Read, stdin};
use std::process::{Stdio, abort, exit};
use std::thread;
use std::time::Duration;

use common::process::{How, spawn};
use common::{Failure, Outcome, Run};
use nix::sys::signal::Signal;
use serde::{Deserialize, Serialize};
use serde_json::Map;
use tracing::{info, info_span};

use crate::hire;
use crate::limits::no_core_dump;
use crate::wire::{receive, send};

/// How a worker dies.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Way {
    Abort,
    StackOverflow,
    DivideByZero,
    Exit3,
    AbortInAThread,
}

/// Calls itself without end; each call needs a piece of the stack.
fn deeper(depth: u64) -> u64 {
    let piece = black_box([depth; 64]);
    if depth == u64::MAX {
        0
    } else {
        deeper(depth + 1) + piece[0]
    }
}

/// A worker's short life.
///
/// # Errors
/// When the job does not arrive.
pub fn worker(_name: &str) -> io::Result<()> {
    let way = receive(&mut stdin().lock(), "the parent").map_err(io::Error::other)?;
    no_core_dump()?;
    let _span = info_span!("work").entered();
    match way {
        Some(Way::Abort) => abort(),
        Some(Way::StackOverflow) => exit(i32::try_from(deeper(0)).unwrap_or(0)),
        Some(Way::DivideByZero) => exit(1 / black_box(0)),
        Some(Way::Exit3) => exit(3),
        Some(Way::AbortInAThread) => {
            thread::Builder::new()
                .name("one of many".into())
                .spawn(|| {
                    let _span = info_span!("abort").entered();
                    abort()
                })?;
            // This thread does nothing wrong and would say so.
            thread::sleep(Duration::from_secs(20));
            info!("the main thread is still here");
        }
        None => {}
    }
    Ok(())
}

/// Why a worker ended, as far as a parent can know: from its status, and from what it wrote to standard error.
fn cause(how: &How, complaint: &str) -> String {
    match how {
        How::Killed(signal) if *signal == Signal::SIGABRT as i32 => {
            if complaint.contains("has overflowed its stack") {
                "its stack overflowed".to_owned()
            } else {
                "it aborted".to_owned()
            }
        }
        // The exit code of a Rust program that panicked.
        How::Exited(101) => {
            let message = complaint
                .lines()
                .skip_while(|line| !line.contains("panicked at"))
                .nth(1);
            format!("it panicked: {}", message.unwrap_or("no message"))
        }
        How::Exited(0) => "nothing went wrong".to_owned(),
        How::Exited(code) => format!("it gave up with exit code {code}"),
        How::Killed(_) => "somebody killed it".to_owned(),
    }
}

fn one(name: &str, way: Way) -> Result<String, Failure> {
    let mut command = hire::command(name, "crash")?;
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .env("RUST_BACKTRACE", "0");
    let mut child = spawn(&mut command, name)?;
    send(hire::input(&mut child), &way)?;
    let mut complaint = String::new();
    child
        .stderr
        .take()
        .expect("it was asked to be piped")
        .read_to_string(&mut complaint)?;
    let how = How::from(child.wait()?);
    let cause = cause(&how, &complaint);
    info!("{name} {how}: {cause}");
    Ok(cause)
}

/// What `cargo run -p lesson-02-processes -- crash` runs.
///
/// # Errors
/// When a worker cannot be started.
pub fn demo(_run: &Run) -> Result<Outcome, Failure> {
    let ways = [
        ("abort", Way::Abort),
        ("stack overflow", Way::StackOverflow),
        ("divide by zero", Way::DivideByZero),
        ("exit 3", Way::Exit3),
        ("abort in a thread", Way::AbortInAThread),
    ];
    let mut results = Map::new();
    for (name, way) in ways {
        results.insert(name.to_owned(), one(name, way)?.into());
    }
    info!("in the last one no thread lived to say that it was still there");
    info!("{} workers are dead, and the parent carries on", ways.len());
    Ok(Outcome::new(results))
}
