//! The pitfall `exit-status`.

use common::{Demo, Failure, Outcome, Run, TempDir};
use serde_json::json;
use tracing::info;

use crate::pitfalls::exit_status::{broken, fixed};

pub fn demo() -> Demo {
    Demo::new(
        "exit-status",
        "a failed worker looks like an empty success",
        run,
    )
}

fn run(_run: &Run) -> Result<Outcome, Failure> {
    let folder = TempDir::new("lesson-02-orders")?;
    let count = broken(folder.path())?;
    info!("broken: {count} orders today, says the report");

    let fixed = match fixed(folder.path()) {
        Ok(count) => format!("{count} orders"),
        Err(why) => format!("no report: {why}"),
    };
    info!("fixed: {fixed}");
    Ok(json!({ "broken": count, "fixed": fixed }).into())
}
