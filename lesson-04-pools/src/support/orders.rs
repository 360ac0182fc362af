//! Two orders for a pool, the second while the first is being computed.

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use rayon::ThreadPool;
use tracing::info_span;

/// A way to add the price of an order to the total.
pub type Book = fn(&Mutex<u32>, Duration);

/// Gives a pool two orders, the second while the first is being computed. Returns the total.
pub fn two_orders(pool: &ThreadPool, book: Book, unit: Duration) -> u32 {
    let total = Mutex::new(0);
    // `scope` would do, but run this closure on a thread of the pool. Both are needed for the orders.
    pool.in_place_scope(|scope| {
        for number in 1..=2 {
            let total = &total;
            scope.spawn(move |_| {
                let _span = info_span!("order", number).entered();
                book(total, unit);
            });
            thread::sleep(unit);
        }
    });
    total.into_inner().expect("no order panics")
}
