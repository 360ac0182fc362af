//! Computing on all cores. The figure is CPU time or wall time of the same work done by one thread
//! without a pool.

use lesson_04_pools::executor::{ProcessPool, ThreadPool};

use super::deed::{Deed, compute};
use super::race::{Measure, Race, timed};

/// Returns the rounds that take about this much CPU time, also on a machine that has other work.
fn rounds(seconds: f64) -> u64 {
    let trial = 2_000_000;
    let best = (0..5).map(|_| used(|| compute(trial))).min().expect("five");
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a positive number of some digits"
    )]
    let rounds = (trial as f64 * seconds / best.as_secs_f64()) as u64;
    rounds
}

/// Measures one thread that does it all, divided by the cores: the ideal.
fn ideal(rounds: u64) -> Measure {
    let cores = u32::try_from(common::measure::cores()).expect("not that many");
    Box::new(move |jobs| timed(|| (0..jobs).map(|_| compute(rounds)).sum::<u64>()) / cores)
}

/// Waits for all jobs like rayon's scope, and takes no results.
fn scoped(pool: &ThreadPool, jobs: u64, rounds: u64) {
    pool.scope(|scope| {
        for _ in 0..jobs {
            drop(
                scope
                    .submit(move || std::hint::black_box(compute(rounds)))
                    .expect("it is open"),
            );
        }
    });
}

/// Measures results that are taken one by one, from jobs of `items` items.
fn mapped(rounds: u64, items: usize) -> Measure {
    let pool = ThreadPool::builder().build().expect("there is room");
    Box::new(move |jobs| {
        let results = pool.map(0..jobs, move |_| compute(rounds)).chunks(items);
        timed(|| results.map(|x| x.expect("done")).sum::<u64>())
    })
}

pub fn threads() -> Race {
    let rounds = rounds(100e-6);
    let waiting = ThreadPool::builder().build().expect("there is room");
    let theirs = rayon::ThreadPoolBuilder::new()
        .build()
        .expect("there is room");
    let theirs: Measure = Box::new(move |jobs| {
        timed(|| {
            theirs.scope(|scope| {
                for _ in 0..jobs {
                    scope.spawn(move |_| _ = std::hint::black_box(compute(rounds)));
                }
            });
        })
    });
    Race {
        work: "computing in jobs of 100 µs, a thread a core",
        unit: "µs a job",
        scale: 1e6,
        times: 2_000,
        contenders: vec![
            (
                "one thread without a pool, divided by the cores",
                ideal(rounds),
            ),
            ("our pool, map", mapped(rounds, 1)),
            ("our pool, map with chunks(4)", mapped(rounds, 4)),
            (
                "our pool, scope",
                Box::new(move |jobs| timed(|| scoped(&waiting, jobs, rounds))),
            ),
            ("rayon's scope", theirs),
        ],
    }
}

pub fn processes() -> Race {
    let rounds = rounds(1e-3);
    let pool = ProcessPool::<Deed>::builder()
        .build()
        .expect("there is room");
    Race {
        work: "computing in jobs of 1 ms, a process a core",
        unit: "µs a job",
        scale: 1e6,
        times: 200,
        contenders: vec![
            (
                "one thread without a pool, divided by the cores",
                ideal(rounds),
            ),
            (
                "our pool, map",
                Box::new(move |jobs| {
                    let tasks = (0..jobs).map(|_| Deed::Compute(rounds));
                    timed(|| pool.map(tasks).map(|x| x.expect("done")).sum::<u64>())
                }),
            ),
        ],
    }
}

/// Returns the CPU time that `work` takes, in this process and in children that have ended.
fn used<T>(work: impl FnOnce() -> T) -> std::time::Duration {
    let watch = common::measure::Stopwatch::start();
    std::hint::black_box(work());
    watch.read().cpu
}

fn one_thread(rounds: u64) -> Measure {
    Box::new(move |jobs| used(|| (0..jobs).map(|_| compute(rounds)).sum::<u64>()))
}

pub fn time_of_threads() -> Race {
    let rounds = rounds(100e-6);
    let pool = ThreadPool::builder().build().expect("there is room");
    let waiting = ThreadPool::builder().build().expect("there is room");
    let scope: Measure = Box::new(move |jobs| used(|| scoped(&waiting, jobs, rounds)));
    let ours: Measure = Box::new(move |jobs| {
        used(|| {
            pool.map(0..jobs, move |_| compute(rounds))
                .map(|x| x.expect("done"))
                .sum::<u64>()
        })
    });
    Race {
        work: "CPU time of jobs of 100 µs, a thread a core",
        unit: "µs a job",
        scale: 1e6,
        times: 2_000,
        contenders: vec![
            ("one thread without a pool", one_thread(rounds)),
            ("our pool, map", ours),
            ("our pool, scope", scope),
        ],
    }
}

pub fn time_of_processes() -> Race {
    let rounds = rounds(1e-3);
    let ours: Measure = Box::new(move |jobs| {
        // Its workers have to end to be counted, so their start and end is counted, too.
        used(|| {
            let pool = ProcessPool::<Deed>::builder()
                .build()
                .expect("there is room");
            let tasks = (0..jobs).map(|_| Deed::Compute(rounds));
            pool.map(tasks).map(|x| x.expect("done")).sum::<u64>()
        })
    });
    Race {
        work: "CPU time of jobs of 1 ms, a process a core, which is started and ended",
        unit: "µs a job",
        scale: 1e6,
        times: 400,
        contenders: vec![
            ("one thread without a pool", one_thread(rounds)),
            ("our pool, map", ours),
        ],
    }
}
