//! The demo `blocked-runtime`: a heart beats beside the sleeper, and shows how long it was kept from it.

use std::time::Duration;

use common::{Demo, Difference, Failure, Outcome, Run};
use serde_json::json;
use tokio::runtime::Builder;
use tokio::time::sleep;
use tracing::{info, info_span};

use crate::pitfalls::blocked_runtime::{broken, fixed};
use crate::support::block_on::block_on;
use crate::support::heart::Heart;

pub fn demo() -> Demo {
    Demo::new("blocked-runtime", "a sleeping thread stops every task", run)
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    // Long enough to be told from a hiccup of the machine, at any pace.
    let unit = run.pace.seconds(0.1).max(Duration::from_millis(20));
    let runtime = Builder::new_current_thread().enable_time().build()?;
    let pauses = block_on(&runtime, async {
        let heart = Heart::start(unit / 10, info_span!("heart", task = "heart 1"));
        sleep(unit * 2).await;
        broken(unit * 4).await;
        sleep(unit * 2).await;
        let with_broken = heart.stop().await.longest_pause;

        let heart = Heart::start(unit / 10, info_span!("heart", task = "heart 2"));
        sleep(unit * 2).await;
        fixed(unit * 4).await;
        sleep(unit * 2).await;
        let with_fixed = heart.stop().await.longest_pause;

        [with_broken, with_fixed]
    });

    let [broken, fixed] = pauses.map(|pause| pause.as_secs_f64() * 1e3);
    info!("longest pause of the heart: broken {broken:.1} ms, fixed {fixed:.1} ms");
    let pause = Difference::new("the heart's longest pause", "broken", "sleep")
        .way("broken", format!("{broken:.1} ms"))
        .way("fixed", format!("{fixed:.1} ms"));
    let results = json!({ "longest_pause_ms": { "broken": broken, "fixed": fixed } });
    Ok(Outcome::new(results).difference(pause))
}
