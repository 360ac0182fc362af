//! `false-sharing`: the same additions on one cache line and on two.

use std::sync::atomic::{AtomicU64, Ordering};

use common::options::count;
use common::{Demo, Failure, Outcome, Run, measure, part};
use serde_json::json;
use tracing::info;

use crate::pitfalls::false_sharing::{Padded, Together, count_both};

pub fn demo() -> Demo {
    let about = "two counters that get in each other's way";
    let times = "Additions by each thread";

    Demo::new("false-sharing", about, run).option(count(
        "times",
        1_000_000_000,
        Some("5000000"),
        times,
    ))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let times = run.count("times").get() as u64;
    let sums = |counters: [&AtomicU64; 2]| counters.map(|sum| sum.load(Ordering::Relaxed));

    let Together([a, b]) = &Together::default();
    let one_line = part("one cache line", || count_both([a, b], times));
    let one_line_s = one_line.as_secs_f64();
    let one_line = sums([a, b]);
    info!("on one cache line: {one_line_s:.3} s for {times} additions by each");

    let [Padded(a), Padded(b)] = &[Padded::default(), Padded::default()];
    let two_lines = part("two cache lines", || count_both([a, b], times));
    let two_lines_s = two_lines.as_secs_f64();
    let two_lines = sums([a, b]);
    info!("on two cache lines: {two_lines_s:.3} s");

    info!("{}", sentence(one_line_s, two_lines_s, measure::cores()));
    Ok(json!({
        "counted": [one_line, two_lines],
        "one_line_s": one_line_s,
        "two_lines_s": two_lines_s,
        "ratio": one_line_s / two_lines_s,
    })
    .into())
}

/// Says what the two times show, and what they do not.
fn sentence(one_line_s: f64, two_lines_s: f64, cores: usize) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_is_honest() {
        assert!(sentence(0.3, 0.1, 2).contains("3.0 times as long"));
        assert!(sentence(0.1, 0.1, 2).contains("no difference"));
        assert!(sentence(0.1, 0.1, 1).contains("one core"));
    }
}
