//! What Python's own `executor.py` and `test_process_pool.py` say.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lesson_04_pools::executor::{
    Error, JobHandle, ProcessPool, ReturnWhen, Shutdown, as_completed, wait,
};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::deed::Gain::Number;
use crate::deed::{Deed, OnRead, OnWrite};
use crate::{
    A_MOMENT, assert_broken, assert_lost, assert_works, builder, endless, is_there, number, pool,
    quiet, result, running, submit,
};

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
        place.contains("process_futures/deed.rs:") && place.lines().count() == 1,
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

tests! {
    test_submit
    test_map
    test_map_exception
    test_map_timeout
    test_map_chunksize
    test_map_chunk_is_lost_as_a_whole
    test_max_workers_negative
    test_default_workers
    test_idle_process_reuse_one
    test_saturation
    test_traceback
    test_traceback_with_backtrace
    test_killed_child
    test_broken_process_pool_traceback
    test_traceback_when_child_process_terminates_abruptly
    test_idle_process_reuse_multiple
    test_max_tasks_per_child_pending_tasks_gh115634
    test_shutdown_no_wait_max_tasks_gh119592
    test_force_shutdown_during_max_tasks_worker_exit
    test_failed_worker_replacement_breaks_pool
    test_force_shutdown_workers_dead_workers
    test_force_shutdown_workers_stops_pool
    test_context_manager_shutdown
    test_del_shutdown
    test_hang_issue12364
    test_hang_gh94440
    test_shutdown_gh_132969_case_1
    test_shutdown_gh_132969_case_2
    test_error_at_task_pickle
    test_exit_at_task_unpickle
    test_first_completed
    test_first_exception
    test_no_timeout
    test_max_tasks_per_child
    test_max_tasks_early_shutdown
    test_terminate_workers
    test_kill_workers
    test_force_shutdown_workers_not_started_yet
}
