//! What a pool says about its workers' time. Compared are two looks one after the other: where a worker is busy no
//! waiting is added, however slow the machine is.

use lesson_04_pools::executor::{ProcessPool, WorkerInsight};

use crate::deed::Deed;
use crate::{A_MOMENT, assert_lost, assert_works, builder, endless, pool, running};

/// Two looks at a pool of one worker, with a moment between them.
fn two_looks(pool: &ProcessPool<Deed>) -> [WorkerInsight; 2] {
    let one = || {
        let [worker] = &pool.insights()[..] else {
            panic!("{:?}", pool.insights())
        };
        worker.clone()
    };
    let before = one();
    std::thread::sleep(A_MOMENT);
    [before, one()]
}

fn a_worker_is_busy_or_waits() {
    let pool = builder(1).insights().build().expect("it can be built");
    assert!(pool.insights().is_empty(), "there is no worker yet");

    // The first task goes through a dispatcher, the second one directly to the worker. In either case the worker has
    // none when the result is there.
    for _ in 0..2 {
        assert_works(&pool);
        let [before, after] = two_looks(&pool);
        assert_eq!(before.name, "worker-1");
        assert!(before.busy_s > 0.0 && after.waiting_s > before.waiting_s);
        assert_eq!(after.busy_s.to_bits(), before.busy_s.to_bits());
    }

    let job = pool.submit(endless()).expect("the pool is open");
    // It may take a moment until the worker has it.
    loop {
        let [before, after] = two_looks(&pool);
        if after.waiting_s.to_bits() == before.waiting_s.to_bits() {
            assert!(after.busy_s > before.busy_s, "{before:?} {after:?}");
            break;
        }
    }
    pool.kill_workers();
    assert_lost(job.result(), "SIGKILL");
    assert!(pool.insights().is_empty(), "its worker is gone");
}

fn a_worker_that_takes_the_place_of_another_begins_anew() {
    let builder = builder(1).max_tasks_per_child(1);
    let pool = builder.insights().build().expect("it can be built");
    for _ in 0..3 {
        assert_works(&pool);
        assert!(pool.insights().len() <= 1, "{:?}", pool.insights());
    }
}

fn nothing_is_measured_unless_asked_for() {
    let pool = pool(1);
    let job = running(&pool, endless());
    assert!(pool.insights().is_empty());
    pool.kill_workers();
    assert_lost(job.result(), "SIGKILL");
}

tests! {
    a_worker_is_busy_or_waits
    a_worker_that_takes_the_place_of_another_begins_anew
    nothing_is_measured_unless_asked_for
}
