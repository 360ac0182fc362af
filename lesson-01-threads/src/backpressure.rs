//! A *bounded* channel has room for a few values, and a sender that wants to send more waits. That is *backpressure*: a
//! slow consumer slows its producer down. The second half of `channel`.

use std::sync::mpsc::{Receiver, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use common::Pace;
use tracing::info_span;

use crate::support::gauge::Gauge;

/// Sends through a channel that takes everything: the producer never waits, and the queue grows.
pub fn unbounded(backlog: &Gauge, pace: Pace) -> (Duration, Vec<u32>) {
    let (sender, receiver) = channel();
    let send = move |reading| sender.send(reading).expect("the consumer takes them all");
    flow(send, receiver, backlog, pace)
}

/// Sends through a channel with room for `room` readings: when it is full, `send` waits.
pub fn bounded(room: usize, backlog: &Gauge, pace: Pace) -> (Duration, Vec<u32>) {
    let (sender, receiver) = sync_channel(room);
    let send = move |reading| sender.send(reading).expect("the consumer takes them all");
    flow(send, receiver, backlog, pace)
}

/// Lets a producer send eight readings to a consumer that needs five times as long for each. Returns how long the
/// producer was busy, and what was handled; `backlog` counts the readings that were sent and not yet received.
fn flow(
    send: impl Fn(u32) + Send,
    receiver: Receiver<u32>,
    backlog: &Gauge,
    pace: Pace,
) -> (Duration, Vec<u32>) {
    thread::scope(|scope| {
        let producer = scope.spawn(move || {
            let _span = info_span!("producer").entered();
            let start = Instant::now();
            for reading in 0..8 {
                thread::sleep(pace.seconds(0.02));
                backlog.up();
                info_span!("send", waits_for = "room in the queue").in_scope(|| send(reading));
            }
            start.elapsed() // `send` is dropped with the closure: that ends the consumer's loop.
        });

        let _span = info_span!("consume").entered();
        let mut handled = Vec::new();
        for reading in receiver {
            backlog.down();
            thread::sleep(pace.seconds(0.1));
            handled.push(reading);
        }

        let busy = producer.join().expect("producing does not panic");
        (busy, handled)
    })
}
