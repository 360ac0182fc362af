//! The demo `semaphore`.

use common::options::count;
use common::{Demo, Failure, Outcome, Run, knob};
use serde_json::json;
use tokio::runtime::Builder;
use tracing::info;

use crate::semaphore::all;
use crate::support::api_server::{ApiServer, Route};
use crate::support::block_on::block_on;

pub fn demo() -> Demo {
    Demo::new("semaphore", "a hundred requests, five at a time", run)
        .in_turn()
        .knob(knob::pace())
        .option(count("requests", 10_000, Some("100"), "Requests to make"))
        .option(count("at-once", 10_000, Some("5"), "Permits"))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let requests = run.count("requests").get();
    let at_once = run.count("at-once").get();
    let route = Route::new("/", "here you are", run.pace.seconds(0.1));
    let server = ApiServer::start(vec![route])?;
    let runtime = Builder::new_current_thread().enable_all().build()?;

    info!("{requests} tasks, {at_once} permits");
    let good = block_on(&runtime, all(&server.url("/"), requests, at_once));

    let most = server.counts().most;
    info!("{good} answers; the most that the server ever saw at once: {most}");
    Ok(json!({ "answers": good, "most_at_once": most }).into())
}
