//! The demo `crash`.

use std::io;

use common::{Demo, Failure, Outcome, Run};
use serde_json::Map;
use tracing::{info, info_span};

use crate::crash::{Way, cause, die};
use crate::support::core_dump::no_core_dump;
use crate::support::serve::receive_job;
use crate::support::worker_process::WorkerProcess;

const ROLE: &str = "crash";

const WAYS: [(&str, Way); 5] = [
    ("abort", Way::Abort),
    ("stack overflow", Way::StackOverflow),
    ("divide by zero", Way::DivideByZero),
    ("exit 3", Way::Exit3),
    ("abort in a thread", Way::AbortInAThread),
];

pub fn demo() -> Demo {
    Demo::new(
        "crash",
        "workers die in five ways, and the parent carries on",
        run,
    )
    .in_turn()
    .worker(ROLE, worker)
}

fn worker(_name: &str) -> io::Result<()> {
    no_core_dump()?;
    if let Some(way) = receive_job()? {
        let _span = info_span!("work").entered();
        die(way);
    }
    Ok(())
}

fn run(_run: &Run) -> Result<Outcome, Failure> {
    let mut results = Map::new();
    for (name, way) in WAYS {
        results.insert(name.to_owned(), cause_of_death(name, way)?.into());
    }

    if results["abort in a thread"] == "it aborted" {
        info!("in the last one no thread lived to say that it was still there");
    }
    info!("{} workers are dead, and the parent carries on", WAYS.len());
    Ok(results.into())
}

fn cause_of_death(name: &str, way: Way) -> Result<String, Failure> {
    let mut worker = WorkerProcess::start_with_stderr(name, ROLE)?;
    worker.send(&way)?;
    let (exit, complaint) = worker.last_words()?;

    let cause = cause(&exit, &complaint);
    info!("{name} {exit}: {cause}");
    Ok(cause)
}
