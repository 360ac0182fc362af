//! `lost-result`: what each way says, and what is on the disk.

use std::path::Path;

use common::{Demo, Difference, Failure, Outcome, Run, TempDir};
use serde_json::json;
use tracing::info;

use crate::pitfalls::lost_result::{REPORTS, ask_each, fire_and_forget};

pub fn demo() -> Demo {
    Demo::new("lost-result", "fire and forget hides what fails", run)
}

fn run(_: &Run) -> Result<Outcome, Failure> {
    let folder = TempDir::new("lesson-04-forget")?;
    let said = fire_and_forget(folder.path())?;
    let there = on_disk(folder.path());
    info!("fire and forget: {said} reports saved, it says; {there} are on the disk");

    let folder = TempDir::new("lesson-04-ask")?;
    let (saved, failed) = ask_each(folder.path())?;
    let checked = on_disk(folder.path());
    for failure in &failed {
        info!("asked for its result: {failure}");
    }
    info!(
        "asking each: {saved} saved and {} failed, it says; {checked} are on the disk",
        failed.len()
    );

    let results = json!({
        "fire_and_forget": { "said": said, "on_disk": there },
        "ask_each": { "said": saved, "on_disk": checked, "failed": failed },
    });
    let missing = Difference::new(
        "reports missing of those said to be saved",
        "forget",
        "save",
    )
    .way("fire and forget", said - there)
    .way("asking each", saved - checked);
    Ok(Outcome::new(results).difference(missing))
}

fn on_disk(folder: &Path) -> usize {
    let there = REPORTS
        .iter()
        .filter(|(name, _)| folder.join(name).exists());
    there.count()
}
