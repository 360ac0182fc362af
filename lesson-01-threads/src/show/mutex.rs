//! `mutex`: two days at the till, with long and with short critical sections, and a price list.

use std::time::Instant;

use common::{Demo, Failure, Outcome, Run, WhatIf, knob, part};
use serde_json::json;
use tracing::info;

use crate::support::gauge::Gauge;
use crate::{mutex, rwlock};

pub fn demo() -> Demo {
    let before = WhatIf::BeforeTheLock("till");

    Demo::new("mutex", "one value, one thread at a time", run)
        .in_turn()
        .knob(knob::second_part(
            "the receipt read before the lock",
            before,
        ))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let start = Instant::now();
    let till = part("inside the lock", || mutex::day(mutex::sell_long, run.pace));
    let long_s = start.elapsed().as_secs_f64();
    info!(
        "reading inside the lock: {} cents, {} sales, {long_s:.3} s",
        till.cents, till.sales
    );

    let start = Instant::now();
    let till = part("before the lock", || {
        mutex::day(mutex::sell_short, run.pace)
    });
    let short_s = start.elapsed().as_secs_f64();
    info!(
        "reading before the lock: {} cents, {} sales, {short_s:.3} s",
        till.cents, till.sales
    );

    let reading = Gauge::default();
    let price = rwlock::price_list(&reading, run.pace);
    let readers = reading.highest();
    info!("readers of the price list at once: {readers}; then one writer: {price} cents");

    info!(
        "a short critical section was {:.1} times faster than a long one",
        long_s / short_s
    );
    Ok(json!({
        "cents": till.cents,
        "sales": till.sales,
        "long_s": long_s,
        "short_s": short_s,
        "readers_at_once": readers,
        "price": price,
    })
    .into())
}
