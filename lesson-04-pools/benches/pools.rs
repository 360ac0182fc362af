//! The thread pools and their peers under criterion:
//! `cargo bench -p lesson-04-pools --features bench --bench pools`.

#[allow(dead_code, reason = "shared with the other benches")]
mod contenders;

use contenders::{cpu, threads};

fn main() {
    contenders::with_criterion(&[threads::stream, threads::there_and_back, cpu::threads]);
}
