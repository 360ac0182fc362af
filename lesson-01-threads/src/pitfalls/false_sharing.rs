//! `false-sharing`: two threads, two counters, and still they slow each other down.
//!
//! A core does not fetch single numbers from memory but *cache lines* of 64 or 128 bytes. Two counters next to each
//! other lie on one line, and only one core at a time may change a line. So the line travels back and forth, although
//! the threads share nothing that matters to them.

use std::io;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, Builder};
use std::time::Instant;

use common::{Failure, Outcome, Run, measure};
use serde_json::json;
use tracing::{info, info_span};

/// Broken: two counters on one cache line.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct Together([AtomicU64; 2]);

/// Fixed: a counter that has its cache line to itself.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct Padded(AtomicU64);

/// Two threads, each with a counter of its own; the sums they reached and the seconds it took.
///
/// # Errors
/// When the system has no room for another thread.
///
/// # Panics
/// When one of the threads panicked.
pub fn race(counters: [&AtomicU64; 2], times: u64) -> io::Result<([u64; 2], f64)> {
    let start = Barrier::new(2);
    let seconds = thread::scope(|scope| {
        let mut counting = Vec::new();
        for (number, counter) in (1..).zip(counters) {
            let start = &start;
            counting.push(
                Builder::new()
                    .name(format!("counter {number}"))
                    .spawn_scoped(scope, move || {
                        start.wait();
                        let (_span, start) = (info_span!("count").entered(), Instant::now());
                        for _ in 0..times {
                            counter.fetch_add(1, Ordering::Relaxed);
                        }
                        start.elapsed().as_secs_f64()
                    })?,
            );
        }
        let seconds = counting
            .into_iter()
            .map(|thread| thread.join().expect("counting does not panic"));
        io::Result::Ok(seconds.fold(0.0, f64::max))
    })?;
    Ok((
        counters.map(|counter| counter.load(Ordering::Relaxed)),
        seconds,
    ))
}

/// What the two times say, and what they do not.
pub fn sentence(one_line_s: f64, two_lines_s: f64, cores: usize) -> String {
    let ratio = one_line_s / two_lines_s;
    if ratio >= 1.2 {
        format!("on one cache line the same work took {ratio:.1} times as long as on two")
    } else if cores < 2 {
        "this machine has one core: the two threads took turns, and no line had to travel"
            .to_owned()
    } else {
        format!(
            "this machine shows no difference now ({ratio:.2}): run it again, with nothing else running"
        )
    }
}

/// What `cargo run -p lesson-01-threads -- false-sharing` runs.
///
/// # Errors
/// As [`race`].
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let times = run.count("times").get() as u64;
    let (together, padded) = (Together::default(), [Padded::default(), Padded::default()]);
    let (one_line, one_line_s) = race([&together.0[0], &together.0[1]], times)?;
    info!("on one cache line: {one_line_s:.3} s for {times} additions by each");
    let (two_lines, two_lines_s) = race([&padded[0].0, &padded[1].0], times)?;
    info!("on two cache lines: {two_lines_s:.3} s");
    info!("{}", sentence(one_line_s, two_lines_s, measure::cores()));
    Ok(Outcome::new(json!({
        "counted": [one_line, two_lines], "one_line_s": one_line_s, "two_lines_s": two_lines_s,
        "ratio": one_line_s / two_lines_s,
    })))
}
