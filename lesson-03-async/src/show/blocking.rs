//! The demo `blocking`: a heart beats beside the work, and shows how long it was kept from it.

use std::time::Duration;

use common::{Demo, Failure, Outcome, Run};
use serde_json::json;
use tokio::runtime::Builder;
use tokio::time::sleep;
use tracing::{Instrument, info, info_span};

use crate::blocking::{aside, on_the_executor};
use crate::support::block_on::block_on;
use crate::support::heart::{Beats, Heart};

/// The time from one beat to the next.
const BEAT: Duration = Duration::from_millis(5);

pub fn demo() -> Demo {
    Demo::new("blocking", "computing beside tasks that wait", run).in_turn()
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    // Shorter than this, a stop could not be told from a hiccup of the machine.
    let time = run.pace.seconds(0.4).max(Duration::from_millis(40));
    let runtime = Builder::new_current_thread().enable_time().build()?;
    let (before, after) = block_on(&runtime, async {
        info!("on the executor's own thread: compute, then block");
        let heart = Heart::start(BEAT, info_span!("heart", task = "heart 1"));
        sleep(BEAT * 4).await;
        let span = info_span!("work", task = "on executor");
        tokio::spawn(on_the_executor(time).instrument(span)).await?;
        sleep(BEAT * 4).await;
        let before = heart.stop().await;

        info!("with spawn_blocking: the same work");
        let heart = Heart::start(BEAT, info_span!("heart", task = "heart 2"));
        sleep(BEAT * 4).await;
        let span = info_span!("work", task = "aside");
        tokio::spawn(aside(time).instrument(span)).await?;
        sleep(BEAT * 4).await;
        let after = heart.stop().await;

        Ok::<_, Failure>((before, after))
    })?;

    let before = late_by_ms(before);
    let after = late_by_ms(after);
    info!(
        "the heart was late by up to {before:.1} ms, and with spawn_blocking by up to {after:.1} ms"
    );
    Ok(json!({ "late_by_ms": before, "late_by_ms_with_spawn_blocking": after }).into())
}

fn late_by_ms(beats: Beats) -> f64 {
    beats.longest_pause.saturating_sub(BEAT).as_secs_f64() * 1e3
}
