//! The demo `stream`.

use std::time::Instant;

use common::options::count;
use common::{Demo, Failure, Outcome, Run, knob};
use serde_json::json;
use tokio::runtime::Builder;
use tracing::info;

use crate::busy_reader::{STEPS, as_tasks, in_a_stream};
use crate::stream::{as_they_come, in_order};
use crate::support::block_on::block_on;
use crate::support::calls::serve;

/// Pages, and the seconds until each answers.
const PAGES: [(&str, f64); 6] = [
    ("a", 0.6),
    ("b", 0.1),
    ("c", 0.2),
    ("d", 0.3),
    ("e", 0.1),
    ("f", 0.2),
];

pub fn demo() -> Demo {
    Demo::new("stream", "results as they come, a few at a time", run)
        .in_turn()
        .knob(knob::pace())
        .option(count(
            "at-once",
            100,
            Some("3"),
            "Pages under way at the same time",
        ))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let at_once = run.count("at-once").get();
    let (server, pages) = serve(&PAGES, run.pace)?;
    let runtime = Builder::new_current_thread().enable_all().build()?;

    let start = Instant::now();
    let loose = block_on(&runtime, as_they_come(pages.clone(), at_once));
    let loose_s = start.elapsed().as_secs_f64();

    let start = Instant::now();
    let strict = block_on(&runtime, in_order(pages, at_once));
    let strict_s = start.elapsed().as_secs_f64();

    let busy = run.pace.seconds(0.4);
    let buffered = block_on(&runtime, in_a_stream(busy));
    let spawned = block_on(&runtime, as_tasks(busy));

    let most = server.counts().most;
    info!("as they come {loose_s:.2} s, in order {strict_s:.2} s; never more than {most} at once");
    info!(
        "while its reader was busy, a call made {buffered} of {STEPS} steps; as a task {spawned} of {STEPS}"
    );
    Ok(json!({ "as_they_come": loose, "in_order": strict, "most_at_once": most }).into())
}
