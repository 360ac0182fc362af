//! `lost-error`: a task that is never awaited fails, and its error is lost.

use tokio::task::{JoinSet, yield_now};
use tracing::{Instrument, info_span};

/// Saves one of three numbers. The second fails, and the third has a mistake in it.
async fn save(number: u32) -> Result<u32, String> {
    yield_now().await;
    match number {
        2 => Err("the disk is full".to_owned()),
        3 => panic!("job 3 has a mistake"),
        _ => Ok(number),
    }
}

/// Broken: the handles are thrown away, and with them what the tasks return. Returns all that can be said about them.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_look_at_each_finds_both() {
        assert_eq!(
            look().await,
            [
                "a job failed: the disk is full",
                "a job panicked: job 3 has a mistake",
                "job 1 saved"
            ]
        );
        assert_eq!(forget().await.len(), 1);
    }
}
