//! `cancel`: telling a tree of tasks to stop, and letting each of them clean up.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, info, info_span};

/// A task of the tree after its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    pub name: &'static str,
    /// Rounds of work that it did.
    pub rounds: u32,
    /// Whether it had the time to put things in order.
    pub cleaned_up: bool,
}

/// Works in rounds until it is told to stop; then writes down what it has, which takes a moment.
async fn worker(name: &'static str, stop: CancellationToken, round: Duration) -> Ended {
    let mut rounds = 0;
    loop {
        tokio::select! {
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

/// Starts two branches with two workers each, and stops one branch after `branch`, everything `rest` later.
/// Returns the workers in the order in which they ended.
pub async fn tree(branch: Duration, rest: Duration, round: Duration) -> Vec<Ended> {
    let root = CancellationToken::new();
    // Cancelling a token cancels its children, not its parent and not its siblings.
    let mail = root.child_token();
    let photos = root.child_token();
    let mut set = JoinSet::new();
    for (name, stop) in [
        ("mail 1", &mail),
        ("mail 2", &mail),
        ("photos 1", &photos),
        ("photos 2", &photos),
    ] {
        let span = info_span!("worker", task = name);
        set.spawn(worker(name, stop.clone(), round).instrument(span));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_branch_stops_alone_and_all_workers_clean_up() {
        let [branch, rest, round] = [450, 500, 100].map(Duration::from_millis);
        let ended = tree(branch, rest, round).await;

        assert!(ended.iter().all(|task| task.cleaned_up));
        let rounds: Vec<u32> = ended.iter().map(|task| task.rounds).collect();
        assert_eq!(rounds, [4, 4, 9, 9]);
        assert!(ended[0].name.starts_with("mail") && ended[1].name.starts_with("mail"));
        assert!(ended[2].name.starts_with("photos") && ended[3].name.starts_with("photos"));
    }
}
