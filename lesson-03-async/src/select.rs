//! `select`: wait for several things, go on with the first. What happens to the others, and who is first in a draw.

use std::time::Duration;

use common::{Failure, Outcome, Run};
use serde_json::json;
use tokio::runtime::Builder;
use tokio::select;
use tokio::time::sleep;
use tracing::{Instrument, info, info_span};

/// Says so when it is dropped before the work is done.
struct Unfinished(bool);

impl Drop for Unfinished {
    fn drop(&mut self) {
        if self.0 {
            info!("dropped where it was waiting");
        }
    }
}

/// One mirror of a file: it answers after a while.
pub async fn mirror(name: &'static str, wait: Duration) -> &'static str {
    info!("asked");
    let mut unfinished = Unfinished(true);
    sleep(wait).await;
    unfinished.0 = false;
    info!("answered");
    name
}

/// The first answer of three. The other two futures are dropped: whatever they were doing ends at their `await`.
pub async fn first(waits: [Duration; 3]) -> &'static str {
    let [paris, oslo, rome] = waits;
    select! {
        name = mirror("paris", paris).instrument(info_span!("mirror", task = "paris")) => name,
        name = mirror("oslo", oslo).instrument(info_span!("mirror", task = "oslo")) => name,
        name = mirror("rome", rome).instrument(info_span!("mirror", task = "rome")) => name,
    }
}

/// How often each of two branches wins when both are always ready.
pub async fn draws(rounds: u32) -> [u32; 2] {
    let mut won = [0, 0];
    for _ in 0..rounds {
        select! {
            () = async {} => won[0] += 1,
            () = async {} => won[1] += 1,
        }
    }
    won
}

/// The same with `biased`: branches are asked from the top down, so the second one never has a chance.
pub async fn biased_draws(rounds: u32) -> [u32; 2] {
    let mut won = [0, 0];
    for _ in 0..rounds {
        select! {
            biased;
            () = async {} => won[0] += 1,
            () = async {} => won[1] += 1,
        }
    }
    won
}

/// What `cargo run -p lesson-03-async -- select` runs.
///
/// # Errors
/// When the runtime cannot be started.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let runtime = Builder::new_current_thread().enable_time().build()?;
    let winner = runtime.block_on(first(
        [0.5, 0.3, 0.8].map(|seconds| run.pace.seconds(seconds)),
    ));
    info!("first: {winner}");
    let (fair, biased) =
        runtime.block_on(async { (draws(10_000).await, biased_draws(10_000).await) });
    info!(
        "both ready, 10000 times: fair {} to {}, biased {} to {}",
        fair[0], fair[1], biased[0], biased[1]
    );
    Ok(Outcome::new(
        json!({ "winner": winner, "fair": fair, "biased": biased }),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    #[test]
    fn the_first_one_ends_the_wait() {
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let start = Instant::now();
            assert_eq!(first([5, 3, 8].map(Duration::from_secs)).await, "oslo");
            assert!(
                start.elapsed() < Duration::from_millis(3002),
                "{:?}",
                start.elapsed()
            );
        });
    }

    #[test]
    fn a_fair_draw_is_fair_and_a_biased_one_is_not() {
        let runtime = Builder::new_current_thread().build().unwrap();
        let [one, two] = runtime.block_on(draws(10_000));
        // Fewer than 4,000 of 10,000 fair draws: that never happens.
        assert!(
            one + two == 10_000 && one > 4_000 && two > 4_000,
            "{one} {two}"
        );
        assert_eq!(runtime.block_on(biased_draws(100)), [100, 0]);
    }
}
