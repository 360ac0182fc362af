//! The demo `unbounded-spawn`.

use std::time::Duration;

use common::options::count;
use common::{Demo, Failure, Outcome, Run, part};
use serde_json::json;
use tokio::runtime::Builder;
use tracing::{info, info_span};

use crate::pitfalls::unbounded_spawn::{ALLOWED, all_at_once, with_permits};
use crate::support::api_server::{ApiServer, Route};
use crate::support::block_on::block_on;
use crate::support::server_stats::Rules;

pub fn demo() -> Demo {
    Demo::new(
        "unbounded-spawn",
        "more requests at once than the server takes",
        run,
    )
    .option(count("requests", 10_000, Some("200"), "Requests to make"))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let requests = run.count("requests").get();
    // So long that the first have not left when the last come in.
    let delay = run.pace.seconds(0.3).max(Duration::from_millis(200));
    let rules = Rules {
        at_once: ALLOWED,
        ..Rules::default()
    };
    let server = ApiServer::start_with(rules, vec![Route::new("/", "here you are", delay)])?;
    let url = server.url("/");
    let runtime = Builder::new_current_thread().enable_all().build()?;

    let all_at_once = || block_on(&runtime, all_at_once(&url, requests));
    let broken = part("broken", || info_span!("all at once").in_scope(all_at_once));
    let refused = server.counts().refused;
    info!("broken: {requests} tasks, {broken} errors; the server turned {refused} away");

    let with_permits = || block_on(&runtime, with_permits(&url, requests));
    let fixed = part("fixed", || {
        info_span!("with permits").in_scope(with_permits)
    });
    let most = server.counts().most;
    info!("fixed: {requests} tasks, {ALLOWED} permits, {fixed} errors; at most {most} at once");
    Ok(json!({ "errors": { "broken": broken, "fixed": fixed } }).into())
}
