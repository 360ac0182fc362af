//! `sequential-await`: awaiting each future where it is made. It looks async, and does one thing after the other.

use futures_util::future::join_all;
use tracing::{Instrument, info, info_span};

use crate::support::calls::Call;
use crate::support::client::{self, CallError};

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

#[cfg(test)]
mod tests {
    use common::Pace;

    use super::*;
    use crate::support::calls::serve;

    #[tokio::test]
    async fn the_server_sees_one_or_all() {
        let apis = [("a", 0.05), ("b", 0.05), ("c", 0.05)];
        let (server, calls) = serve(&apis, Pace::REAL).unwrap();
        assert_eq!(one_by_one(&calls).await.len(), 3);
        assert_eq!(server.counts().most, 1);
        assert_eq!(joined(&calls).await.len(), 3);
        assert_eq!(server.counts().most, 3);
    }
}
