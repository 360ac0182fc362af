//! `select`: wait for several things, go on with the first. The fate of the others, and draws.

use std::future::pending;
use std::time::Duration;

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

/// Asks one mirror of a file, which answers after a while.
pub async fn mirror(name: &'static str, wait: Duration) -> &'static str {
    info!("asked");
    let mut unfinished = Unfinished(true);
    sleep(wait).await;
    unfinished.0 = false;
    info!("answered");
    name
}

/// Returns the first answer of three. The other two futures are dropped: what they were doing ends at their `await`.
pub async fn first(waits: [Duration; 3]) -> &'static str {
    let [paris, oslo, rome] = waits;
    tokio::select! {
        name = mirror("paris", paris).instrument(info_span!("mirror", task = "paris")) => name,
        name = mirror("oslo", oslo).instrument(info_span!("mirror", task = "oslo")) => name,
        name = mirror("rome", rome).instrument(info_span!("mirror", task = "rome")) => name,
    }
}

/// Counts how often each of two branches wins when both are always ready.
pub async fn draws(rounds: u32) -> [u32; 2] {
    let mut won = [0, 0];
    for _ in 0..rounds {
        tokio::select! {
            () = async {} => won[0] += 1,
            () = async {} => won[1] += 1,
        }
    }
    won
}

/// Counts the same with a third branch in front that is never ready. `select!` draws where it starts, and goes on from
/// there: if it starts with the one that waits, the next one wins, so that one wins two times of three.
pub async fn draws_behind_one_that_waits(rounds: u32) -> [u32; 2] {
    let mut won = [0, 0];
    for _ in 0..rounds {
        tokio::select! {
            () = pending() => {}
            () = async {} => won[0] += 1,
            () = async {} => won[1] += 1,
        }
    }
    won
}

/// Counts the same with `biased`: branches are asked from the top down, so the second one never has a chance.
pub async fn biased_draws(rounds: u32) -> [u32; 2] {
    let mut won = [0, 0];
    for _ in 0..rounds {
        tokio::select! {
            biased;
            () = async {} => won[0] += 1,
            () = async {} => won[1] += 1,
        }
    }
    won
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_first_one_ends_the_wait() {
        let start = Instant::now();
        assert_eq!(first([5, 3, 8].map(Duration::from_secs)).await, "oslo");

        let took = start.elapsed();
        assert!(took < Duration::from_millis(3002), "{took:?}");
    }

    #[tokio::test]
    async fn a_fair_draw_is_fair_and_a_biased_one_is_not() {
        let [one, two] = draws(10_000).await;
        assert_eq!(one + two, 10_000);
        // Fewer than 4,000 of 10,000 fair draws: that never happens.
        assert!(one > 4_000 && two > 4_000, "{one} {two}");
        assert_eq!(biased_draws(100).await, [100, 0]);
    }

    #[tokio::test]
    async fn the_start_is_drawn_and_not_the_winner() {
        let [next, last] = draws_behind_one_that_waits(9_000).await;
        assert_eq!(next + last, 9_000);
        // 6,000 to 3,000 on average, where a fair draw between the two would give 4,500 each.
        assert!((5_500..6_500).contains(&next), "{next} {last}");
    }
}
