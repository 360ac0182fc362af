//! `sequential-await`: awaiting each future where it is made. It looks async, and does one thing after the other.

use common::{Failure, Outcome, Run};
use futures_util::future::join_all;
use serde_json::json;
use tokio::runtime::Builder;
use tokio::time::Instant;
use tracing::{Instrument, info, info_span};

use crate::apis::{self, Call};
use crate::client::{self, CallError};

async fn ask(call: &Call) -> Result<String, CallError> {
    info!("asking");
    let answer = client::get(&call.url).await;
    info!("answered");
    answer
}

/// Broken: the next call is not even made before this one is answered.
pub async fn one_by_one(calls: &[Call]) -> Vec<Result<String, CallError>> {
    let mut answers = Vec::new();
    for call in calls {
        let span = info_span!("await in a loop", task = call.name);
        answers.push(ask(call).instrument(span).await);
    }
    answers
}

/// Fixed: first all futures, then one `await` for all of them. No task is needed for that: `join_all` is one future
/// that polls the others in turn.
pub async fn joined(calls: &[Call]) -> Vec<Result<String, CallError>> {
    let mut waiting = Vec::new();
    for call in calls {
        let span = info_span!("join", task = format!("{} too", call.name));
        waiting.push(ask(call).instrument(span));
    }
    join_all(waiting).await
}

/// What `cargo run -p lesson-03-async -- sequential-await` runs.
///
/// # Errors
/// When the server or the runtime cannot be started, or a call failed.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (calls, _server) = apis::calls(run)?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let (slow, fast, [broken, fixed]) = runtime.block_on(async {
        let start = Instant::now();
        let slow = one_by_one(&calls).await;
        let (broken, start) = (start.elapsed(), Instant::now());
        let fast = joined(&calls).await;
        (
            slow,
            fast,
            [broken, start.elapsed()].map(|time| time.as_secs_f64()),
        )
    });
    let slow: Vec<String> = slow.into_iter().collect::<Result<_, _>>()?;
    let fast: Vec<String> = fast.into_iter().collect::<Result<_, _>>()?;
    info!("await in a loop: {broken:.2} s; all futures first, then one await: {fixed:.2} s");
    Ok(Outcome::new(
        json!({ "same_answers": slow == fast, "answers": fast }),
    ))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::server::{Route, Server};

    #[test]
    fn the_server_sees_one_or_all() {
        let route = Route {
            path: "/".into(),
            text: "x".into(),
            delay: Duration::from_millis(50),
        };
        let server = Server::start(vec![route]).unwrap();
        let call = Call {
            name: "call".into(),
            url: server.url("/").parse().unwrap(),
        };
        let calls = vec![call; 3];
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        assert_eq!(runtime.block_on(one_by_one(&calls)).len(), 3);
        assert_eq!(server.seen().most, 1);
        assert_eq!(runtime.block_on(joined(&calls)).len(), 3);
        assert_eq!(server.seen().most, 3);
    }
}
