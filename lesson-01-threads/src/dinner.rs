//! `dinner`: the kitchen of the introduction, with a tenth of a second for each minute.
//!
//! The water boils by itself. Chopping keeps the cook busy. The sauce simmers by itself, but it needs the chopped
//! vegetables: 5 + 8 minutes is the longest chain of jobs that need one another, the critical path.

use std::thread;
use std::time::Instant;

use common::Pace;
use tracing::{info, info_span};

/// Seconds that a minute in the kitchen takes.
pub const MINUTE: f64 = 0.1;

/// Boils by itself: the thread waits.
pub fn boil_water(pace: Pace) -> &'static str {
    info_span!("boil water").in_scope(|| thread::sleep(pace.seconds(10.0 * MINUTE)));
    info!("the water boils");
    "hot water"
}

/// Keeps the cook busy: the thread computes.
pub fn chop(pace: Pace) -> &'static str {
    info_span!("chop vegetables").in_scope(|| {
        let end = Instant::now() + pace.seconds(5.0 * MINUTE);
        while Instant::now() < end {
            std::hint::spin_loop();
        }
    });
    info!("the vegetables are chopped");
    "vegetables"
}

/// Simmers by itself, and cannot begin without the vegetables: that is why it takes them.
pub fn cook_sauce(vegetables: &str, pace: Pace) -> String {
    info_span!("cook the sauce").in_scope(|| thread::sleep(pace.seconds(8.0 * MINUTE)));
    info!("the sauce is done");
    format!("sauce with {vegetables}")
}

/// Overlaps what may overlap. The cook is the calling thread, the burners are threads.
pub fn at_the_same_time(pace: Pace) -> [String; 2] {
    thread::scope(|scope| {
        let water = scope.spawn(|| info_span!("burner 1").in_scope(|| boil_water(pace)));
        let vegetables = chop(pace);
        let sauce =
            scope.spawn(|| info_span!("burner 2").in_scope(|| cook_sauce(vegetables, pace)));

        let water = water.join().expect("boiling does not panic");
        let sauce = sauce.join().expect("cooking does not panic");
        [water.to_owned(), sauce]
    })
}

/// Does one job after the other, as no cook would.
pub fn one_after_the_other(pace: Pace) -> [String; 2] {
    let water = boil_water(pace);
    let vegetables = chop(pace);
    let sauce = cook_sauce(vegetables, pace);
    [water.to_owned(), sauce]
}
