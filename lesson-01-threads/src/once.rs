//! A value that is made once for all threads, when it is first needed. The second half of `locals`.
//!
//! The thread that comes first makes it, and a thread that comes meanwhile waits.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Barrier, LazyLock, OnceLock};
use std::thread;

use common::Pace;
use tracing::info_span;

/// The squares below 100, made by the first thread that looks. A `LazyLock` knows how to make its value.
pub static SQUARES: LazyLock<Vec<u32>> = LazyLock::new(|| (0..10).map(|n| n * n).collect());

/// Lets threads want a dictionary at the same moment; returns how often it was loaded, and its size as each saw it.
pub fn readers(threads: usize, pace: Pace) -> (u32, Vec<usize>) {
    let dictionary = &OnceLock::new();
    let together = &Barrier::new(threads);
    let loads = &AtomicU32::new(0);
    let load = || {
        let _span = info_span!("load").entered();
        loads.fetch_add(1, Ordering::Relaxed);
        thread::sleep(pace.seconds(0.3));
        vec!["lock", "queue", "thread"]
    };

    let mut sizes = Vec::new();
    thread::scope(|scope| {
        let mut reading = Vec::new();
        for number in 1..=threads {
            reading.push(scope.spawn(move || {
                together.wait();
                let _span = info_span!("reader", number).entered();
                let _use = info_span!("first use", waits_for = "the dictionary").entered();
                dictionary.get_or_init(load).len()
            }));
        }

        for reader in reading {
            sizes.push(reader.join().expect("reading does not panic"));
        }
    });
    (loads.load(Ordering::Relaxed), sizes)
}
