//! For the benchmarks of recording alone.

use super::{Recording, buffer, clock, live};

/// A recording that is thrown away when dropped.
pub struct Discarded(#[expect(dead_code, reason = "kept until it is dropped")] Recording);

impl Drop for Discarded {
    fn drop(&mut self) {
        live::stop();
        drop(buffer::take_all());
    }
}

/// Makes the collecting subscriber the program's.
pub fn install() {
    super::install();
}

/// Starts to record, with CPU times or without, and watched by a thread of its own or not.
pub fn start(detailed: bool, watched: bool) -> Discarded {
    let show = |_, _: &str, _: &str| {};
    Discarded(if watched {
        Recording::start(show, detailed)
    } else {
        Recording::unwatched(show, detailed)
    })
}

/// Returns the thread's CPU clock, ns.
pub fn cpu_clock() -> u64 {
    clock::thread_cpu_ns()
}

/// Records `count` spans and puts them together. Returns how many came out.
pub fn spans(count: usize) -> usize {
    let recording = Recording::start(|_, _, _| {}, true);
    for _ in 0..count {
        let _span = tracing::info_span!("span").entered();
    }
    let (trace, _) = recording.finish();
    trace.lanes.iter().map(|lane| lane.spans.len()).sum()
}
