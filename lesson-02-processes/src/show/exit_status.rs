//! The pitfall `exit-status`.

use common::{Demo, Difference, Failure, Outcome, Run, TempDir};
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

    let (report, fixed) = match fixed(folder.path()) {
        Ok(count) => (format!("{count} orders"), format!("{count} orders")),
        Err(why) => ("none".to_owned(), format!("no report: {why}")),
    };
    info!("fixed: {fixed}");
    let reports = Difference::new("the report", "cat", "process")
        .way("broken", format!("{count} orders"))
        .way("fixed", report);
    Ok(Outcome::new(json!({ "broken": count, "fixed": fixed })).difference(reports))
}
