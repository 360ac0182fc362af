//! `map`: in order, in chunks, with a failure and with a timeout.

use std::time::{Duration, Instant};

use common::{Demo, Failure, Outcome, Run, in_words};
use serde_json::json;
use tracing::info;

use crate::executor::ThreadPool;
use crate::jobs::map::{in_chunks, in_order, with_a_failure, with_a_timeout};

pub fn demo() -> Demo {
    Demo::new(
        "map",
        "one outcome for each item, in the order of the items",
        run,
    )
    .in_turn()
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let pool = ThreadPool::builder()
        .workers(3)
        .name_prefix("mapper")
        .build()?;
    let start = Instant::now();
    let (before, squares) = in_order(&pool, run.pace)?;
    let took = start.elapsed().as_secs_f64();
    info!(
        "in order: {} in {took:.3} s; begun before the first was asked for: {before}",
        in_words(&json!(squares))
    );

    let threads = in_chunks(&pool)?;
    let chunks: Vec<bool> = threads
        .chunks(4)
        .map(|four| four.iter().all(|name| *name == four[0]))
        .collect();
    info!(
        "in chunks of four: each done by one thread: {}",
        in_words(&json!(chunks))
    );

    let outcomes = with_a_failure(&pool);
    let failed = outcomes.iter().filter(|outcome| outcome.is_err()).count();
    info!("one panics: {outcomes:?}");

    let alone = ThreadPool::builder()
        .workers(1)
        .name_prefix("alone")
        .build()?;
    // Enough for two jobs that take no time, at any pace.
    let patience = run.pace.seconds(1.0).max(Duration::from_millis(300));
    let (in_time, begun) = with_a_timeout(&alone, patience);
    info!("one is stuck: {in_time:?}; {begun} jobs had begun, the others never will");

    Ok(json!({
        "begun_before_asked": before,
        "in_order": squares,
        "chunks_together": chunks,
        "one_panics": { "ok": outcomes.len() - failed, "failed": failed },
        "one_is_stuck": { "outcomes": in_time.len(), "begun": begun },
    })
    .into())
}
