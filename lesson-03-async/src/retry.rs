//! `retry`: ask again when it went wrong, later each time, not for ever, and only what may be done twice.

use std::cell::Cell;
use std::time::Duration;

use hyper::{Method, Uri};
use tokio::time::sleep;
use tracing::info;

use crate::support::client::{self, CallError};

/// The limits of trying again.
#[derive(Debug)]
pub struct Policy {
    /// The longest pause before the second try; each further one may be twice as long.
    pub first: Duration,
    /// The longest of all pauses.
    pub longest: Duration,
    /// Tries of one call, the first one included.
    pub tries: u32,
    /// Retries that all calls together have left: a server that is down must not get three times the load.
    pub budget: Cell<u32>,
}

impl Policy {
    /// Returns the pause after so many `tries`: anything from nothing to the longest that is allowed by then
    /// ("full jitter"). Without chance, all clients that failed together would come back together.
    pub fn pause(&self, tries: u32) -> Duration {
        let most = self.first.saturating_mul(1 << (tries - 1).min(20));
        most.min(self.longest).mul_f64(fastrand::f64())
    }

    /// Returns whether another try is allowed, and takes it from the budget.
    fn take_retry(&self, tries: u32, error: &CallError) -> bool {
        // What the server says about the request itself does not change by asking again.
        let hopeless = matches!(error, CallError::Status(status) if status.is_client_error());
        if hopeless || tries >= self.tries || self.budget.get() == 0 {
            return false;
        }
        self.budget.set(self.budget.get() - 1);
        true
    }
}

/// Sends a request until it goes well, as far as the policy allows. Returns the error of the last try.
///
/// Requests that change something go out once: the one that failed may have been carried out.
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
        if !policy.take_retry(tries, &error) {
            info!("{error}: given up after {tries} tries");
            return Err(error);
        }

        let pause = policy.pause(tries);
        info!("{error}: again in {:.1} ms", pause.as_secs_f64() * 1e3);
        sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::api_server::{ApiServer, Route};
    use crate::support::server_stats::Rules;

    fn policy(tries: u32, budget: u32) -> Policy {
        Policy {
            first: Duration::from_millis(1),
            longest: Duration::from_millis(8),
            tries,
            budget: Cell::new(budget),
        }
    }

    /// Sends a request to a server where every one fails. Returns the answer, and how many requests it saw.
    async fn send_in_vain(method: Method, policy: &Policy) -> (Result<String, CallError>, usize) {
        let all_fail = Rules {
            fail_every: 1,
            ..Rules::default()
        };
        let routes = vec![Route::new("/", "done", Duration::ZERO)];
        let server = ApiServer::start_with(all_fail, routes).unwrap();
        let answer = send(method, &server.url("/"), policy).await;
        (answer, server.counts().asked)
    }

    #[test]
    fn pauses_grow_to_a_limit_and_are_spread() {
        fastrand::seed(7);
        let policy = policy(9, 9);
        let longest = |tries| (0..1000).map(|_| policy.pause(tries)).max().unwrap();
        for (tries, most) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 8), (4_000_000_000, 8)] {
            let most = Duration::from_millis(most);
            let seen = longest(tries);
            assert!(seen <= most && seen > most * 9 / 10, "{tries}: {seen:?}");
        }
        let mut pauses = (0..1000).map(|_| policy.pause(4));
        assert!(pauses.any(|pause| pause < Duration::from_millis(1)));
    }

    #[tokio::test]
    async fn a_server_that_always_fails_is_asked_as_often_as_allowed() {
        let (answer, asked) = send_in_vain(Method::GET, &policy(4, 100)).await;
        assert!(matches!(answer, Err(CallError::Status(status)) if status == 500));
        assert_eq!(asked, 4);

        let (_, asked) = send_in_vain(Method::GET, &policy(4, 1)).await;
        assert_eq!(asked, 2, "the budget is for one retry");
    }

    #[tokio::test]
    async fn what_may_have_been_done_is_not_asked_for_twice() {
        let policy = policy(4, 100);
        let (_, asked) = send_in_vain(Method::POST, &policy).await;
        assert_eq!((asked, policy.budget.get()), (1, 100));
    }

    #[tokio::test]
    async fn a_request_that_is_wrong_is_not_repeated() {
        let server = ApiServer::start(Vec::new()).unwrap();
        let policy = policy(4, 100);
        let answer = send(Method::GET, &server.url("/nothing"), &policy).await;
        assert!(answer.is_err());
        assert_eq!(policy.budget.get(), 100);
    }
}
