//! A `Barrier` makes each thread wait until all have come. The second half of `condvar`, and made of the same parts.

use std::sync::{Barrier, Mutex};
use std::thread;

use common::Pace;
use tracing::info_span;

/// Lets three runners start their second lap together; returns the order in which laps ended and began.
pub fn two_laps(pace: Pace) -> Vec<&'static str> {
    let barrier = Barrier::new(3);
    let order = Mutex::new(Vec::new());

    thread::scope(|scope| {
        for number in 1..=3 {
            let barrier = &barrier;
            let order = &order;
            scope.spawn(move || {
                let _span = info_span!("runner", number).entered();
                thread::sleep(pace.seconds(0.1 * f64::from(number)));
                order
                    .lock()
                    .expect("no runner panics")
                    .push("first lap done");
                info_span!("barrier", waits_for = "the other runners").in_scope(|| barrier.wait());
                order
                    .lock()
                    .expect("no runner panics")
                    .push("second lap begun");
            });
        }
    });

    order.into_inner().expect("no runner panics")
}
