//! What Python's own `test_shutdown.py` says.

use lesson_04_pools::executor::{Error, Shutdown, as_completed};

use crate::deed::Deed;
use crate::{assert_lost, endless, is_there, number, pool, running, submit};

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

tests! {
    test_run_after_shutdown
    test_processes_terminate
    test_cancel_futures
    test_shutdown_no_wait
}
