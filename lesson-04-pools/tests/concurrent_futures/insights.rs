//! What a pool says about its workers' time. Compared are two looks one after the other: where a worker is busy no
//! waiting is added, however slow the machine is.

use std::thread;

use lesson_04_pools::executor::{ThreadPool, WorkerInsight};

use crate::{A_MOMENT, blocked, check, pool, submit};

fn one(pool: &ThreadPool) -> WorkerInsight {
    let [worker] = &pool.insights()[..] else {
        panic!("{:?}", pool.insights())
    };
    worker.clone()
}

/// Two looks at a pool of one thread, with a moment between them.
fn two_looks(pool: &ThreadPool) -> [WorkerInsight; 2] {
    let before = one(pool);
    thread::sleep(A_MOMENT);
    [before, one(pool)]
}

#[test]
fn a_thread_is_busy_or_waits() {
    check(|| {
        let builder = ThreadPool::builder().workers(1).name_prefix("seen");
        let pool = builder.insights().build().unwrap();
        assert!(pool.insights().is_empty(), "there is no thread yet");

        let (job, gate) = blocked(&pool);
        let [before, after] = two_looks(&pool);
        assert_eq!(before.name, "seen-1");
        assert!(after.busy_s > before.busy_s, "{before:?} {after:?}");
        assert_eq!(after.waiting_s.to_bits(), before.waiting_s.to_bits());

        drop(gate);
        job.result().unwrap();
        // Its result is there a step before the thread is done with the job.
        loop {
            let [before, after] = two_looks(&pool);
            if after.busy_s.to_bits() == before.busy_s.to_bits() {
                assert!(after.waiting_s > before.waiting_s, "{before:?} {after:?}");
                break;
            }
        }
    });
}

#[test]
fn shares_come_to_one() {
    check(|| {
        let pool = ThreadPool::builder().workers(2).insights().build().unwrap();
        let results: Vec<_> = pool.map(0..100_u64, |n| n * n).collect();
        assert!(results.iter().all(Result::is_ok));
        for worker in pool.insights() {
            let busy = worker.busy_share();
            assert!((0.0..=1.0).contains(&busy), "{worker:?}");
            assert!((busy + worker.waiting_share() - 1.0).abs() < 1e-9);
        }
    });
}

#[test]
fn nothing_is_measured_unless_asked_for() {
    check(|| {
        let pool = pool(1);
        submit(&pool, || ()).result().unwrap();
        assert!(pool.insights().is_empty());
    });
}
