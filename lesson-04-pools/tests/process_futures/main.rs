//! What Python's own tests (`Lib/test/test_concurrent_futures`) require of a process pool, one test for each, under the
//! same names, and what becomes of workers that die, lie or never end.
//!
//! This program is both: started with the argument `worker`, it is a worker. So it cannot use the usual harness, which
//! prints to standard output.
#![expect(
    clippy::needless_pass_by_value,
    reason = "a result is there to be used up"
)]

/// Lists the tests of a module.
macro_rules! tests {
    ($($name:ident)*) => {
        pub const TESTS: &[(&str, fn())] = &[$((stringify!($name), $name)),*];
    };
}

mod deed;
mod process_pool;
mod shutdown;
mod init;
mod deadlock;
mod large_tasks;
mod lost_workers;
mod direct;
mod insights;
mod endurance;

use std::process::{Command, Stdio};
use std::time::Duration;

use common::deadline::within;
use lesson_04_pools::executor::{Error, JobHandle, ProcessPool, ProcessPoolBuilder, worker};
use nix::sys::signal::kill;
use nix::unistd::Pid;

use crate::deed::Gain::Number;
use crate::deed::{Deed, Gain};

const LIMIT: Duration = Duration::from_mins(1);

const A_MOMENT: Duration = Duration::from_millis(20);

/// For ever, as far as a test is concerned.
fn endless() -> Deed {
    Deed::Sleep(Duration::from_hours(1))
}

/// The default command, without what the workers complain about: that is on purpose.
fn quiet(name: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("it runs"));
    command
        .args(["worker", name])
        .env_remove("RUST_BACKTRACE")
        .stderr(Stdio::null());
    command
}

fn builder(workers: usize) -> ProcessPoolBuilder<Deed> {
    ProcessPool::builder()
        .workers(workers)
        .worker_command(quiet)
}

fn pool(workers: usize) -> ProcessPool<Deed> {
    builder(workers).build().expect("it can be built")
}

fn submit(pool: &ProcessPool<Deed>, deed: Deed) -> JobHandle<Gain> {
    pool.submit(deed).expect("the pool is open")
}

fn result(pool: &ProcessPool<Deed>, deed: Deed) -> Result<Gain, Error> {
    submit(pool, deed).result()
}

fn number(result: Result<Gain, Error>) -> i64 {
    let Ok(Number(number)) = result else {
        panic!("{result:?}")
    };
    number
}

/// What is said about a worker that is lost.
#[track_caller]
fn assert_broken<T: std::fmt::Debug>(result: Result<T, Error>, why: &str) {
    let Err(Error::Broken(text)) = &result else {
        panic!("{result:?} instead of Broken({why})")
    };
    assert!(text.contains(why), "{text} instead of {why}");
}

#[track_caller]
fn assert_lost<T: std::fmt::Debug>(result: Result<T, Error>, how: &str) {
    assert!(
        matches!(&result, Err(Error::Broken(text)) if text.contains(" (process ")),
        "{result:?}"
    );
    assert_broken(result, how);
}

/// The pool does what it is there for.
#[track_caller]
fn assert_works(pool: &ProcessPool<Deed>) {
    assert_eq!(result(pool, Deed::Power(2, 8)), Ok(Number(256)));
}

fn is_there(pid: u32) -> bool {
    kill(
        Pid::from_raw(i32::try_from(pid).expect("it is positive")),
        None,
    )
    .is_ok()
}

fn running(pool: &ProcessPool<Deed>, deed: Deed) -> JobHandle<Gain> {
    let (before, job) = (pool.worker_pids().len(), submit(pool, deed));
    while !job.is_running() || pool.worker_pids().len() <= before {
        std::thread::sleep(Duration::from_millis(1));
    }
    job
}

/// A pool whose workers are a shell with this script.
fn shell(script: &'static str) -> ProcessPool<Deed> {
    let command = move |_: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    };
    builder(1)
        .worker_command(command)
        .build()
        .expect("it can be built")
}

/// Waits until all of a process is gone but its entry in the list of processes, and leaves that to the pool. (A look at
/// its state is not enough: its first thread may be gone while another still holds the pipe open.)
#[cfg(target_os = "linux")]
fn wait_for_death(pid: Pid) {
    use nix::sys::wait::{Id, WaitPidFlag, waitid};
    waitid(Id::Pid(pid), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT)
        .expect("it is a child of ours");
}

#[cfg(not(target_os = "linux"))]
fn wait_for_death(_: Pid) {
    std::thread::sleep(Duration::from_millis(500));
}

fn main() {
    let role = std::env::args().nth(1).unwrap_or_default();
    match role.as_str() {
        "worker" => return worker::serve::<Deed>().expect("its pipes are fine"),
        "parent" => {
            return endurance::be_the_parent(
                std::env::args_os().nth(2).expect("a folder").as_ref(),
            );
        }
        // By hand: `cargo test --release -p lesson-04-pools --test process_futures -- kills`
        "kills" => return endurance::kill_after_kill(1_000, 100_000),
        "forgetful" => std::process::exit(if builder(1).build().is_err() { 42 } else { 0 }),
        _ => {}
    }

    let tests = [
        process_pool::TESTS,
        shutdown::TESTS,
        init::TESTS,
        deadlock::TESTS,
        large_tasks::TESTS,
        lost_workers::TESTS,
        direct::TESTS,
        insights::TESTS,
        endurance::TESTS,
    ]
    .concat();
    // As with the usual harness, an argument chooses tests by their names.
    let chosen = |name: &str| role.starts_with('-') || name.contains(&role);
    for (name, test) in tests.into_iter().filter(|(name, _)| chosen(name)) {
        within(LIMIT, test).unwrap_or_else(|stuck| panic!("{name}: {stuck}"));
        println!("test {name} ... ok");
    }
}
