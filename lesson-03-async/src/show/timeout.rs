//! The demo `timeout`.

use common::{Demo, Failure, Outcome, Run};
use serde_json::json;
use tokio::runtime::Builder;
use tracing::{Instrument, info, info_span};

use crate::support::block_on::block_on;
use crate::support::calls::serve;
use crate::support::client::CallError;
use crate::timeout::ask;

pub fn demo() -> Demo {
    Demo::new("timeout", "a deadline, and what the server sees of it", run)
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let (server, calls) = serve(&[("quick", 0.3), ("slow", 60.0)], run.pace)?;
    let patience = run.pace.seconds(1.0);
    let runtime = Builder::new_current_thread().enable_all().build()?;
    block_on(&runtime, async {
        let mut tasks = Vec::new();
        for call in calls {
            let span = info_span!("call", task = call.name);
            tasks.push(tokio::spawn(ask(call, patience).instrument(span)));
        }
        let mut answers = Vec::new();
        for task in tasks {
            answers.push(task.await?);
        }

        let noticed = server.sees_hang_ups(1).await;
        let counts = server.counts();
        let Some(noticed) = noticed else {
            return Err(Failure::Failed(format!(
                "the server did not notice within ten seconds: {counts:?}"
            )));
        };
        let millis = noticed.as_secs_f64() * 1e3;
        info!(
            "the server saw the connection close {millis:.1} ms later; it is working on: {}",
            counts.now
        );
        let results = json!({
            "quick": answers[0].is_ok(),
            "slow_is_late": matches!(answers[1], Err(CallError::Late(_))),
            "server": { "asked": counts.asked, "hung_up": counts.hung_up, "working_on": counts.now },
        });
        Ok(results.into())
    })
}
