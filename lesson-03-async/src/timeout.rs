//! `timeout`: a call with a deadline. When the time is up the call is cancelled, and the server notices.

use std::time::{Duration, Instant};

use common::{Failure, Outcome, Run};
use serde_json::json;
use tokio::runtime::Builder;
use tokio::time::{sleep, timeout};
use tracing::{Instrument, info, info_span};

use crate::apis::{Call, parse_url};
use crate::client::{self, CallError};
use crate::server::{Route, Server};

/// Asks, but not for longer than `patience`. After that the future of the call is dropped, its connection with it.
///
/// # Errors
/// [`CallError::Late`] when the time is up; otherwise as [`client::get`].
pub async fn ask(call: Call, patience: Duration) -> Result<String, CallError> {
    info!("asking");
    let Ok(answer) = timeout(patience, client::get(&call.url)).await else {
        info!("the time is up");
        return Err(CallError::Late(patience));
    };
    info!("answered");
    answer
}

/// Waits until the server has seen `count` clients hang up; `None` if it did not within ten seconds.
pub async fn hung_up(server: &Server, count: usize) -> Option<Duration> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(10) {
        if server.seen().hung_up >= count {
            return Some(start.elapsed());
        }
        sleep(Duration::from_millis(1)).await;
    }
    None
}

/// What `cargo run -p lesson-03-async -- timeout` runs.
///
/// # Errors
/// When the server cannot be started, or never notices that the client is gone.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let route = |path: &str, seconds| Route {
        path: path.to_owned(),
        text: format!("Data after {seconds} s"),
        delay: run.pace.seconds(seconds),
    };
    let server = Server::start(vec![route("/quick", 0.3), route("/slow", 60.0)])?;
    let url = |path: &str| parse_url(&server.url(path)).map_err(Failure::BadInput);
    let quick = Call {
        name: "quick".to_owned(),
        url: url("/quick")?,
    };
    let slow = Call {
        name: "slow".to_owned(),
        url: url("/slow")?,
    };
    let patience = run.pace.seconds(1.0);
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let tasks = [quick, slow].map(|call| {
            let span = info_span!("call", task = call.name);
            tokio::spawn(ask(call, patience).instrument(span))
        });
        let [quick, slow] = tasks;
        let (quick, slow) = (quick.await?, slow.await?);
        let noticed = hung_up(&server, 1).await;
        let seen = server.seen();
        let Some(noticed) = noticed else {
            return Err(Failure::Failed(format!(
                "the server did not notice within ten seconds: {seen:?}"
            )));
        };
        let millis = noticed.as_secs_f64() * 1e3;
        info!(
            "the server saw the connection close {millis:.1} ms later; it is working on: {}",
            seen.now
        );
        Ok(Outcome::new(json!({
            "quick": quick.is_ok(),
            "slow_is_late": matches!(slow, Err(CallError::Late(_))),
            "server": { "asked": seen.asked, "hung_up": seen.hung_up, "working_on": seen.now },
        })))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_sees_the_connection_close() {
        let delay = Duration::from_hours(1);
        let server = Server::start(vec![Route {
            path: "/".into(),
            text: String::new(),
            delay,
        }])
        .unwrap();
        let url = parse_url(&server.url("/")).unwrap();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let task = tokio::spawn(async move { client::get(&url).await });
            while server.seen().now == 0 {
                sleep(Duration::from_millis(1)).await;
            }
            // What `timeout` does when the time is up: the future is dropped where it waits.
            task.abort();
            assert!(task.await.unwrap_err().is_cancelled());
            assert!(hung_up(&server, 1).await.is_some());
            assert_eq!((server.seen().now, server.seen().asked), (0, 1));
        });
    }
}
