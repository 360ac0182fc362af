//! `channel`: three sensors, then one producer with a slower consumer, without a bound and with one.

use common::options::count;
use common::{Demo, Failure, Outcome, Run};
use serde_json::json;
use tracing::info;

use crate::support::gauge::Gauge;
use crate::{backpressure, channel};

pub fn demo() -> Demo {
    let about = "sending instead of sharing, and a queue that is full";
    let room = "How many readings the bounded queue holds";

    Demo::new("channel", about, run)
        .in_turn()
        .option(count("room", 1_000_000, Some("2"), room))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let arrived = channel::three_sensors(run.pace);
    let highest = arrived.iter().map(|(_, temperature)| *temperature).max();
    info!(
        "{} readings from three sensors, the highest {}",
        arrived.len(),
        highest.unwrap_or_default()
    );

    let free = Gauge::default();
    let (busy, _) = backpressure::unbounded(&free, run.pace);
    let free_s = busy.as_secs_f64();
    let free = free.highest();
    info!("without a bound: producer done in {free_s:.3} s, backlog {free}");

    let room = run.count("room").get();
    let held = Gauge::default();
    let (busy, handled) = backpressure::bounded(room, &held, run.pace);
    let held_s = busy.as_secs_f64();
    let held = held.highest();
    info!("with room for {room}: producer done in {held_s:.3} s, backlog {held}");

    info!(
        "backpressure made the producer {:.1} times slower, as slow as what it feeds",
        held_s / free_s
    );
    Ok(json!({
        "arrived": arrived.len(),
        "highest": highest,
        "handled": handled,
        "unbounded": { "backlog": free, "producer_s": free_s },
        "bounded": { "room": room, "backlog": held, "producer_s": held_s },
    })
    .into())
}
