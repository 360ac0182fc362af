//! `join`: what a thread returns comes back through `join`, and so does its panic.
//!
//! Three threads add up a receipt each. The second receipt has a line without a price, and its thread panics. The
//! others do not notice, and `main` decides what to make of it.

use std::any::Any;
use std::io;
use std::thread::{self, Builder};

use common::{Failure, Outcome, Pace, Run};
use serde_json::{Map, json};
use tracing::{info, info_span};

/// Seconds that reading a line takes, as if it came from a slow scanner.
const LINE: f64 = 0.1;

/// What was bought where, prices in cents.
pub const RECEIPTS: [(&str, &[&str]); 3] = [
    ("fruit", &["apples 250", "pears 310", "plums 190"]),
    ("bread", &["rolls 180", "loaf ten"]),
    ("tea", &["green 420", "black 380", "mint 260", "lime 150"]),
];

/// The sum of a receipt, in cents.
///
/// # Panics
/// When a line does not end with a price.
pub fn total(name: &str, lines: &[&str], pace: Pace) -> u32 {
    let _span = info_span!("receipt", name).entered();
    let mut cents = 0;
    for line in lines {
        thread::sleep(pace.seconds(LINE));
        let price = line
            .split(' ')
            .next_back()
            .and_then(|price| price.parse::<u32>().ok());
        cents += price.unwrap_or_else(|| panic!("no price in '{line}'"));
    }
    cents
}

/// What a panic said. `panic!` carries text of one of two types; anything else has nothing to say.
pub fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or(panic.downcast_ref::<&str>().copied())
        .unwrap_or("something that is no text")
        .to_owned()
}

/// The sum of each receipt, or what its thread panicked with.
pub type Totals = Vec<(&'static str, Result<u32, String>)>;

/// A thread for each receipt.
///
/// # Errors
/// When the system has no room for another thread.
pub fn at_the_same_time(pace: Pace) -> io::Result<Totals> {
    let mut threads = Vec::new();
    for (name, lines) in RECEIPTS {
        threads.push((
            name,
            Builder::new()
                .name(name.into())
                .spawn(move || total(name, lines, pace))?,
        ));
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
    Ok(totals)
}

/// What `cargo run -p lesson-01-threads -- join` runs.
///
/// # Errors
/// As [`at_the_same_time`].
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let totals = at_the_same_time(run.pace)?;
    let good: Vec<u32> = totals
        .iter()
        .filter_map(|(_, total)| total.as_ref().ok().copied())
        .collect();
    let panicked = totals.len() - good.len();
    info!(
        "{} of {} threads returned, {} cents in all; {panicked} panicked and took nobody along",
        good.len(),
        totals.len(),
        good.iter().sum::<u32>()
    );
    let results: Map<_, _> = totals
        .into_iter()
        .map(|(name, total)| {
            let value = total.map_or_else(|why| json!({ "panicked": why }), |cents| json!(cents));
            (name.to_owned(), value)
        })
        .collect();
    Ok(Outcome::new(results))
}
