//! The demo `lock-across-await`. Each way runs under a deadline: the broken one would hang for ever.

use std::time::Duration;

use common::deadline::within;
use common::{Demo, Failure, Outcome, Run, in_words, part};
use serde_json::json;
use tokio::runtime::Builder;
use tracing::info;

use crate::pitfalls::lock_across_await::{
    async_guard, guard_across, guard_in_a_scope, through_a_channel,
};
use crate::support::block_on::block_on;

pub fn demo() -> Demo {
    Demo::new(
        "lock-across-await",
        "a lock that is held while its task waits",
        run,
    )
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let wait = run.pace.seconds(0.2);
    // Ten times what it needs.
    let limit = (wait * 20).max(Duration::from_millis(300));

    let broken = || within(limit / 4, move || on_one_thread(guard_across(wait)));
    match part("broken", broken) {
        Err(stuck) => info!("broken: {stuck}"),
        Ok(balance) => {
            let why = format!("it was expected to hang, and made {balance}");
            return Err(Failure::Failed(why));
        }
    }
    let in_a_scope = || within(limit, move || on_one_thread(guard_in_a_scope(wait)));
    let fixed = [
        part("fixed", in_a_scope)?,
        within(limit, move || on_one_thread(async_guard(wait)))?,
        within(limit, || on_one_thread(through_a_channel()))?,
    ];

    info!(
        "fixed, twice 10 with a scope, with tokio's lock, with a channel: {}",
        in_words(&json!(fixed))
    );
    Ok(json!({ "broken": "stuck", "fixed": fixed }).into())
}

fn on_one_thread(bookings: impl Future<Output = i64>) -> i64 {
    let runtime = Builder::new_current_thread().enable_time().build();
    block_on(&runtime.expect("a runtime"), bookings)
}
