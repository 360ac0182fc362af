//! The demo `lost-error`.

use common::{Demo, Difference, Failure, Outcome, Run};
use serde_json::json;
use tokio::runtime::Builder;
use tracing::info;

use crate::pitfalls::lost_error::{forget, look};
use crate::support::block_on::block_on;

pub fn demo() -> Demo {
    Demo::new(
        "lost-error",
        "a task that fails when its handle is gone",
        run,
    )
}

fn run(_: &Run) -> Result<Outcome, Failure> {
    let runtime = Builder::new_current_thread().build()?;
    let broken = block_on(&runtime, forget());
    info!("broken: {}", broken.join("; "));
    let fixed = block_on(&runtime, look());
    info!("fixed: {}", fixed.join("; "));

    let found = fixed.iter().filter(|line| !line.ends_with("saved")).count();
    info!("of 2 jobs that went wrong, the broken version knows of 0, the fixed one of {found}");
    let known = Difference::new("failures that are known of", "forgotten", "save")
        .way("broken", 0)
        .way("fixed", found);
    let results = json!({ "broken": broken, "fixed": fixed });
    Ok(Outcome::new(results).difference(known))
}
