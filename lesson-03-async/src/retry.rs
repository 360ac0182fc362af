//! `retry`: ask again when it went wrong, later each time, not for ever, and only what may be done twice.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use common::{Failure, Outcome, Run};
use futures_util::future::join_all;
use hyper::{Method, Uri};
use serde_json::json;
use tokio::runtime::Builder;
use tokio::time::sleep;
use tracing::{Instrument, info, info_span};

use crate::client::{self, CallError};
use crate::desk::Rules;
use crate::server::{Route, Server};

/// When to try again.
#[derive(Debug)]
pub struct Policy {
    /// The longest pause before the second try; each further one may be twice as long.
    pub first: Duration,
    /// No pause is longer.
    pub longest: Duration,
    /// Tries of one call, the first one included.
    pub tries: u32,
    /// Retries that all calls together have left: a server that is down must not get three times the load.
    pub budget: Cell<u32>,
    /// Where the pauses come from. All at random, or all who failed together come back together.
    pub random: RefCell<fastrand::Rng>,
}

impl Policy {
    /// The pause after so many tries: anything from nothing to the longest that is allowed by then ("full jitter").
    pub fn pause(&self, tries: u32) -> Duration {
        let most = self
            .first
            .saturating_mul(1 << (tries - 1).min(20))
            .min(self.longest);
        most.mul_f64(self.random.borrow_mut().f64())
    }

    fn may_retry(&self, tries: u32, error: &CallError) -> bool {
        // What the server says about the request itself does not change by asking again.
        let hopeless = matches!(error, CallError::Status(status) if status.is_client_error());
        if hopeless || tries >= self.tries || self.budget.get() == 0 {
            return false;
        }
        self.budget.set(self.budget.get() - 1);
        true
    }
}

/// Sends a request until it goes well, as far as the policy allows. Requests that change something go out once: nobody
/// knows whether the one that failed was carried out.
///
/// # Errors
/// The error of the last try.
pub async fn send(method: Method, url: &Uri, policy: &Policy) -> Result<String, CallError> {
    let mut tries = 0;
    loop {
        tries += 1;
        let error = match client::send(method.clone(), url).await {
            Ok(text) => return Ok(text),
            Err(error) => error,
        };
        if !method.is_idempotent() {
            info!("{error}: not tried again, {method} may have been carried out");
            return Err(error);
        }
        if !policy.may_retry(tries, &error) {
            info!("{error}: given up after {tries} tries");
            return Err(error);
        }
        let pause = policy.pause(tries);
        info!("{error}: again in {:.1} ms", pause.as_secs_f64() * 1e3);
        sleep(pause).await;
    }
}

/// What `cargo run -p lesson-03-async -- retry` runs.
///
/// # Errors
/// When the server or the runtime cannot be started.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let route = Route {
        path: "/".into(),
        text: "done".into(),
        delay: run.pace.seconds(0.1),
    };
    let server = Server::start_with(
        Rules {
            fail_every: 3,
            ..Rules::default()
        },
        vec![route],
    )?;
    let url: Uri = server.url("/").parse()?;
    let policy = Policy {
        first: run.pace.seconds(0.2),
        longest: run.pace.seconds(2.0),
        tries: 4,
        budget: Cell::new(10),
        random: RefCell::default(),
    };
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let (good, orders) = runtime.block_on(async {
        let read = |number| {
            let span = info_span!("read", task = format!("read {number}"));
            send(Method::GET, &url, &policy).instrument(span)
        };
        let reads = join_all((1..=7).map(read)).await;
        let mut orders = Vec::new();
        for number in 1..=2 {
            let span = info_span!("order", number);
            orders.push(
                send(Method::POST, &url, &policy)
                    .instrument(span)
                    .await
                    .is_ok(),
            );
        }
        (reads.iter().filter(|read| read.is_ok()).count(), orders)
    });
    let (seen, retries) = (server.seen(), 10 - policy.budget.get());
    info!(
        "{} requests, {} went wrong, {retries} retries: {good} of 7 reads have an answer",
        seen.asked, seen.failed
    );
    Ok(Outcome::new(
        json!({ "reads": good, "retries": retries, "orders": orders }),
    ))
}

#[cfg(test)]
mod tests;
