//! `channel`: threads that send values instead of sharing them.
//!
//! A channel is a queue with two ends. A value that was sent has moved: the sender has it no more, so nobody needs a
//! lock. Several threads may send, one receives (`mpsc`: multiple producers, single consumer). A *bounded* channel holds
//! only so many; who wants to send more waits. That is *backpressure*: a slow consumer slows its producer down.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SendError, channel, sync_channel};
use std::thread::{self, Builder};
use std::time::{Duration, Instant};

use common::{Failure, Outcome, Pace, Run};
use serde_json::json;
use tracing::{info, info_span};

/// Seconds between two readings of a sensor, and what handling one takes.
const READ: f64 = 0.02;
const HANDLE: f64 = 0.1;

/// Three sensors send four readings each; what arrives, in order of arrival: the sensor and its temperature.
///
/// # Errors
/// When the system has no room for another thread.
pub fn three_sensors(pace: Pace) -> io::Result<Vec<(u32, u32)>> {
    let (sender, receiver) = channel();
    for sensor in 1..=3 {
        let sender = sender.clone();
        Builder::new()
            .name(format!("sensor {sensor}"))
            .spawn(move || {
                let _span = info_span!("measure").entered();
                for reading in 0..4 {
                    thread::sleep(pace.seconds(READ));
                    // An error would mean that nobody receives any more; then there is nothing left to do.
                    let Ok(()) = sender.send((sensor, 200 + 10 * sensor + reading)) else {
                        return;
                    };
                }
            })?;
    }
    // A receiver's loop ends when the last sender is gone. This one would be waited for in vain.
    drop(sender);
    Ok(receiver.iter().collect())
}

/// How one producer and a slower consumer got on.
#[derive(Debug)]
pub struct Flow {
    /// What was handled, in order.
    pub handled: Vec<u32>,
    /// The most readings that were in the queue or waiting to get in.
    pub backlog: usize,
    /// How long the producer was busy.
    pub producer: Duration,
}

/// A producer sends as fast as it reads, a consumer needs five times as long for each. `send` goes into the queue that
/// `receiver` is the other end of.
fn flow(
    pace: Pace,
    readings: u32,
    send: impl Fn(u32) -> Result<(), SendError<u32>> + Send,
    receiver: &Receiver<u32>,
) -> io::Result<Flow> {
    let (queued, most) = (&AtomicUsize::new(0), &AtomicUsize::new(0));
    thread::scope(|scope| {
        let producer = Builder::new()
            .name("producer".into())
            .spawn_scoped(scope, move || {
                let _span = info_span!("produce").entered();
                let start = Instant::now();
                for reading in 0..readings {
                    thread::sleep(pace.seconds(READ));
                    most.fetch_max(queued.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    let result = info_span!("send", waits_for = "room in the queue")
                        .in_scope(|| send(reading));
                    let Ok(()) = result else { break };
                }
                start.elapsed() // `send` is dropped with the closure, and that ends the consumer's loop.
            })?;
        let _span = info_span!("consume").entered();
        let mut handled = Vec::new();
        for reading in receiver {
            queued.fetch_sub(1, Ordering::SeqCst);
            thread::sleep(pace.seconds(HANDLE));
            handled.push(reading);
        }
        let producer = producer.join().expect("producing does not panic");
        Ok(Flow {
            handled,
            backlog: most.load(Ordering::SeqCst),
            producer,
        })
    })
}

/// A channel that takes everything: the producer never waits, and the queue grows.
///
/// # Errors
/// As [`three_sensors`].
pub fn unbounded(pace: Pace, readings: u32) -> io::Result<Flow> {
    let (sender, receiver) = channel();
    flow(
        pace,
        readings,
        move |reading| sender.send(reading),
        &receiver,
    )
}

/// A channel with room for `room` readings: when it is full, `send` waits.
///
/// # Errors
/// As [`three_sensors`].
pub fn bounded(pace: Pace, readings: u32, room: usize) -> io::Result<Flow> {
    let (sender, receiver) = sync_channel(room);
    flow(
        pace,
        readings,
        move |reading| sender.send(reading),
        &receiver,
    )
}

/// What `cargo run -p lesson-01-threads -- channel` runs.
///
/// # Errors
/// As [`three_sensors`].
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let arrived = three_sensors(run.pace)?;
    let highest = arrived.iter().map(|(_, temperature)| *temperature).max();
    info!(
        "{} readings from three sensors, the highest {}",
        arrived.len(),
        highest.unwrap_or_default()
    );
    let (readings, room) = (8, run.count("room").get());
    let free = unbounded(run.pace, readings)?;
    info!(
        "without a bound: producer done in {:.3} s, backlog {}",
        free.producer.as_secs_f64(),
        free.backlog
    );
    let held = bounded(run.pace, readings, room)?;
    let producer_s = held.producer.as_secs_f64();
    info!(
        "with room for {room}: producer done in {producer_s:.3} s, backlog {}",
        held.backlog
    );
    info!(
        "backpressure made the producer {:.1} times slower, as slow as what it feeds",
        producer_s / free.producer.as_secs_f64()
    );
    Ok(Outcome::new(json!({
        "arrived": arrived.len(), "highest": highest, "handled": held.handled,
        "unbounded": { "backlog": free.backlog, "producer_s": free.producer.as_secs_f64() },
        "bounded": { "room": room, "backlog": held.backlog, "producer_s": producer_s },
    })))
}
