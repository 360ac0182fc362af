//! `panicking-job`: how many amounts each pool reads, and how many of its threads are left.

use common::{Demo, Difference, Failure, Outcome, Run};
use serde_json::json;
use tracing::info;

use crate::pitfalls::panicking_job::{AMOUNTS, naive, ours};

pub fn demo() -> Demo {
    Demo::new(
        "panicking-job",
        "jobs that take their thread with them",
        run,
    )
}

fn run(_: &Run) -> Result<Outcome, Failure> {
    let jobs = AMOUNTS.len();
    let (read, died) = naive();
    let naive_count = read.len();
    info!(
        "naive pool: {naive_count} of {jobs} jobs gave an amount, {died} threads died, and no caller was told"
    );

    let (outcomes, threads) = ours()?;
    let failed: Vec<String> = outcomes
        .iter()
        .filter_map(|outcome| Some(outcome.as_ref().err()?.to_string()))
        .collect();
    let amounts: Vec<u64> = outcomes.into_iter().flatten().collect();
    let count = amounts.len();
    info!("our pool: {count} of {jobs} jobs gave an amount, all {threads} threads are there");
    info!("the other {}: {}", failed.len(), failed.join("; "));

    let results = json!({
        "naive": { "amounts": read, "threads_died": died },
        "ours": { "amounts": amounts, "threads": threads, "failed": failed },
    });
    let amounts_read = Difference::new("amounts read", "naive", "naive")
        .way("naive pool", naive_count)
        .way("our pool", count);
    Ok(Outcome::new(results).difference(amounts_read))
}
