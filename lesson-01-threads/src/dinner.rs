//! `dinner`: the kitchen of the introduction, with a tenth of a second for each minute.
//!
//! The water boils by itself. Chopping keeps the cook busy. The sauce simmers by itself, but it needs the chopped
//! vegetables: 5 + 8 minutes is the longest chain of jobs that need one another, the critical path.

use std::io;
use std::thread::{self, Builder};
use std::time::Instant;

use common::{Failure, Outcome, Pace, Run};
use serde_json::json;
use tracing::{info, info_span};

/// Seconds that a minute in the kitchen takes.
const MINUTE: f64 = 0.1;

/// It happens by itself: the thread waits.
pub fn boil_water(pace: Pace) -> &'static str {
    info_span!("boil water").in_scope(|| thread::sleep(pace.seconds(10.0 * MINUTE)));
    info!("the water boils");
    "hot water"
}

/// It keeps the cook busy: the thread computes.
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

/// It happens by itself, and it cannot begin without the vegetables: that is why it takes them.
pub fn cook_sauce(vegetables: &str, pace: Pace) -> String {
    info_span!("cook the sauce").in_scope(|| thread::sleep(pace.seconds(8.0 * MINUTE)));
    info!("the sauce is done");
    format!("sauce with {vegetables}")
}

/// What may overlap, overlaps. The cook is the thread that calls; the burners are threads.
///
/// # Errors
/// When the system has no room for another thread.
///
/// # Panics
/// When a burner panicked.
pub fn at_the_same_time(pace: Pace) -> io::Result<[String; 2]> {
    thread::scope(|scope| {
        let burner = |number: u32| Builder::new().name(format!("burner {number}"));
        let water = burner(1).spawn_scoped(scope, || boil_water(pace))?;
        let vegetables = chop(pace);
        let sauce = burner(2).spawn_scoped(scope, || cook_sauce(vegetables, pace))?;
        let water = water.join().expect("boiling does not panic");
        Ok([
            water.to_owned(),
            sauce.join().expect("cooking does not panic"),
        ])
    })
}

/// One job after the other, as no cook does it.
pub fn one_after_the_other(pace: Pace) -> [String; 2] {
    [boil_water(pace).to_owned(), cook_sauce(chop(pace), pace)]
}

/// What `cargo run -p lesson-01-threads -- dinner` runs.
///
/// # Errors
/// As [`at_the_same_time`].
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let start = Instant::now();
    let dinner = at_the_same_time(run.pace)?;
    let (took, path) = (start.elapsed(), run.pace.seconds(13.0 * MINUTE));
    info!(
        "dinner took {:.3} s; the critical path is {:.3} s",
        took.as_secs_f64(),
        path.as_secs_f64()
    );
    Ok(Outcome::new(json!(dinner)))
}

/// What its `--compare` measures first.
///
/// # Errors
/// None.
pub fn demo_one_after_the_other(run: &Run) -> Result<Outcome, Failure> {
    Ok(Outcome::new(json!(one_after_the_other(run.pace))))
}
