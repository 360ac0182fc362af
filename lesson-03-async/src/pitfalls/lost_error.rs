//! `lost-error`: a task that nobody awaits fails, and nobody knows.

use common::{Failure, Outcome, Run};
use serde_json::json;
use tokio::runtime::Builder;
use tokio::task::{JoinSet, yield_now};
use tracing::{Instrument, info, info_span};

/// A job that one of three cannot do, and in which one of three has a mistake.
async fn save(number: u32) -> Result<u32, String> {
    yield_now().await;
    match number {
        2 => Err("the disk is full".to_owned()),
        3 => panic!("job 3 has a mistake"),
        _ => Ok(number),
    }
}

/// Broken: the handles are thrown away, and with them what the tasks return. What the caller can say about them.
pub async fn forget() -> Vec<String> {
    for number in 1..=3 {
        let span = info_span!("save", task = format!("forgotten {number}"));
        tokio::spawn(save(number).instrument(span));
    }
    // The rest of the program goes on, as if all were well.
    for _ in 0..10 {
        yield_now().await;
    }
    vec!["all three were started".to_owned()]
}

/// Fixed: a set of tasks, and a look at each of them as it ends: a value, an error, or a panic.
pub async fn look() -> Vec<String> {
    let mut set = JoinSet::new();
    for number in 1..=3 {
        let span = info_span!("save", task = format!("watched {number}"));
        set.spawn(save(number).instrument(span));
    }
    let mut said = Vec::new();
    while let Some(ended) = set.join_next().await {
        said.push(match ended {
            Ok(Ok(number)) => format!("job {number} saved"),
            Ok(Err(error)) => format!("a job failed: {error}"),
            Err(error) => match error.try_into_panic() {
                Ok(panic) => {
                    let why = panic.downcast_ref::<&str>().copied().unwrap_or("no text");
                    format!("a job panicked: {why}")
                }
                Err(_) => "a job was cancelled".to_owned(),
            },
        });
    }
    said.sort();
    said
}

/// What `cargo run -p lesson-03-async -- lost-error` runs.
///
/// # Errors
/// When the runtime cannot be started.
pub fn demo(_: &Run) -> Result<Outcome, Failure> {
    let runtime = Builder::new_current_thread().build()?;
    let broken = runtime.block_on(forget());
    info!("broken: {}", broken.join("; "));
    let fixed = runtime.block_on(look());
    info!("fixed: {}", fixed.join("; "));
    let found = fixed.iter().filter(|line| !line.ends_with("saved")).count();
    info!("of 2 jobs that went wrong, the broken version knows of 0, the fixed one of {found}");
    Ok(Outcome::new(json!({ "broken": broken, "fixed": fixed })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_looks_finds_both() {
        let runtime = Builder::new_current_thread().build().unwrap();
        let said = runtime.block_on(look());
        assert_eq!(
            said,
            [
                "a job failed: the disk is full",
                "a job panicked: job 3 has a mistake",
                "job 1 saved"
            ]
        );
        assert_eq!(runtime.block_on(forget()).len(), 1);
    }
}
