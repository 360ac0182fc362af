//! `limits`: a worker that may not use more than it was given.
//!
//! A process can be limited: how much memory it may map, how many seconds it may compute, how many files it may have
//! open. The kernel watches. A thread cannot be limited like that, because what a thread uses belongs to its process.

use std::fs::File;
use std::hint::black_box;
use std::io::{self, Read, stdin, stdout};
use std::process::Stdio;

use common::process::{How, spawn};
use common::{Failure, Outcome, Run};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::Signal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use tracing::{info, info_span};

use crate::hire;
use crate::wire::{hear, receive, send};

/// What a worker is limited in. It then uses as much of it as it can.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Limit {
    /// 512 MiB of address space.
    Memory,
    /// One second of computing; the kernel counts whole seconds.
    Cpu,
    /// 32 open files.
    Files,
}

const MEMORY: u64 = 512 << 20;
const MIB: usize = 1 << 20;

/// A worker's life: take the limit upon itself, then use too much. It cannot lift the limit again, and what it starts
/// inherits it. Set before code that is not trusted, it holds for that code.
///
/// # Errors
/// When the limit strikes as an error.
pub fn worker(_name: &str) -> io::Result<()> {
    let limit = receive(&mut stdin().lock(), "the parent").map_err(io::Error::other)?;
    no_core_dump()?;
    match limit {
        Some(Limit::Memory) => {
            setrlimit(Resource::RLIMIT_AS, MEMORY, MEMORY)?;
            let _span = info_span!("take memory").entered();
            let mut taken = Vec::new();
            loop {
                taken.push(vec![0_u8; 16 * MIB]);
            }
        }
        Some(Limit::Cpu) => {
            setrlimit(Resource::RLIMIT_CPU, 1, 2)?;
            let _span = info_span!("compute").entered();
            let mut number = 1_u64;
            loop {
                number = black_box(number.wrapping_mul(3));
            }
        }
        Some(Limit::Files) => {
            setrlimit(Resource::RLIMIT_NOFILE, 32, 32)?;
            let _span = info_span!("open files").entered();
            let mut open = Vec::new();
            loop {
                match File::open("/dev/null") {
                    Ok(file) => open.push(file),
                    Err(error) => return send(&mut stdout().lock(), &error.to_string()),
                }
            }
        }
        None => Ok(()),
    }
}

/// A crash on purpose needs no picture of the memory on the disk.
///
/// # Errors
/// What the system says.
pub fn no_core_dump() -> io::Result<()> {
    Ok(setrlimit(Resource::RLIMIT_CORE, 0, 0)?)
}

/// What the parent concludes from a worker's end and from what it sent.
fn struck(how: &How, complaint: &str, sent: Option<String>) -> String {
    match (how, sent) {
        (How::Killed(signal), _) if *signal == Signal::SIGXCPU as i32 => "CPU seconds".to_owned(),
        (How::Killed(signal), _)
            if *signal == Signal::SIGABRT as i32 && complaint.contains("allocation") =>
        {
            "address space".to_owned()
        }
        (How::Exited(0), Some(error)) => format!("open files ({error})"),
        _ => "none".to_owned(),
    }
}

fn one(name: &str, limit: Limit) -> Result<serde_json::Value, Failure> {
    let mut command = hire::command(name, "limits")?;
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = spawn(&mut command, name)?;
    send(hire::input(&mut child), &limit)?;
    let sent = hear(hire::output(&mut child), name)?;
    let mut complaint = String::new();
    child
        .stderr
        .take()
        .expect("it was asked to be piped")
        .read_to_string(&mut complaint)?;
    let how = How::from(child.wait()?);
    let complaint = complaint
        .lines()
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    let struck = struck(&how, complaint, sent);
    info!("{name} {how}; the limit that struck: {struck}");
    Ok(json!({ "how": how.to_string(), "limit": struck, "said": complaint }))
}

/// What `cargo run -p lesson-02-processes -- limits` runs.
///
/// # Errors
/// When a worker cannot be started.
pub fn demo(_run: &Run) -> Result<Outcome, Failure> {
    let own = || getrlimit(Resource::RLIMIT_NOFILE);
    let before = own()?;
    let mut results = Map::new();
    for (name, limit) in [
        ("memory hog", Limit::Memory),
        ("number cruncher", Limit::Cpu),
        ("file opener", Limit::Files),
    ] {
        results.insert(name.to_owned(), one(name, limit)?);
    }
    let untouched = own()? == before && File::open("/dev/null").is_ok();
    info!("the parent has the limits that it had, and goes on: {untouched}");
    results.insert("parent_untouched".to_owned(), json!(untouched));
    Ok(Outcome::new(results))
}
