//! `join`: what a thread returns comes back through `join`, and so does its panic.
//!
//! Three threads add up a receipt each. The second receipt has a line without a price, and its thread panics. The
//! others do not notice, and `main` decides what to make of it.

use std::any::Any;
use std::thread;

use common::Pace;
use tracing::{info, info_span};

/// Seconds that reading a line takes, as if it came from a slow scanner.
const LINE: f64 = 0.1;

/// The lines of three receipts, prices in cents.
pub const RECEIPTS: [(&str, &[&str]); 3] = [
    ("fruit", &["apples 250", "pears 310", "plums 190"]),
    ("bread", &["rolls 180", "loaf ten"]),
    ("tea", &["green 420", "black 380", "mint 260", "lime 150"]),
];

/// Adds up the prices of a receipt. Panics at a line that has none.
pub fn total(lines: &[&str], pace: Pace) -> u32 {
    let mut cents = 0;
    for line in lines {
        thread::sleep(pace.seconds(LINE));
        let (_, price) = line.split_once(' ').expect("an article and its price");
        let Ok(price) = price.parse::<u32>() else {
            panic!("no price in '{line}'");
        };
        cents += price;
    }
    cents
}

/// Returns the text of a panic. `panic!` makes text of two types; anything else was no text.
pub fn message(panic: &(dyn Any + Send)) -> String {
    if let Some(text) = panic.downcast_ref::<String>() {
        text.clone()
    } else if let Some(text) = panic.downcast_ref::<&str>() {
        (*text).to_owned()
    } else {
        "something that is no text".to_owned()
    }
}

/// Adds up each receipt on a thread of its own: the sum, or what the thread panicked with.
pub fn at_the_same_time(pace: Pace) -> Vec<(&'static str, Result<u32, String>)> {
    let mut threads = Vec::new();
    for (name, lines) in RECEIPTS {
        let thread = thread::spawn(move || {
            let _span = info_span!("receipt", name).entered();
            total(lines, pace)
        });
        threads.push((name, thread));
    }

    let mut totals = Vec::new();
    // All have been started before the first is waited for.
    for (name, thread) in threads {
        // `Ok` is what the function returned, `Err` is what it panicked with.
        let total = thread.join().map_err(|panic| message(&*panic));
        match &total {
            Ok(cents) => info!("{name}: {cents} cents"),
            Err(why) => info!("{name}: panicked with: {why}"),
        }
        totals.push((name, total));
    }
    totals
}
