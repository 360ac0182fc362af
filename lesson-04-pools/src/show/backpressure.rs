//! `backpressure`: how many pages and how much memory each way needs.

use std::sync::Arc;

use common::options::count;
use common::{Demo, Failure, Outcome, Run};
use serde_json::{Value, json};
use tracing::info;

use crate::executor::ThreadPool;
use crate::flow::backpressure::{bounded, bounded_by_hand, unbounded};
use crate::support::pages::Source;

pub fn demo() -> Demo {
    Demo::new(
        "backpressure",
        "a source that is faster than the workers",
        run,
    )
    .in_turn()
    .option(count(
        "pages",
        16_384,
        Some("400"),
        "Pages of 256 KiB in all",
    ))
    .option(count(
        "room",
        4096,
        Some("8"),
        "Pages that may be under way where there is a bound",
    ))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let pages = run.count("pages").get() as u64;
    let room = run.count("room").get();
    let pause = run.pace.seconds(0.004);
    let pool = ThreadPool::builder()
        .workers(4)
        .name_prefix("disk")
        .build()?;

    // The one that grows comes last: memory that the process has had once may stay with it.
    let source = Source::new();
    let sum = bounded(&pool, source.pages(pages), room, pause)?;
    let map = measured("map, bounded", &source);
    let source = Source::new();
    let sum_by_hand = bounded_by_hand(&pool, source.pages(pages), room, pause)?;
    let by_hand = measured("submit, bounded by hand", &source);
    let source = Source::new();
    let sum_unbounded = unbounded(&pool, source.pages(pages), pause)?;
    let without = measured("map, unbounded", &source);

    if (sum, sum) != (sum_by_hand, sum_unbounded) {
        return Err(Failure::Failed(
            "the same pages came to different sums".into(),
        ));
    }
    Ok(json!({
        "pages": pages, "room": room, "sum": sum,
        "bounded": map, "bounded_by_hand": by_hand, "unbounded": without,
    })
    .into())
}

fn measured(way: &str, source: &Arc<Source>) -> Value {
    let most = source.most();
    let mib = source.grown_mib();
    info!("{way}: up to {most} pages at once, {mib:.1} MiB more memory");
    json!({ "most_pages": most, "grown_mib": mib })
}
