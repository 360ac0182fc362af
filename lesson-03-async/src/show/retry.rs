//! The demo `retry`.

use std::cell::Cell;

use common::{Demo, Failure, Outcome, Run};
use futures_util::future::join_all;
use hyper::Method;
use serde_json::json;
use tokio::runtime::Builder;
use tracing::{Instrument, info, info_span};

use crate::retry::{Policy, send};
use crate::support::api_server::{ApiServer, Route};
use crate::support::block_on::block_on;
use crate::support::server_stats::Rules;

const BUDGET: u32 = 10;

pub fn demo() -> Demo {
    Demo::new(
        "retry",
        "asking again, later each time, and not for ever",
        run,
    )
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let rules = Rules {
        fail_every: 3,
        ..Rules::default()
    };
    let route = Route::new("/", "done", run.pace.seconds(0.1));
    let server = ApiServer::start_with(rules, vec![route])?;
    let url = server.url("/");
    let policy = Policy {
        first: run.pace.seconds(0.2),
        longest: run.pace.seconds(2.0),
        tries: 4,
        budget: Cell::new(BUDGET),
    };
    let runtime = Builder::new_current_thread().enable_all().build()?;

    let reads = (1..=7).map(|number| {
        let span = info_span!("read", task = format!("read {number}"));
        send(Method::GET, &url, &policy).instrument(span)
    });
    let reads = block_on(&runtime, async { join_all(reads).await });
    let mut orders = Vec::new();
    for number in 1..=2 {
        let order = send(Method::POST, &url, &policy);
        let order = order.instrument(info_span!("order", number));
        orders.push(block_on(&runtime, order).is_ok());
    }

    let counts = server.counts();
    let good = reads.iter().filter(|read| read.is_ok()).count();
    let retries = BUDGET - policy.budget.get();
    info!(
        "{} requests, {} went wrong, {retries} retries: {good} of 7 reads have an answer",
        counts.asked, counts.failed
    );
    Ok(json!({ "reads": good, "retries": retries, "orders": orders }).into())
}
