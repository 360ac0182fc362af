//! What Python's own tests (`Lib/test/test_concurrent_futures`) require of a process pool, one test for each, under the
//! same names, and what becomes of workers that die, lie or never end.
//!
//! This program is both: started with the argument `worker`, it is a worker. So it cannot use the usual harness, which
//! prints to standard output.
#![expect(
    clippy::needless_pass_by_value,
    reason = "a result is there to be used up"
)]

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use common::deadline::within;
use common::testing::is_alive;
use lesson_04_pools::executor::{
    Error, JobHandle, ProcessPool, ProcessPoolBuilder, ReturnWhen, Shutdown, Task, as_completed,
    wait, worker,
};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const LIMIT: Duration = Duration::from_mins(1);
const A_MOMENT: Duration = Duration::from_millis(20);

/// What a worker can be told to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Deed {
    Power(u64, u32),
    Divide(i64, i64),
    Pid,
    /// Counts itself in and gives the count: what the worker's process remembers.
    Count,
    Panic,
    Print,
    Abort,
    KillItself,
    Exit(i32),
    Sleep(Duration),
    /// Reads its standard input to the end.
    Read,
    /// Its result panics when it is dropped.
    PanicLater,
    /// So many bytes.
    Length(Vec<u8>),
    Bytes(usize),
    /// The same bytes.
    Echo(Vec<u8>),
    /// From now on this process cannot open any file.
    OpenNothing,
    /// Dies the first time: then the file is there.
    DieOnce(std::path::PathBuf),
    /// Makes this file, and never ends.
    Begin(std::path::PathBuf),
    BadTask(OnRead),
    Unsendable(OnWrite),
    BadResult,
    AbortingResult,
    UnreadableResult,
}

/// What it gives back.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Gain {
    Number(i64),
    Bytes(Vec<u8>),
    Bad(OnWrite),
    Fragile(Fragile),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Fragile;

impl Drop for Fragile {
    fn drop(&mut self) {
        std::panic::resume_unwind(Box::new("on purpose"));
    }
}

use Gain::{Bad, Bytes, Number};

/// A task that cannot be read.
#[derive(Clone, Debug, Serialize)]
enum OnRead {
    Fails,
    Panics,
    Exits,
    Aborts,
}

impl<'de> Deserialize<'de> for OnRead {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<OnRead, D::Error> {
        match u32::deserialize(from)? {
            0 => Err(serde::de::Error::custom("cannot be read")),
            1 => panic!("no wish to be read"),
            2 => std::process::exit(1),
            _ => std::process::abort(),
        }
    }
}

/// A result that cannot be written, or not be read.
#[derive(Clone, Debug, PartialEq)]
enum OnWrite {
    Panics,
    Aborts,
    CannotBeRead,
}

impl Serialize for OnWrite {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            OnWrite::Panics => panic!("no wish to be written"),
            OnWrite::Aborts => std::process::abort(),
            OnWrite::CannotBeRead => to.serialize_u32(0),
        }
    }
}

impl<'de> Deserialize<'de> for OnWrite {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<OnWrite, D::Error> {
        panic!("no wish to be read")
    }
}

static COUNT: AtomicU32 = AtomicU32::new(0);

impl Task for Deed {
    type Output = Gain;

    fn run(self) -> Gain {
        match self {
            Deed::Power(base, exponent) => Number(base.pow(exponent).try_into().expect("it fits")),
            Deed::Divide(a, b) => Number(a / b),
            Deed::Pid => Number(std::process::id().into()),
            Deed::Count => Number(COUNT.fetch_add(1, Ordering::SeqCst).into()),
            Deed::Panic => panic!("on purpose"),
            Deed::Print => {
                print!("a stray line\nand one without an end");
                Number(1)
            }
            Deed::Abort => std::process::abort(),
            Deed::KillItself => {
                let _ = kill(Pid::this(), Signal::SIGKILL);
                Number(0)
            }
            Deed::Exit(code) => std::process::exit(code),
            Deed::Sleep(pause) => {
                std::thread::sleep(pause);
                Number(0)
            }
            Deed::Read => Number(
                std::io::stdin()
                    .lines()
                    .count()
                    .try_into()
                    .expect("it fits"),
            ),
            Deed::PanicLater => Gain::Fragile(Fragile),
            Deed::Length(bytes) => Number(bytes.len().try_into().expect("it fits")),
            Deed::Bytes(length) => Bytes(vec![7; length]),
            Deed::Echo(bytes) => Bytes(bytes),
            Deed::OpenNothing => {
                let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).expect("there is one");
                // Not 0: `poll` must be allowed to wait for one.
                setrlimit(Resource::RLIMIT_NOFILE, 1, most).expect("less is allowed");
                Number(0)
            }
            Deed::DieOnce(file) => {
                if std::fs::File::create_new(file).is_ok() {
                    std::process::abort();
                }
                Number(1)
            }
            Deed::Begin(file) => {
                std::fs::File::create_new(file).expect("there is room");
                std::thread::sleep(Duration::from_hours(1));
                Number(0)
            }
            Deed::BadTask(_) | Deed::Unsendable(_) => Number(0),
            Deed::BadResult => Bad(OnWrite::Panics),
            Deed::AbortingResult => Bad(OnWrite::Aborts),
            Deed::UnreadableResult => Bad(OnWrite::CannotBeRead),
        }
    }
}

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

// ---- executor.py, test_process_pool.py

fn test_submit() {
    assert_works(&pool(2));
}

fn test_map() {
    let tasks = (0..10).map(|n| Deed::Power(2, n));
    let results: Result<Vec<_>, _> = pool(2).map(tasks).collect();
    assert_eq!(results, Ok((0..10).map(|n| Number(1 << n)).collect()));
}

fn test_map_exception() {
    let pool = pool(2);
    let results: Vec<_> = pool.map([1, 0, 2].map(|n| Deed::Divide(6, n))).collect();
    assert!(
        matches!(
            &results[..],
            [Ok(Number(6)), Err(Error::Panicked(_)), Ok(Number(3))]
        ),
        "{results:?}"
    );
}

fn test_map_timeout() {
    let pool = pool(1);
    let results: Vec<_> = pool.map([endless()]).timeout(A_MOMENT).collect();
    assert_eq!(results, [Err(Error::Timeout)]);
    pool.kill_workers();
}

fn test_map_chunksize() {
    let pool = pool(2);
    for size in [1, 7, 40, 100] {
        let results: Vec<_> = pool
            .map((0..40).map(|n| Deed::Power(n, 3)))
            .chunks(size)
            .collect();
        assert_eq!(
            results,
            (0..40).map(|n| Ok(Number(n * n * n))).collect::<Vec<_>>()
        );
    }
    let results: Vec<_> = pool
        .map([1, 0, 2].map(|n| Deed::Divide(6, n)))
        .chunks(3)
        .collect();
    assert!(
        matches!(&results[..], [Ok(_), Err(Error::Panicked(_)), Ok(_)]),
        "{results:?}"
    );
}

fn test_map_chunk_is_lost_as_a_whole() {
    let pool = pool(1);
    let tasks = [Deed::Count, Deed::Abort, Deed::Count, Deed::Count];
    let results: Vec<_> = pool.map(tasks).chunks(3).collect();
    assert_eq!(results.len(), 4);
    for result in &results[..3] {
        assert!(matches!(result, Err(Error::Broken(_))), "{result:?}");
    }
    assert_eq!(results[3], Ok(Number(0)));
}

fn test_max_workers_negative() {
    let error = builder(0)
        .build()
        .map(drop)
        .expect_err("who should do the tasks");
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    builder(1)
        .max_tasks_per_child(0)
        .build()
        .map(drop)
        .expect_err("a worker has to do something");
}

fn test_default_workers() {
    let pool = ProcessPool::<Deed>::builder()
        .build()
        .expect("it can be built");
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let jobs: Vec<_> = (0..cores + 2)
        .map(|_| submit(&pool, Deed::Sleep(A_MOMENT)))
        .collect();
    assert!(jobs.into_iter().all(|job| job.result().is_ok()));
    assert_eq!(pool.worker_pids().len(), cores);
}

fn test_idle_process_reuse_one() {
    let pool = pool(4);
    assert!(
        pool.worker_pids().is_empty(),
        "no worker before there is a task"
    );
    for _ in 0..5 {
        assert_works(&pool);
        std::thread::sleep(A_MOMENT);
    }
    assert!(
        pool.worker_pids().len() < 4,
        "a worker that is idle is used again"
    );
}

fn test_saturation() {
    let pool = pool(2);
    let jobs: Vec<_> = (0..20).map(|_| submit(&pool, Deed::Pid)).collect();
    let pids: BTreeSet<_> = jobs.into_iter().map(|job| number(job.result())).collect();
    assert!(
        (1..=2).contains(&pids.len()) && !pids.contains(&std::process::id().into()),
        "{pids:?}"
    );
}

fn test_traceback() {
    // The error carries the worker's message and the place: here nobody could look it up.
    let Err(Error::Panicked(message)) = result(&pool(1), Deed::Panic) else {
        panic!("it panics")
    };
    let place = message
        .strip_prefix("on purpose, at ")
        .expect("message, then place");
    assert!(
        place.contains("process_futures.rs:") && place.lines().count() == 1,
        "{message}"
    );
}

fn test_traceback_with_backtrace() {
    let command = |name: &str| {
        let mut command = quiet(name);
        command.env("RUST_BACKTRACE", "1");
        command
    };
    let pool = builder(1)
        .worker_command(command)
        .build()
        .expect("it can be built");
    let Err(Error::Panicked(message)) = result(&pool, Deed::Panic) else {
        panic!("it panics")
    };
    assert!(message.lines().count() > 3, "{message}");
}

fn test_killed_child() {
    let folder = common::TempDir::new("process-futures").expect("there is room");
    let begun = folder.path().join("begun");
    let pool = pool(1);
    let pid = number(result(&pool, Deed::Pid));
    let job = submit(&pool, Deed::Begin(begun.clone()));
    while !begun.exists() {
        std::thread::sleep(Duration::from_millis(1));
    }
    kill(
        Pid::from_raw(pid.try_into().expect("a pid")),
        Signal::SIGKILL,
    )
    .expect("it is there");
    assert_lost(
        job.result(),
        &format!("worker-1 (process {pid}) was killed by signal 9 (SIGKILL)"),
    );
    // In Python the pool would be broken now. Here another worker takes the place.
    assert_ne!(number(result(&pool, Deed::Pid)), pid);
}

fn test_broken_process_pool_traceback() {
    // Each job that is lost has an error of its own, which names its own worker.
    let pool = pool(3);
    let jobs: Vec<_> = (0..3).map(|_| running(&pool, endless())).collect();
    let pids = pool.worker_pids();
    pool.kill_workers();
    let errors: BTreeSet<String> = jobs
        .into_iter()
        .map(|job| format!("{:?}", job.result()))
        .collect();
    assert!(
        errors.len() == 3
            && pids.iter().all(|pid| errors
                .iter()
                .any(|e| e.contains(&format!("(process {pid})"))))
    );
}

fn test_traceback_when_child_process_terminates_abruptly() {
    assert_lost(result(&pool(1), Deed::Exit(99)), "ended with exit code 99");
}

fn test_idle_process_reuse_multiple() {
    let pool = pool(12);
    for _ in 0..3 {
        assert_works(&pool);
        drop(submit(&pool, Deed::Power(3, 2)));
    }
    // At most three tasks at once; and one worker may be done and not idle yet.
    assert!(pool.worker_pids().len() <= 4, "{:?}", pool.worker_pids());
}

fn test_max_tasks_per_child_pending_tasks_gh115634() {
    for (workers, limit, tasks) in [(1, 2, 6), (2, 2, 8)] {
        let pool = builder(workers)
            .max_tasks_per_child(limit)
            .build()
            .expect("it can be built");
        let jobs: Vec<_> = (0..tasks)
            .map(|n| submit(&pool, Deed::Power(n, 2)))
            .collect();
        let results: Vec<_> = jobs
            .into_iter()
            .map(|job| number(job.result()).unsigned_abs())
            .collect();
        assert_eq!(results, (0..tasks).map(|n| n * n).collect::<Vec<_>>());
    }
}

fn test_shutdown_no_wait_max_tasks_gh119592() {
    // Workers are replaced as long as there are tasks, though nobody holds the pool any more.
    let pool = builder(1)
        .max_tasks_per_child(1)
        .build()
        .expect("it can be built");
    let jobs: Vec<_> = (0..3).map(|n| submit(&pool, Deed::Power(n, 2))).collect();
    pool.shutdown(Shutdown::Detach);
    drop(pool);
    let results: Vec<_> = jobs.into_iter().map(|job| number(job.result())).collect();
    assert_eq!(results, [0, 1, 4]);
}

fn test_force_shutdown_during_max_tasks_worker_exit() {
    let pool = builder(1)
        .max_tasks_per_child(1)
        .build()
        .expect("it can be built");
    let first = running(&pool, endless());
    let waiting: Vec<_> = (0..2).map(|n| submit(&pool, Deed::Power(n, 2))).collect();
    pool.kill_workers();
    assert_lost(first.result(), "SIGKILL");
    assert!(
        waiting
            .into_iter()
            .all(|job| job.result() == Err(Error::Cancelled))
    );
    pool.shutdown(Shutdown::Wait);
    assert!(pool.worker_pids().is_empty());
}

fn test_failed_worker_replacement_breaks_pool() {
    // The first worker can be started, and does one task. No other can.
    let starts = AtomicU32::new(0);
    let command = move |name: &str| {
        let first = starts.fetch_add(1, Ordering::SeqCst) == 0;
        if first {
            quiet(name)
        } else {
            Command::new("/no/such/program")
        }
    };
    let one = builder(1)
        .max_tasks_per_child(1)
        .worker_command(command)
        .build()
        .expect("it can be built");
    let jobs: Vec<_> = (0..3).map(|n| one.submit(Deed::Power(n, 2))).collect();
    let mut outcomes = jobs.into_iter().map(|job| job.and_then(JobHandle::result));
    assert_eq!(outcomes.next(), Some(Ok(Number(0))));
    for outcome in outcomes {
        assert_broken(outcome, "cannot be started");
    }
}

fn test_force_shutdown_workers_dead_workers() {
    let pool = pool(1);
    assert_lost(result(&pool, Deed::Exit(1)), "exit code 1");
    pool.terminate_workers();
    pool.kill_workers();
}

fn test_force_shutdown_workers_stops_pool() {
    let pool = pool(1);
    assert_works(&pool);
    let pid = pool.worker_pids()[0];
    pool.terminate_workers();
    assert_eq!(pool.submit(Deed::Count).map(drop), Err(Error::ShutDown));
    pool.shutdown(Shutdown::Wait);
    assert!(!is_there(pid));
}

fn test_context_manager_shutdown() {
    let pool = pool(3);
    let squares: Vec<_> = pool
        .map((0..5).map(|n| Deed::Power(n, 2)))
        .map(number)
        .collect();
    assert_eq!(squares, [0, 1, 4, 9, 16]);
    let pids = pool.worker_pids();
    drop(pool);
    assert!(!pids.is_empty() && !pids.into_iter().any(is_there));
}

fn test_del_shutdown() {
    let pool = pool(3);
    let jobs: Vec<_> = (0..10).map(|n| submit(&pool, Deed::Power(n, 2))).collect();
    drop(pool);
    assert!(jobs.iter().all(JobHandle::is_done));
}

fn test_hang_issue12364() {
    let pool = pool(3);
    let jobs: Vec<_> = (0..50)
        .map(|_| submit(&pool, Deed::Sleep(Duration::from_millis(1))))
        .collect();
    pool.shutdown(Shutdown::Wait);
    assert!(jobs.into_iter().all(|job| job.result() == Ok(Number(0))));
}

fn test_hang_gh94440() {
    let pool = pool(1);
    assert_works(&pool);
    submit(&pool, Deed::Count).cancel();
    pool.shutdown(Shutdown::Wait);
}

fn test_shutdown_gh_132969_case_1() {
    a_failure_and_then_no_wait(2);
}

fn test_shutdown_gh_132969_case_2() {
    a_failure_and_then_no_wait(4);
}

fn a_failure_and_then_no_wait(workers: usize) {
    let pool = builder(workers)
        .max_tasks_per_child(1)
        .build()
        .expect("it can be built");
    let jobs =
        [Deed::Sleep(A_MOMENT), Deed::Panic, Deed::Sleep(A_MOMENT)].map(|deed| submit(&pool, deed));
    let [good, bad, other] = jobs.map(JobHandle::result);
    assert!(good.is_ok() && matches!(bad, Err(Error::Panicked(_))) && other.is_ok());
    pool.shutdown(Shutdown::Detach);
}

fn test_error_at_task_pickle() {
    let pool = pool(2);
    assert_broken(
        result(&pool, Deed::Unsendable(OnWrite::Panics)),
        "the task cannot be sent",
    );
    assert_works(&pool);
}

fn test_exit_at_task_unpickle() {
    assert_lost(
        result(&pool(2), Deed::BadTask(OnRead::Exits)),
        "exit code 1",
    );
}

fn test_first_completed() {
    let pool = pool(2);
    let (done, open) = wait(
        [running(&pool, endless()), submit(&pool, Deed::Power(2, 2))],
        ReturnWhen::FirstCompleted,
        None,
    );
    assert_eq!(
        done.into_iter()
            .map(|job| number(job.result()))
            .collect::<Vec<_>>(),
        [4]
    );
    assert_eq!(open.len(), 1);
    pool.kill_workers();
}

fn test_first_exception() {
    let pool = pool(2);
    let jobs = [
        running(&pool, endless()),
        submit(&pool, Deed::Power(2, 2)),
        submit(&pool, Deed::Panic),
    ];
    let (done, open) = wait(jobs, ReturnWhen::FirstFailed, None);
    assert_eq!((done.len(), open.len()), (2, 1));
    pool.kill_workers();
}

fn test_no_timeout() {
    let pool = pool(2);
    let jobs: Vec<_> = (0..4).map(|n| submit(&pool, Deed::Power(n, 2))).collect();
    let results: BTreeSet<_> = as_completed(jobs).map(|job| number(job.result())).collect();
    assert_eq!(results, [0, 1, 4, 9].into());
}

fn test_max_tasks_per_child() {
    let pool = builder(1)
        .max_tasks_per_child(3)
        .build()
        .expect("it can be built");
    let pids: Vec<_> = (0..9).map(|_| number(result(&pool, Deed::Pid))).collect();
    for three in pids.chunks(3) {
        assert!(three.iter().all(|pid| *pid == three[0]), "{pids:?}");
    }
    assert_eq!(pids.iter().collect::<BTreeSet<_>>().len(), 3);
}

fn test_max_tasks_early_shutdown() {
    let pool = builder(3)
        .max_tasks_per_child(1)
        .build()
        .expect("it can be built");
    let jobs: Vec<_> = (0..6).map(|n| submit(&pool, Deed::Power(n, 2))).collect();
    pool.shutdown(Shutdown::Wait);
    let results: Vec<_> = jobs.into_iter().map(|job| number(job.result())).collect();
    assert_eq!(results, [0, 1, 4, 9, 16, 25]);
}

fn test_terminate_workers() {
    end_workers(
        ProcessPool::terminate_workers,
        "was killed by signal 15 (SIGTERM)",
    );
}

fn test_kill_workers() {
    end_workers(
        ProcessPool::kill_workers,
        "was killed by signal 9 (SIGKILL)",
    );
}

fn end_workers(end: fn(&ProcessPool<Deed>), how: &str) {
    let pool = pool(1);
    // Before there is a worker it is a shutdown, and no more.
    let job = running(&pool, endless());
    let (pids, pending) = (pool.worker_pids(), submit(&pool, Deed::Count));
    end(&pool);
    assert_lost(job.result(), how);
    assert_eq!(pending.result(), Err(Error::Cancelled));
    assert_eq!(pool.submit(Deed::Count).map(drop), Err(Error::ShutDown));
    drop(pool);
    assert!(pids.into_iter().all(|pid| !is_there(pid)));
}

fn test_force_shutdown_workers_not_started_yet() {
    let pool = pool(1);
    pool.kill_workers();
    pool.kill_workers();
    assert_eq!(pool.submit(Deed::Count).map(drop), Err(Error::ShutDown));
}

// ---- test_shutdown.py

fn test_run_after_shutdown() {
    let pool = pool(1);
    pool.shutdown(Shutdown::Wait);
    assert_eq!(pool.submit(Deed::Count).map(drop), Err(Error::ShutDown));
}

fn test_processes_terminate() {
    let pool = pool(3);
    let jobs: Vec<_> = (0..12).map(|n| submit(&pool, Deed::Power(n, 2))).collect();
    assert_eq!(as_completed(jobs).count(), 12);
    let pids = pool.worker_pids();
    assert!(!pids.is_empty());
    pool.shutdown(Shutdown::Wait);
    assert!(pool.worker_pids().is_empty() && pids.into_iter().all(|pid| !is_there(pid)));
}

fn test_cancel_futures() {
    let pool = pool(1);
    let first = running(&pool, endless());
    let others: Vec<_> = (0..20).map(|_| submit(&pool, Deed::Count)).collect();
    std::thread::scope(|scope| {
        scope.spawn(|| pool.shutdown(Shutdown::CancelPending));
        for job in others {
            assert_eq!(job.result(), Err(Error::Cancelled));
        }
        assert!(first.is_running());
        pool.kill_workers();
    });
    assert_lost(first.result(), "SIGKILL");
}

fn test_shutdown_no_wait() {
    let pool = pool(2);
    let jobs: Vec<_> = (0..10).map(|n| submit(&pool, Deed::Power(n, 2))).collect();
    pool.shutdown(Shutdown::Detach);
    assert_eq!(
        jobs.into_iter()
            .map(|job| number(job.result()))
            .sum::<i64>(),
        285
    );
}

// ---- test_init.py

fn test_initializer() {
    let pool = builder(2)
        .initializer(Deed::Count)
        .build()
        .expect("it can be built");
    // Its own count comes after the initializer's.
    assert_eq!(number(result(&pool, Deed::Count)), 1);
}

fn test_initializer_failing() {
    for (initializer, why) in [
        (Deed::Panic, "the job panicked: on purpose"),
        (Deed::Exit(3), "ended with exit code 3"),
    ] {
        let pool = builder(2)
            .initializer(initializer)
            .build()
            .expect("it can be built");
        let jobs: Vec<_> = (0..5)
            .filter_map(|_| pool.submit(Deed::Count).ok())
            .collect();
        for job in jobs {
            let result = job.result();
            assert_broken(result, why);
        }
        let again = pool.submit(Deed::Count).map(drop);
        assert_broken(again, "the initializer of worker-");
    }
}

// ---- test_deadlock.py: each of these once made Python's pool hang

fn test_crash_at_task_unpickle() {
    let pool = pool(1);
    assert_lost(
        result(&pool, Deed::BadTask(OnRead::Aborts)),
        "was killed by signal 6 (SIGABRT)",
    );
    assert_works(&pool);
}

fn test_error_at_task_unpickle() {
    let pool = pool(1);
    let pid = number(result(&pool, Deed::Pid));
    assert_broken(
        result(&pool, Deed::BadTask(OnRead::Fails)),
        "the task cannot be read",
    );
    let panicked = result(&pool, Deed::BadTask(OnRead::Panics));
    assert!(
        matches!(&panicked, Err(Error::Panicked(why)) if why.contains("no wish")),
        "{panicked:?}"
    );
    assert_eq!(
        number(result(&pool, Deed::Pid)),
        pid,
        "the worker is as good as before"
    );
}

fn test_crash_during_func_exec_on_worker() {
    let pool = pool(1);
    assert_lost(
        result(&pool, Deed::Abort),
        "was killed by signal 6 (SIGABRT)",
    );
    assert_lost(
        result(&pool, Deed::KillItself),
        "was killed by signal 9 (SIGKILL)",
    );
    assert_works(&pool);
}

fn test_exit_during_func_exec_on_worker() {
    let pool = pool(1);
    assert_lost(result(&pool, Deed::Exit(0)), "ended with exit code 0");
    assert_lost(result(&pool, Deed::Exit(3)), "ended with exit code 3");
    assert_works(&pool);
}

fn test_error_during_func_exec_on_worker() {
    let pool = pool(1);
    let pid = number(result(&pool, Deed::Pid));
    assert!(matches!(
        result(&pool, Deed::Panic),
        Err(Error::Panicked(_))
    ));
    assert_eq!(number(result(&pool, Deed::Pid)), pid);
}

fn test_crash_during_result_pickle_on_worker() {
    let pool = pool(1);
    assert_lost(
        result(&pool, Deed::AbortingResult),
        "was killed by signal 6 (SIGABRT)",
    );
    assert_works(&pool);
}

fn test_error_during_result_pickle_on_worker() {
    let pool = pool(1);
    let pid = number(result(&pool, Deed::Pid));
    assert_broken(
        result(&pool, Deed::BadResult),
        "the result cannot be sent: the job panicked: no wish",
    );
    assert_eq!(number(result(&pool, Deed::Pid)), pid);
}

fn test_error_during_result_unpickle_in_result_handler() {
    let pool = pool(1);
    assert_lost(
        result(&pool, Deed::UnreadableResult),
        "sent nonsense: the job panicked: no wish",
    );
    assert_works(&pool);
}

fn test_shutdown_deadlock() {
    // Shut down while its worker dies.
    let pool = pool(2);
    let job = submit(&pool, Deed::KillItself);
    pool.shutdown(Shutdown::Wait);
    assert_lost(job.result(), "SIGKILL");
}

fn test_shutdown_deadlock_pickle() {
    let pool = pool(2);
    let job = submit(&pool, Deed::BadResult);
    pool.shutdown(Shutdown::Detach);
    drop(pool);
    assert_broken(job.result(), "cannot be sent");
}

fn test_crash_big_data() {
    // More than a pipe holds, there and back, to workers that die of it.
    let pool = pool(2);
    let big = vec![7; 1 << 20];
    let tasks = (0..6).flat_map(|_| [Deed::Length(big.clone()), Deed::Abort, Deed::Bytes(1 << 20)]);
    let results: Vec<_> = pool.map(tasks).collect();
    for three in results.chunks(3) {
        assert!(matches!(&three[0], Ok(Number(1_048_576))));
        assert!(matches!(&three[1], Err(Error::Broken(_))));
        assert!(matches!(&three[2], Ok(Bytes(bytes)) if bytes.len() == 1 << 20));
    }
}

fn test_gh105829_should_not_deadlock_if_wakeup_pipe_full() {
    // Far more tasks than any pipe or buffer holds, submitted before the first result is looked at.
    let pool = pool(2);
    let jobs: Vec<_> = (0..5_000)
        .map(|n| submit(&pool, Deed::Power(n, 1)))
        .collect();
    let (done, open) = wait(jobs, ReturnWhen::AllCompleted, None);
    assert!(open.is_empty());
    for (n, job) in (0..).zip(done) {
        assert_eq!(number(job.result()), n);
    }
}

// ---- What Python has no tests for

fn a_task_or_result_that_is_too_large() {
    let pool = pool(1);
    let pid = number(result(&pool, Deed::Pid));
    assert_broken(
        result(&pool, Deed::Length(vec![0; 65 << 20])),
        "bytes are too many",
    );
    assert_broken(result(&pool, Deed::Bytes(65 << 20)), "bytes are too many");
    assert_eq!(number(result(&pool, Deed::Pid)), pid);
}

/// Bytes of which none is where another one could be.
fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|n| n.to_le_bytes()[n % 3]).collect()
}

fn is_echoed(pool: &ProcessPool<Deed>, length: usize) {
    let Ok(Bytes(echoed)) = result(pool, Deed::Echo(bytes(length))) else {
        panic!("{length} bytes are lost")
    };
    assert!(
        echoed == bytes(length),
        "{length} bytes arrive as {} others",
        echoed.len()
    );
}

/// Whether a process has memory in common with the pool.
fn shares_memory(pid: &str) -> bool {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps"));
    maps.is_ok_and(|maps| maps.contains("/memfd:tasks"))
}

fn large_tasks_arrive_whole() {
    let pool = pool(1);
    let pid = number(result(&pool, Deed::Pid)).to_string();
    // Around 16 KiB, from where on they lie in shared memory; longer and shorter ones than before; and small ones again.
    for length in (16_370..16_390).chain([1_000_000, 3, 70_000, 3_000_000, 17_000, 0]) {
        is_echoed(&pool, length);
    }
    assert_eq!(number(result(&pool, Deed::Pid)).to_string(), pid);
    assert_eq!(shares_memory(&pid), cfg!(target_os = "linux"));
    let lengths = [100_000, 1, 200_000, 1_000, 300_000, 66_000];
    let results: Vec<_> = pool
        .map(lengths.map(|length| Deed::Echo(bytes(length))))
        .chunks(2)
        .collect();
    assert!(results == lengths.map(|length| Ok(Bytes(bytes(length)))));
}

fn large_tasks_arrive_at_every_new_worker() {
    let (folder, length) = (
        common::TempDir::new("large").expect("there is room"),
        300_000,
    );
    let pool = builder(1).retries(1).build().expect("it can be built");
    for name in ["small before", "large before"] {
        let tasks = [
            Deed::DieOnce(folder.path().join(name)),
            Deed::Echo(bytes(length)),
        ];
        let results: Vec<_> = pool.map(tasks).chunks(2).collect();
        assert!(results == [Ok(Number(1)), Ok(Bytes(bytes(length)))]);
    }
    let initializer = Deed::Length(vec![7; length]);
    let pool = builder(2)
        .max_tasks_per_child(2)
        .initializer(initializer)
        .build()
        .expect("it can be built");
    let results: Vec<_> = pool
        .map((0..10).map(|_| Deed::Echo(bytes(length))))
        .collect();
    assert!(
        results
            .into_iter()
            .all(|result| result == Ok(Bytes(bytes(length))))
    );
}

fn large_tasks_arrive_without_shared_memory() {
    // The worker cannot open it.
    let pool = pool(1);
    let pid = number(result(&pool, Deed::Pid)).to_string();
    assert_eq!(result(&pool, Deed::OpenNothing), Ok(Number(0)));
    for length in [100_000, 10, 1_000_000] {
        is_echoed(&pool, length);
    }
    assert!(!shares_memory(&pid) && !shares_memory("self"));
    assert_eq!(number(result(&pool, Deed::Pid)).to_string(), pid);
    drop(pool);
    // Here it cannot be had.
    let (usual, most) = getrlimit(Resource::RLIMIT_FSIZE).expect("there is one");
    setrlimit(Resource::RLIMIT_FSIZE, 1 << 20, most).expect("less is allowed");
    let pool = self::pool(1);
    is_echoed(&pool, 2_000_000);
    assert!(!shares_memory("self"));
    setrlimit(Resource::RLIMIT_FSIZE, usual, most).expect("as before");
}

fn a_worker_that_refuses_everything_is_mad() {
    // It refuses the note, as it may, and then the message as well.
    let pool = shell(
        "printf 'CF\\001\\000\\000\\000\\000'; sleep 0.1; printf 'CF\\001\\000\\000\\000\\000'; cat > /dev/null",
    );
    assert_lost(
        result(&pool, Deed::Length(vec![7; 100_000])),
        "sent nonsense",
    );
}

fn what_a_task_prints_does_no_harm() {
    let pool = pool(2);
    let results: Vec<_> = pool.map((0..20).map(|_| Deed::Print)).collect();
    assert!(results.into_iter().all(|result| result == Ok(Number(1))));
}

fn what_a_task_reads_is_not_the_next_task() {
    let pool = pool(1);
    let jobs = [Deed::Read, Deed::Power(2, 8)].map(|deed| submit(&pool, deed));
    assert_eq!(
        jobs.map(JobHandle::result),
        [Ok(Number(0)), Ok(Number(256))]
    );
}

fn a_result_that_panics_when_dropped() {
    let pool = pool(1);
    let gate = submit(&pool, Deed::Sleep(A_MOMENT));
    // Without a handle it is the pool's thread that drops the result.
    drop(submit(&pool, Deed::PanicLater));
    let job = submit(&pool, Deed::Power(2, 8));
    drop(gate);
    assert_eq!(job.result(), Ok(Number(256)));
}

fn a_command_that_panics_breaks_the_pool() {
    let command = |_: &str| std::panic::resume_unwind(Box::new("no command"));
    let pool = builder(1)
        .worker_command(command)
        .build()
        .expect("it can be built");
    let jobs = [0, 0].map(|n| pool.submit(Deed::Power(n, 1)));
    for job in jobs {
        assert_broken(
            job.and_then(JobHandle::result),
            "worker-1 cannot be started: the job panicked: no command",
        );
    }
}

fn a_task_is_tried_again_if_asked_for() {
    let folder = common::TempDir::new("process-futures").expect("there is room");
    let file = |name: &str| Deed::DieOnce(folder.path().join(name));
    assert_lost(result(&pool(1), file("one")), "SIGABRT");
    let patient = builder(1).retries(1).build().expect("it can be built");
    assert_eq!(result(&patient, file("two")), Ok(Number(1)));
    assert_lost(result(&patient, Deed::Abort), "SIGABRT");
    assert_works(&patient);
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

fn a_worker_that_sends_nonsense_fails_its_task_alone() {
    for (script, why) in [
        (
            "echo hello, world; exec sleep 1000",
            "sent nonsense: bytes that are no message ('he')",
        ),
        (
            "exec yes",
            "sent nonsense: bytes that are no message ('y\\n')",
        ),
        // A frame of 4 GiB, if one believed it.
        (
            "printf 'CF\\001\\377\\377\\377\\377'; exec sleep 1000",
            "4294967295 bytes, over the limit",
        ),
        // A whole frame with an empty list: no result for the task.
        (
            "printf 'CF\\001\\002\\000\\000\\000\\000\\000'; exec sleep 1000",
            "another number of results",
        ),
        (
            "printf 'CF\\001\\000\\000\\000\\000'; exec sleep 1000",
            "sent nonsense",
        ),
        // Half an answer is none.
        (
            "printf 'CF\\001\\005\\000\\000\\000ab'; exit 4",
            "ended with exit code 4",
        ),
        ("exit 3", "ended with exit code 3"),
        ("kill -TERM $$", "was killed by signal 15 (SIGTERM)"),
    ] {
        let pool = shell(script);
        assert_lost(result(&pool, Deed::Count), why);
        // The next one gets a worker of its own, which is no better.
        assert_lost(result(&pool, Deed::Count), why);
    }
}

fn a_worker_that_talks_without_listening_fails_its_task_alone() {
    // The task does not fit into the pipe, and neither do its words: each would wait for the other.
    let pool = shell("exec yes");
    for _ in 0..2 {
        assert_lost(
            result(&pool, Deed::Length(vec![7; 4 << 20])),
            "sent nonsense",
        );
    }
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

fn a_worker_that_dies_idle_costs_no_task() {
    let pool = pool(1);
    for _ in 0..5 {
        let pid = Pid::from_raw(number(result(&pool, Deed::Pid)).try_into().expect("a pid"));
        kill(pid, Signal::SIGKILL).expect("it is there");
        wait_for_death(pid);
        // No retries were asked for.
        assert_works(&pool);
    }
}

fn a_worker_that_does_not_end_by_itself_is_killed() {
    // It answers "no such task" once, and then heeds nothing. `result: Err(Cancelled)`, as bytes.
    let pool = shell("printf 'CF\\001\\002\\000\\000\\000\\001\\001'; exec sleep 1000");
    assert_eq!(result(&pool, Deed::Count), Err(Error::Cancelled));
    let pids = pool.worker_pids();
    drop(pool);
    assert!(pids.len() == 1 && !is_there(pids[0]));
}

fn a_worker_that_closes_its_end_and_lives_on_is_killed() {
    let pool = shell("printf 'CF\\001\\002\\000\\000\\000\\001\\001'; exec sleep 1000 > /dev/null");
    assert_eq!(result(&pool, Deed::Count), Err(Error::Cancelled));
    let pids = pool.worker_pids();
    drop(pool);
    assert!(pids.len() == 1 && !is_there(pids[0]));
}

fn a_worker_that_cannot_be_started_breaks_the_pool() {
    let command = |_: &str| Command::new("/no/such/program");
    let pool = builder(2)
        .worker_command(command)
        .build()
        .expect("it can be built");
    assert_broken(
        result(&pool, Deed::Count),
        "worker-1 cannot be started: No such file",
    );
    assert_broken(pool.submit(Deed::Count).map(drop), "cannot be started");
}

fn a_program_that_forgets_to_serve_starts_no_workers_of_its_own() {
    let command = |_: &str| {
        let mut command = Command::new(std::env::current_exe().expect("it runs"));
        command.args(["forgetful"]);
        command
    };
    let pool = builder(1)
        .worker_command(command)
        .build()
        .expect("it can be built");
    assert_lost(result(&pool, Deed::Count), "ended with exit code 42");
}

fn kill_after_kill_and_every_result_is_right() {
    kill_after_kill(50, 2_000);
}

/// So many tasks, and so many workers killed at random while they are done: every result comes once, and is right.
fn kill_after_kill(kills: u32, tasks: i64) {
    let pool = builder(3).retries(1000).build().expect("it can be built");
    let (killed, answered) = (AtomicU32::new(0), AtomicU32::new(0));
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while killed.load(Ordering::SeqCst) < kills {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                let pids = pool.worker_pids();
                if let Some(pid) = usize::try_from(seed >> 33)
                    .ok()
                    .and_then(|n| pids.get(n % pids.len().max(1)))
                {
                    let _ = kill(
                        Pid::from_raw((*pid).try_into().expect("a pid")),
                        Signal::SIGKILL,
                    );
                    killed.fetch_add(1, Ordering::SeqCst);
                }
                std::thread::sleep(Duration::from_micros(500));
            }
        });
        // As long as there are kills, and at least all tasks.
        let mut n = 0;
        while n < tasks || killed.load(Ordering::SeqCst) < kills {
            let batch = n..n + 1000;
            for (n, result) in batch
                .clone()
                .zip(pool.map(batch.map(|n| Deed::Power(n.unsigned_abs(), 2))))
            {
                assert_eq!(number(result), n * n);
                answered.fetch_add(1, Ordering::SeqCst);
            }
            n += 1000;
        }
        assert_eq!(i64::from(answered.load(Ordering::SeqCst)), n);
    });
    let pids = pool.worker_pids();
    drop(pool);
    assert!(!pids.into_iter().any(is_there));
    println!(
        "{} tasks done, {} workers killed",
        answered.into_inner(),
        killed.into_inner()
    );
}

/// One in the middle of its first task, one of its second, and one behind a shell.
const BEGUN: [&str; 3] = ["first", "second", "behind a shell"];

fn workers_end_with_their_parent() {
    // This program once more, as a process group of its own: pools with tasks that never end. Then it is killed.
    use std::os::unix::process::CommandExt;
    let folder = common::TempDir::new("parent").expect("there is room");
    let mut parent = Command::new(std::env::current_exe().expect("it runs"));
    let mut parent = parent
        .arg("parent")
        .arg(folder.path())
        .process_group(0)
        .spawn()
        .expect("it starts");
    let patience = Instant::now() + Duration::from_secs(30);
    while !BEGUN.iter().all(|name| folder.path().join(name).exists()) {
        assert!(Instant::now() < patience, "its workers do not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    parent.kill().expect("it is there");
    parent.wait().expect("it is reaped");
    let patience = Instant::now() + Duration::from_secs(10);
    while is_alive(parent.id()) {
        assert!(Instant::now() < patience, "a worker is still there");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn be_the_parent(folder: &std::path::Path) {
    let [first, second, behind_a_shell] = BEGUN.map(|name| Deed::Begin(folder.join(name)));
    let fresh = pool(1);
    let used = pool(1);
    assert_works(&used);
    let command = |_: &str| {
        let mut command = Command::new("sh");
        command
            .args(["-c", "\"$0\" worker; true"])
            .arg(std::env::current_exe().expect("it runs"));
        command
    };
    let shells = builder(1)
        .worker_command(command)
        .build()
        .expect("it can be built");
    let jobs = [
        submit(&fresh, first),
        submit(&used, second),
        submit(&shells, behind_a_shell),
    ];
    let _ = wait(jobs, ReturnWhen::AllCompleted, None);
}

// ---- The caller that waits for a task talks to the worker itself; see executor/process/direct.rs.

/// How often a thread has gone to sleep, and that it sleeps now.
#[cfg(target_os = "linux")]
fn sleeps_of(name: &str) -> Option<String> {
    let tasks = std::fs::read_dir("/proc/self/task").expect("it is there");
    let statuses = tasks
        .flatten()
        .filter_map(|task| std::fs::read_to_string(task.path().join("status")).ok());
    let thread = statuses
        .into_iter()
        .find(|status| status.starts_with(&format!("Name:\t{name}\n")))?;
    let sleeps = thread
        .lines()
        .find(|line| line.starts_with("voluntary_ctxt_switches"))?;
    thread.contains("State:\tS").then(|| sleeps.to_owned())
}

#[cfg(not(target_os = "linux"))]
fn sleeps_of(_: &str) -> Option<String> {
    std::thread::sleep(Duration::from_millis(100));
    Some(String::new())
}

fn wait_for_sleep(name: &str) -> String {
    loop {
        if let Some(sleeps) = sleeps_of(name) {
            return sleeps;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// A pool of one with nothing to do: the caller sends the next task itself.
fn idle(builder: ProcessPoolBuilder<Deed>) -> (ProcessPool<Deed>, String) {
    let pool = builder.build().expect("it can be built");
    assert_works(&pool);
    (pool, wait_for_sleep("dispatcher-1"))
}

fn a_task_that_is_waited_for_wakes_nobody_else() {
    let (pool, sleeps) = idle(builder(1));
    for n in 0..100 {
        assert_eq!(
            result(&pool, Deed::Power(n, 2)),
            Ok(Number(i64::try_from(n * n).expect("it is small")))
        );
    }
    let squares: Result<Vec<_>, _> = pool
        .map((0..10).map(|n| Deed::Power(n, 2)))
        .bounded(1)
        .collect();
    assert_eq!(squares.map(|squares| squares.len()), Ok(10));
    assert_eq!(sleeps_of("dispatcher-1"), Some(sleeps));
}

fn a_task_that_nobody_waits_for_keeps_no_other_from_its_worker() {
    let (pool, _) = idle(builder(1));
    let first = submit(&pool, Deed::Pid);
    assert_eq!(number(result(&pool, Deed::Pid)), number(first.result()));
}

fn a_task_that_nobody_waits_for_tells_when_it_is_done() {
    let (told, hears) = std::sync::mpsc::channel();
    let (pool, _) = idle(builder(1));
    let mut job = submit(&pool, Deed::Power(2, 1));
    job.on_done(move |outcome| told.send(outcome.is_ok()).expect("it is waited for"));
    assert_eq!(hears.recv(), Ok(true));
    assert_eq!(job.result(), Ok(Number(2)));

    let (pool, _) = idle(builder(1));
    let job = submit(&pool, Deed::Power(2, 2));
    while !job.is_done() {
        std::thread::yield_now();
    }
    let (pool, _) = idle(builder(1));
    let mut job = submit(&pool, endless());
    assert_eq!(
        job.result_timeout(Duration::from_millis(10)),
        Err(Error::Timeout)
    );
    assert!(job.is_running() && !job.cancel());
    pool.kill_workers();
    assert_lost(job.result(), "SIGKILL");

    let (pool, _) = idle(builder(1));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("there is room");
    let job = submit(&pool, Deed::Power(2, 3));
    assert_eq!(runtime.block_on(job), Ok(Number(8)));

    let (pool, _) = idle(builder(1));
    let jobs = [
        submit(&pool, Deed::Power(2, 4)),
        submit(&pool, Deed::Power(2, 5)),
    ];
    let mut results: Vec<_> = as_completed(jobs).map(|job| number(job.result())).collect();
    results.sort_unstable();
    assert_eq!(results, [16, 32]);
}

fn wait_for_all(pool: &ProcessPool<Deed>) {
    pool.shutdown(Shutdown::Wait);
}

fn a_pool_ends_though_nobody_waits_for_its_task() {
    for end in [
        ProcessPool::terminate_workers,
        ProcessPool::kill_workers,
        wait_for_all,
    ] {
        let (pool, _) = idle(builder(1));
        let job = submit(&pool, Deed::Sleep(Duration::from_millis(20)));
        end(&pool);
        drop(pool);
        // It was done, or its worker lost; in any case nobody waits for ever.
        assert!(matches!(job.result(), Ok(_) | Err(Error::Broken(_))));
    }
    let (pool, _) = idle(builder(1));
    let job = submit(&pool, Deed::Power(2, 3));
    pool.shutdown(Shutdown::CancelPending);
    assert_eq!(job.result(), Ok(Number(8)));
    let (pool, _) = idle(builder(1));
    drop(submit(&pool, Deed::Power(2, 3)));
    drop(pool);
}

fn a_task_that_was_done_before_anybody_asked_is_done() {
    // `result: Err(Cancelled)` twice: for the first task at once, for the second when it is there, and with that it ends.
    // Each task is a message of 10 bytes.
    let pool = shell(
        "printf 'CF\\001\\002\\000\\000\\000\\001\\001'; head -c 20 > /dev/null;
        printf 'CF\\001\\002\\000\\000\\000\\001\\001'",
    );
    let lent = || {
        assert_eq!(result(&pool, Deed::Count), Err(Error::Cancelled));
        wait_for_sleep("dispatcher-1");
        let pid = pool.worker_pids()[0];
        let job = submit(&pool, Deed::Count);
        wait_for_death(Pid::from_raw(pid.try_into().expect("a pid")));
        job
    };
    assert!(lent().is_done());
    assert!(!lent().is_running());
    assert_eq!(lent().result_timeout(Duration::ZERO), Err(Error::Cancelled));
    let (done, _) = wait([lent()], ReturnWhen::AllCompleted, Some(Duration::ZERO));
    assert_eq!(done.len(), 1);
}

fn whoever_waits_for_a_task_does_not_end_a_pool_that_breaks() {
    // The first worker can be started. No other can.
    let starts = AtomicU32::new(0);
    let command = move |name: &str| {
        let first = starts.fetch_add(1, Ordering::SeqCst) == 0;
        if first {
            quiet(name)
        } else {
            Command::new("/no/such/program")
        }
    };
    let (pool, _) = idle(builder(1).retries(1).worker_command(command));
    let pool = std::sync::Arc::new(pool);
    let lent = submit(&pool, endless());
    let asks = std::thread::Builder::new()
        .name("asks".to_owned())
        .spawn(|| lent.result());
    wait_for_sleep("asks");
    let mut waits = submit(&pool, Deed::Count);
    let ends = std::sync::Arc::clone(&pool);
    waits.on_done(move |_| ends.shutdown(Shutdown::Wait));
    kill(
        Pid::from_raw(pool.worker_pids()[0].try_into().expect("a pid")),
        Signal::SIGKILL,
    )
    .expect("it is there");
    assert_broken(waits.result(), "cannot be started");
    assert_broken(
        asks.expect("there is room")
            .join()
            .expect("it does not panic"),
        "cannot be started",
    );
}

fn a_callback_may_wait_for_workers_that_are_killed() {
    let pool = std::sync::Arc::new(pool(1));
    let (runs, mut waits) = (running(&pool, endless()), submit(&pool, Deed::Count));
    let ends = std::sync::Arc::clone(&pool);
    waits.on_done(move |_| ends.shutdown(Shutdown::Wait));
    pool.kill_workers();
    assert_eq!(waits.result(), Err(Error::Cancelled));
    assert_lost(runs.result(), "SIGKILL");
}

fn a_handle_keeps_nothing_of_its_pool() {
    let held = std::sync::Arc::new(());
    let holds = std::sync::Arc::clone(&held);
    let command = move |name: &str| {
        let _ = &holds;
        quiet(name)
    };
    let (pool, _) = idle(builder(1).worker_command(command));
    let job = submit(&pool, Deed::Power(2, 3));
    drop(pool);
    assert_eq!(std::sync::Arc::strong_count(&held), 1);
    assert_eq!(job.result(), Ok(Number(8)));
}

fn a_worker_that_dies_while_its_task_is_waited_for_is_replaced() {
    let folder = common::TempDir::new("process-futures").expect("there is room");
    let (pool, _) = idle(builder(1).retries(1).max_tasks_per_child(50));
    assert_eq!(
        result(&pool, Deed::DieOnce(folder.path().join("once"))),
        Ok(Number(1))
    );
    assert_lost(result(&pool, Deed::Abort), "SIGABRT");
    assert!(
        pool.worker_pids().is_empty(),
        "the last one died, and nobody needed another"
    );
    assert_works(&pool);
    let (one, _) = idle(builder(1));
    let pid = number(result(&one, Deed::Pid));
    assert_eq!(number(result(&one, Deed::Pid)), pid);
}

fn nothing_is_left_of_a_pool() {
    let count =
        |what: &str| std::fs::read_dir(format!("/proc/self/{what}")).map_or(0, Iterator::count);
    let counts = || (count("fd"), count("task"));
    let before = counts();
    for _ in 0..10 {
        let pool = pool(2);
        assert_works(&pool);
        is_echoed(&pool, 100_000);
        assert!(result(&pool, Deed::Abort).is_err());
    }
    assert!(!shares_memory("self"));
    // Whoever reads the records of a child may take a moment longer.
    let patience = Instant::now() + Duration::from_secs(10);
    let more = |(fds, tasks): (usize, usize)| fds > before.0 || tasks > before.1;
    while more(counts()) {
        assert!(
            Instant::now() < patience,
            "{:?} instead of {before:?}",
            counts()
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

macro_rules! tests {
    ($($name:ident)*) => {
        const TESTS: &[(&str, fn())] = &[$((stringify!($name), $name)),*];
    };
}

tests! {
    test_broken_process_pool_traceback test_traceback_when_child_process_terminates_abruptly
    test_idle_process_reuse_multiple test_max_tasks_per_child_pending_tasks_gh115634
    test_shutdown_no_wait_max_tasks_gh119592 test_force_shutdown_during_max_tasks_worker_exit
    test_failed_worker_replacement_breaks_pool test_force_shutdown_workers_dead_workers
    test_force_shutdown_workers_stops_pool test_context_manager_shutdown test_del_shutdown
    test_hang_issue12364 test_hang_gh94440 test_shutdown_gh_132969_case_1 test_shutdown_gh_132969_case_2
    test_error_at_task_pickle test_exit_at_task_unpickle test_first_completed test_first_exception test_no_timeout
    test_submit test_map test_map_exception test_map_timeout test_map_chunksize
    test_map_chunk_is_lost_as_a_whole test_max_workers_negative test_default_workers
    test_idle_process_reuse_one test_saturation test_traceback test_traceback_with_backtrace
    test_killed_child test_max_tasks_per_child test_max_tasks_early_shutdown
    test_terminate_workers test_kill_workers test_force_shutdown_workers_not_started_yet
    test_run_after_shutdown test_processes_terminate test_cancel_futures test_shutdown_no_wait
    test_initializer test_initializer_failing
    test_crash_at_task_unpickle test_error_at_task_unpickle
    test_crash_during_func_exec_on_worker test_exit_during_func_exec_on_worker
    test_error_during_func_exec_on_worker test_crash_during_result_pickle_on_worker
    test_error_during_result_pickle_on_worker test_error_during_result_unpickle_in_result_handler
    test_shutdown_deadlock test_shutdown_deadlock_pickle test_crash_big_data
    test_gh105829_should_not_deadlock_if_wakeup_pipe_full
    what_a_task_reads_is_not_the_next_task a_result_that_panics_when_dropped
    a_command_that_panics_breaks_the_pool a_worker_that_closes_its_end_and_lives_on_is_killed
    a_task_or_result_that_is_too_large what_a_task_prints_does_no_harm
    a_task_is_tried_again_if_asked_for a_worker_that_sends_nonsense_fails_its_task_alone
    a_worker_that_talks_without_listening_fails_its_task_alone a_worker_that_dies_idle_costs_no_task
    a_worker_that_does_not_end_by_itself_is_killed a_worker_that_cannot_be_started_breaks_the_pool
    a_program_that_forgets_to_serve_starts_no_workers_of_its_own
    large_tasks_arrive_whole large_tasks_arrive_at_every_new_worker large_tasks_arrive_without_shared_memory
    a_worker_that_refuses_everything_is_mad
    a_task_that_is_waited_for_wakes_nobody_else a_task_that_nobody_waits_for_keeps_no_other_from_its_worker
    a_task_that_nobody_waits_for_tells_when_it_is_done a_pool_ends_though_nobody_waits_for_its_task
    a_task_that_was_done_before_anybody_asked_is_done whoever_waits_for_a_task_does_not_end_a_pool_that_breaks
    a_worker_that_dies_while_its_task_is_waited_for_is_replaced a_callback_may_wait_for_workers_that_are_killed
    a_handle_keeps_nothing_of_its_pool
    kill_after_kill_and_every_result_is_right workers_end_with_their_parent nothing_is_left_of_a_pool
}

fn main() {
    let role = std::env::args().nth(1).unwrap_or_default();
    match role.as_str() {
        "worker" => return worker::serve::<Deed>().expect("its pipes are fine"),
        "parent" => return be_the_parent(std::env::args_os().nth(2).expect("a folder").as_ref()),
        // By hand: `cargo test --release -p lesson-04-pools --test process_futures -- kills`
        "kills" => return kill_after_kill(1_000, 100_000),
        "forgetful" => std::process::exit(if builder(1).build().is_err() { 42 } else { 0 }),
        _ => {}
    }
    // As with the usual harness, an argument chooses tests by their names.
    for (name, test) in TESTS
        .iter()
        .filter(|(name, _)| role.starts_with('-') || name.contains(&role))
    {
        within(LIMIT, *test).unwrap_or_else(|stuck| panic!("{name}: {stuck}"));
        println!("test {name} ... ok");
    }
}
