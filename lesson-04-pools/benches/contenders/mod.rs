//! The measured works, each once with our pool and once with each peer. The benches and the table
//! use the same ones.

pub mod race;
pub mod deed;
pub mod threads;
pub mod processes;
pub mod cpu;

use criterion::{Criterion, Throughput};

use race::Race;

/// Returns all races. What they need (threads, processes) is there from now on, and idle when it is
/// not its turn.
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

/// Measures some races with criterion.
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
