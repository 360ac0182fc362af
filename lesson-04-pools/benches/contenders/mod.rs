//! What is measured: each work as a function that does it so many times and says how long that took, once with our pool
//! and once with each peer. The benches and the table use the same ones.

pub mod cpu;
pub mod processes;
pub mod threads;

use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};

/// Does its work so many times, and says how long that took.
pub type Measure = Box<dyn FnMut(u64) -> Duration>;

/// Those who do the same work, in turn. The first is the yardstick.
pub struct Race {
    pub work: &'static str,
    /// What one of so many is called: `ns a job`.
    pub unit: &'static str,
    /// Units in a second.
    pub scale: f64,
    /// How often in a round.
    pub times: u64,
    pub contenders: Vec<(&'static str, Measure)>,
}

/// All races. What they need (threads, processes) is there from now on, and idle when it is not its turn.
pub fn all() -> Vec<fn() -> Race> {
    vec![
        threads::stream,
        threads::there_and_back,
        processes::there_and_back,
        processes::stream,
        processes::mebibyte,
        processes::start_and_reap,
        processes::start_and_reap_from_a_large_parent,
        cpu::threads,
        cpu::processes,
        cpu::time_of_threads,
        cpu::time_of_processes,
    ]
}

/// How long `work` takes.
pub fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    std::hint::black_box(work());
    start.elapsed()
}

/// Does the same for each number, one after the other.
pub fn each(times: u64, work: impl FnMut(u64)) -> Duration {
    timed(|| (0..times).for_each(work))
}

/// Criterion's view of some races.
pub fn with_criterion(races: &[fn() -> Race]) {
    if processes::serve() {
        return;
    }
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    for race in races {
        let Race {
            work,
            times,
            contenders,
            ..
        } = race();
        let mut group = criterion.benchmark_group(work);
        group.throughput(Throughput::Elements(times));
        for (name, mut contender) in contenders {
            group.bench_function(name, |bench| {
                bench.iter_custom(|rounds| (0..rounds).map(|_| contender(times)).sum());
            });
        }
    }
    criterion.final_summary();
}
