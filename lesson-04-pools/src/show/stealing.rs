//! `stealing`: twelve uneven jobs, three ways to share them out.

use common::measure::{seconds, timed};
use common::options::count;
use common::{Demo, Failure, Outcome, Run};
use serde_json::json;
use tracing::{info, info_span};

use crate::cores::stealing::{Work, shared_queue, static_shares, stealing};
use crate::support::compute::sum_of_squares;

pub fn demo() -> Demo {
    Demo::new(
        "stealing",
        "uneven jobs: static shares, a shared queue, work stealing",
        run,
    )
    .in_turn()
    .option(count(
        "threads",
        1000,
        None,
        "Threads each way [default: one a core]",
    ))
    .option(count(
        "unit",
        1 << 28,
        Some("2000000"),
        "Numbers to square in the shortest job",
    ))
}

type Way = fn(&[u64], usize, Work) -> Result<u64, Failure>;

const WAYS: [(&str, Way); 3] = [
    ("static shares", static_shares),
    ("shared queue", shared_queue),
    ("work stealing", stealing),
];

fn run(run: &Run) -> Result<Outcome, Failure> {
    let threads = run.count("threads").get();
    let unit = run.count("unit").get() as u64;
    // The first job is twelve times as long as the last, as when the large files come first.
    let jobs: Vec<u64> = (1..=12).rev().collect();
    let work =
        |length: u64| info_span!("job", length).in_scope(|| sum_of_squares(0..length * unit));

    let in_a_loop = || {
        jobs.iter()
            .map(|length| sum_of_squares(0..length * unit))
            .sum::<u64>()
    };
    let (sum, alone) = timed(in_a_loop);
    let alone = alone.wall.as_secs_f64();
    info!("one thread: {}", seconds(alone));

    let mut took = json!({ "one thread": alone });
    for (name, way) in WAYS {
        let (found, used) = timed(|| way(&jobs, threads, &work));
        if found? != sum {
            let why = format!("{name}: the same jobs came to another sum");
            return Err(Failure::Failed(why));
        }
        let wall = used.wall.as_secs_f64();
        info!(
            "{name}: {}, {:.2} times as fast",
            seconds(wall),
            alone / wall
        );
        took[name] = json!(wall);
    }
    Ok(json!({ "threads": threads, "sum": sum, "seconds": took }).into())
}
