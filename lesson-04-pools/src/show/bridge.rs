//! `bridge`: there, back, and tokio's own bridge.

use std::hint::black_box;
use std::time::Duration;

use common::{Demo, Failure, Outcome, Run, in_words};
use serde_json::json;
use tracing::{info, info_span};

use crate::executor::ThreadPool;
use crate::flow::bridge::{awaited, called};
use crate::flow::spawn_blocking::{on_the_pool, on_tokio, runtime};
use crate::support::compute::sum_of_squares;

pub fn demo() -> Demo {
    Demo::new("bridge", "from async code to a pool, and back", run).in_turn()
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let pool = ThreadPool::builder()
        .workers(2)
        .name_prefix("pool")
        .build()?;
    let compute = |numbers| move || info_span!("compute").in_scope(|| sum_of_squares(0..numbers));
    let work = move || _ = black_box(compute(2_000_000)());

    runtime()?.block_on(async {
        let (sum, beats) = awaited(&pool, Duration::from_millis(5), compute(80_000_000)).await?;
        info!("awaited a job of the pool; meanwhile the heart of another task beat {beats} times");
        let answers = called(&pool, 4, run.pace).await?;
        info!(
            "called async from two threads of the pool: {}",
            in_words(&json!(answers))
        );
        let of_pool = on_the_pool(&pool, 16, work).await?;
        let of_tokio = on_tokio(16, work).await;
        info!("16 jobs that compute: the pool used {of_pool} threads, spawn_blocking {of_tokio}");
        Ok(json!({
            "sum": sum, "beats": beats, "answers": answers,
            "threads_of_pool": of_pool, "threads_of_spawn_blocking": of_tokio,
        })
        .into())
    })
}
