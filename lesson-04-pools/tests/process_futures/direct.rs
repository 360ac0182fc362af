//! The caller that waits for a task talks to the worker itself; see `executor/process/direct.rs`.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lesson_04_pools::executor::{
    Error, ProcessPool, ProcessPoolBuilder, ReturnWhen, Shutdown, as_completed, wait,
};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::deed::Deed;
use crate::deed::Gain::Number;
use crate::{
    assert_broken, assert_lost, assert_works, builder, endless, number, pool, quiet, result,
    running, shell, submit, wait_for_death,
};

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

tests! {
    a_task_that_is_waited_for_wakes_nobody_else
    a_task_that_nobody_waits_for_keeps_no_other_from_its_worker
    a_task_that_nobody_waits_for_tells_when_it_is_done
    a_pool_ends_though_nobody_waits_for_its_task
    a_task_that_was_done_before_anybody_asked_is_done
    whoever_waits_for_a_task_does_not_end_a_pool_that_breaks
    a_callback_may_wait_for_workers_that_are_killed
    a_handle_keeps_nothing_of_its_pool
    a_worker_that_dies_while_its_task_is_waited_for_is_replaced
}
