//! The demo `channel`.

use common::options::count;
use common::{Demo, Failure, Outcome, Run, in_words};
use serde_json::json;
use tokio::runtime::Builder;
use tracing::info;

use crate::broadcast::{publish, too_late};
use crate::channel::queue;
use crate::support::block_on::block_on;

pub fn demo() -> Demo {
    Demo::new("channel", "four kinds of channel, each in its own use", run).option(count(
        "room",
        1000,
        Some("2"),
        "Jobs that the queue holds",
    ))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let room = run.count("room").get();
    let slow = run.pace.seconds(0.2);
    let runtime = Builder::new_current_thread().enable_time().build()?;
    let ((answers, held_back), (news, settings)) = block_on(&runtime, async {
        tokio::join!(queue(room, slow), publish(slow))
    });

    info!(
        "news: both heard {}; settings seen: {}; sent: 1, 2, 3",
        in_words(&json!(news[0])),
        in_words(&json!(settings))
    );
    let (missed, heard) = block_on(&runtime, too_late());
    let heard = in_words(&json!(heard));
    info!("a listener that looks too late: missed {missed}, heard {heard}");
    let seconds = held_back.as_secs_f64();
    info!("a full queue held the sender back for {seconds:.2} s");
    let results =
        json!({ "answers": answers, "news": news, "settings": settings, "missed": missed });
    Ok(results.into())
}
