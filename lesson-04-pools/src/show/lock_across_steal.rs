//! `lock-across-steal`: the broken way under a deadline, because it would hang for ever.

use std::time::Duration;

use common::deadline::{Stuck, within};
use common::{Demo, Failure, Outcome, Run, part};
use serde_json::json;
use tracing::info;

use crate::cores::rayon;
use crate::pitfalls::lock_across_steal::{compute_then_lock, lock_then_compute};
use crate::support::orders::{Book, two_orders};

pub fn demo() -> Demo {
    Demo::new(
        "lock-across-steal",
        "a lock held while rayon's thread takes another job",
        run,
    )
}

/// The times that the broken way is tried: on a busy machine no second thread may come in time.
const TRIES: u32 = 5;

fn run(run: &Run) -> Result<Outcome, Failure> {
    // Long enough for a second thread to wake up and take a half, at any pace.
    let unit = run.pace.seconds(0.1).max(Duration::from_millis(20));

    let broken = part("broken", || {
        let mut broken = Ok(0);
        for _ in 0..TRIES {
            broken = booked(lock_then_compute, unit, unit * 20)?;
            if broken.is_err() {
                break;
            }
        }
        Ok::<_, Failure>(broken)
    })?;
    match broken {
        Err(stuck) => info!("broken: {stuck}"),
        Ok(total) => {
            let why = format!("it was expected to hang, and made {total}");
            return Err(Failure::Failed(why));
        }
    }

    let fixed = part("fixed", || booked(compute_then_lock, unit, unit * 100))??;
    info!("fixed: two orders of 60 make {fixed}");
    Ok(json!({ "broken": "stuck", "fixed": fixed }).into())
}

/// Books both orders on two threads of rayon, within `limit`.
fn booked(book: Book, unit: Duration, limit: Duration) -> Result<Result<u32, Stuck>, Failure> {
    let pool = rayon::pool(2)?;
    Ok(within(limit, move || two_orders(&pool, book, unit)))
}
