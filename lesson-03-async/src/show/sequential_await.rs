//! The demo `sequential-await`.

use std::time::Instant;

use common::{Demo, Failure, Outcome, Run, WhatIf, knob, part};
use serde_json::json;
use tokio::runtime::Builder;
use tracing::info;

use crate::pitfalls::sequential_await::{joined, one_by_one};
use crate::support::block_on::block_on;
use crate::support::calls::{calls, url_option};

pub fn demo() -> Demo {
    Demo::new(
        "sequential-await",
        "async code that does one thing after the other",
        run,
    )
    .option(url_option())
    .knob(knob::second_part(
        "all calls begun at once",
        WhatIf::AtOnce("await in a loop"),
    ))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let (calls, _server) = calls(run)?;
    let runtime = Builder::new_current_thread().enable_all().build()?;

    let start = Instant::now();
    let slow = part("broken", || block_on(&runtime, one_by_one(&calls)));
    let broken = start.elapsed().as_secs_f64();

    let start = Instant::now();
    let fast = part("fixed", || block_on(&runtime, joined(&calls)));
    let fixed = start.elapsed().as_secs_f64();

    let slow: Vec<String> = slow.into_iter().collect::<Result<_, _>>()?;
    let fast: Vec<String> = fast.into_iter().collect::<Result<_, _>>()?;
    info!("await in a loop: {broken:.2} s; all futures first, then one await: {fixed:.2} s");
    Ok(json!({ "same_answers": slow == fast, "answers": fast }).into())
}
