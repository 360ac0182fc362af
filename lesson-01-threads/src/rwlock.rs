//! An `RwLock` lets many threads read at once, or one write. The second half of `mutex`.

use std::sync::RwLock;
use std::thread;

use common::Pace;
use tracing::info_span;

use crate::support::gauge::Gauge;

/// Lets three threads read a price, then raises it, and returns the new price. `reading` shows how many read at once.
pub fn price_list(reading: &Gauge, pace: Pace) -> u32 {
    let price = RwLock::new(250);

    thread::scope(|scope| {
        for number in 1..=3 {
            let price = &price;
            scope.spawn(move || {
                let _span = info_span!("reader", number).entered();
                let price = info_span!("read", waits_for = "the price list")
                    .in_scope(|| price.read().expect("no reader panics"));
                reading.up();
                thread::sleep(pace.seconds(0.1));
                reading.down();
                assert_eq!(*price, 250, "no thread writes while another one reads");
            });
        }
    });

    *price.write().expect("no reader panicked") += 20;
    price.into_inner().expect("no reader panicked")
}
