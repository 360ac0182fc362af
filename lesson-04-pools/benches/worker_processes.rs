//! The process pools and their peers under criterion:
//! `cargo bench -p lesson-04-pools --features bench --bench worker_processes`.

#[allow(dead_code, reason = "shared with the other benches")]
mod contenders;

use contenders::{cpu, processes};

fn main() {
    contenders::with_criterion(&[
        processes::there_and_back,
        processes::stream,
        processes::mebibyte,
        processes::start_and_reap,
        cpu::processes,
    ]);
}
