//! `cancel`: telling a tree of tasks to stop, and letting each of them clean up.

use std::time::Duration;

use common::{Failure, Outcome, Run};
use serde_json::json;
use tokio::runtime::Builder;
use tokio::select;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, info, info_span};

use crate::graceful;

/// What a task of the tree did before it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The task's name.
    pub name: &'static str,
    /// Rounds of work.
    pub rounds: u32,
    /// It had the time to put things in order.
    pub cleaned_up: bool,
}

/// Works in rounds until it is told to stop; then writes down what it has, which takes a moment.
async fn worker(name: &'static str, stop: CancellationToken, round: Duration) -> Ended {
    let mut rounds = 0;
    loop {
        select! {
            () = stop.cancelled() => break,
            () = sleep(round) => rounds += 1,
        }
    }
    info!("told to stop after {rounds} rounds, writing them down");
    sleep(round / 2).await;
    info!("stopped");
    Ended {
        name,
        rounds,
        cleaned_up: true,
    }
}

/// Two branches with two workers each. One branch is stopped after `branch`, everything `rest` later; how they ended, in
/// that order.
///
/// # Panics
/// When a worker panicked.
pub async fn tree(branch: Duration, rest: Duration, round: Duration) -> Vec<Ended> {
    let root = CancellationToken::new();
    // Cancelling a token cancels its children, not its parent and not its siblings.
    let (mail, photos) = (root.child_token(), root.child_token());
    let mut set = JoinSet::new();
    for (name, stop) in [
        ("mail 1", &mail),
        ("mail 2", &mail),
        ("photos 1", &photos),
        ("photos 2", &photos),
    ] {
        set.spawn(worker(name, stop.clone(), round).instrument(info_span!("worker", task = name)));
    }
    sleep(branch).await;
    info!("stop: mail");
    mail.cancel();
    sleep(rest).await;
    info!("stop: all");
    root.cancel();
    let mut ended = Vec::new();
    while let Some(worker) = set.join_next().await {
        ended.push(worker.expect("a worker does not panic"));
    }
    ended
}

/// What `cargo run -p lesson-03-async -- cancel` runs.
///
/// # Errors
/// When the runtime or the child process cannot be started.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let runtime = Builder::new_current_thread().enable_time().build()?;
    let [branch, rest, round] = [0.45, 0.5, 0.1].map(|seconds| run.pace.seconds(seconds));
    let ended = runtime.block_on(tree(branch, rest, round));

    info!("now a whole program: it gets the signal that Ctrl-C sends");
    let service = graceful::interrupt_a_service(run.pace)?;
    info!(
        "{} tasks cleaned up; the service took {:.1} ms to finish {} jobs in hand, and took no new ones",
        ended.iter().filter(|task| task.cleaned_up).count(),
        service.drained_in.as_secs_f64() * 1e3,
        service.finished,
    );
    let order: Vec<&str> = ended.iter().map(|task| task.name).collect();
    Ok(Outcome::new(json!({
        "stopped_in_order": order,
        "service": { "finished": service.finished, "exit_code": service.exit_code },
    })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_stops_alone_and_everybody_cleans_up() {
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let ended = runtime.block_on(tree(
            Duration::from_millis(450),
            Duration::from_millis(500),
            Duration::from_millis(100),
        ));
        assert!(ended.iter().all(|task| task.cleaned_up));
        let of = |prefix: &str| -> Vec<u32> {
            ended
                .iter()
                .filter(|task| task.name.starts_with(prefix))
                .map(|task| task.rounds)
                .collect()
        };
        assert!(ended[0].name.starts_with("mail") && ended[1].name.starts_with("mail"));
        assert_eq!((of("mail"), of("photos")), (vec![4, 4], vec![9, 9]));
    }
}
