//! `exhaustion`: both ways in a child process with a limit on its address space. The limit is the
//! child's alone: the machine is not harmed.

use std::io::{self, Read, Write};
use std::process::Stdio;

use common::options::count;
use common::process::{Exit, spawn};
use common::{Demo, Difference, Failure, Outcome, Run};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use serde_json::{Value, json};
use tracing::{info, info_span};

use crate::pitfalls::exhaustion::{pool, thread_each};
use crate::support::reexec::reexec;

pub fn demo() -> Demo {
    Demo::new(
        "exhaustion",
        "a thread for each job, until there is no room",
        run,
    )
    .worker(ROLE, child)
    .option(count("jobs", 100_000, Some("1000"), "Jobs in all"))
    .option(count(
        "limit-mib",
        1 << 20,
        Some("512"),
        "Address space of the child, in MiB",
    ))
}

const ROLE: &str = "exhaustion";
/// The environment variables that tell the child how many jobs, and how many MiB.
const JOBS: &str = "EXHAUSTION_JOBS";
const LIMIT: &str = "EXHAUSTION_LIMIT_MIB";
/// The threads of the pool.
const WORKERS: usize = 8;

fn run(run: &Run) -> Result<Outcome, Failure> {
    let jobs = run.count("jobs").get();
    let mib = run.count("limit-mib").get();
    // A thread that has its stack wants some KiB more when it starts. If the limit falls just
    // there, the child is aborted: a MiB more, and it falls elsewhere.
    let said = limited(jobs, mib).or_else(|_| limited(jobs, mib + 1))?;

    let each = &said["thread_each"];
    let done = &each["done"];
    info!("a thread each: {done} of {jobs} jobs done in {mib} MiB of address space");
    if let Some(error) = each["error"].as_str() {
        info!("{} were refused: {error}", each["refused"]);
    }
    let done = &said["pool"]["done"];
    info!("a pool of {WORKERS} threads: {done} of {jobs} jobs done under the same limit");

    let all_done = Difference::new("jobs done", "limited", "a thread each")
        .way("a thread each", &each["done"])
        .way("a pool", done);
    Ok(Outcome::new(said).difference(all_done))
}

/// Starts a child that does `jobs` jobs each way with `mib` MiB, and returns what it reports.
fn limited(jobs: usize, mib: usize) -> io::Result<Value> {
    let mut command = reexec(ROLE)("limited");
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command.env(JOBS, jobs.to_string());
    command.env(LIMIT, mib.to_string());
    // The system's allocator would set 64 MiB of address space aside for many of the threads.
    command.env("MALLOC_ARENA_MAX", "1");
    // A thread without room for its start panics. To print its stack needs room as well, and std, which holds a lock
    // meanwhile, waits for itself where there is none.
    command.env("RUST_BACKTRACE", "0");
    let mut child = spawn(&mut command, "limited")?;

    let mut said = String::new();
    let mut stdout = child.stdout.take().expect("it was asked to be piped");
    stdout.read_to_string(&mut said)?;
    let exit = Exit::from(child.wait()?);
    serde_json::from_str(&said).map_err(|_| io::Error::other(format!("the child {exit}")))
}

/// Limits this process, hands out the jobs both ways, and reports on standard output.
fn child(_name: &str) -> io::Result<()> {
    let jobs = told(JOBS)?;
    let mib = told(LIMIT)?;
    let (_, hard) = getrlimit(Resource::RLIMIT_AS)?;
    setrlimit(Resource::RLIMIT_AS, (mib << 20).min(hard), hard)?;
    let jobs = usize::try_from(jobs).map_err(io::Error::other)?;

    let each = info_span!("a thread each").in_scope(|| thread_each(jobs));
    let by_pool = info_span!("a pool").in_scope(|| pool(jobs, WORKERS));
    let by_pool = by_pool.map_err(|error| io::Error::other(error.to_string()))?;

    let said = json!({ "thread_each": each, "pool": { "done": by_pool, "threads": WORKERS } });
    writeln!(io::stdout(), "{said}")
}

fn told(key: &str) -> io::Result<u64> {
    let value = std::env::var(key).ok().and_then(|value| value.parse().ok());
    value.ok_or_else(|| io::ErrorKind::InvalidInput.into())
}
