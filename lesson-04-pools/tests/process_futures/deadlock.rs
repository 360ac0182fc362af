//! What Python's own `test_deadlock.py` says: each of these once made Python's pool hang.

use lesson_04_pools::executor::{Error, ReturnWhen, Shutdown, wait};

use crate::deed::Gain::{Bytes, Number};
use crate::deed::{Deed, OnRead};
use crate::{assert_broken, assert_lost, assert_works, number, pool, result, submit};

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

tests! {
    test_crash_at_task_unpickle
    test_error_at_task_unpickle
    test_crash_during_func_exec_on_worker
    test_exit_during_func_exec_on_worker
    test_error_during_func_exec_on_worker
    test_crash_during_result_pickle_on_worker
    test_error_during_result_pickle_on_worker
    test_error_during_result_unpickle_in_result_handler
    test_shutdown_deadlock
    test_shutdown_deadlock_pickle
    test_crash_big_data
    test_gh105829_should_not_deadlock_if_wakeup_pipe_full
}
