//! `starvation`: a task that always has something to do, and never lets the others in.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::mpsc;
use tokio::task::{coop::unconstrained, yield_now};
use tracing::{Instrument, Span};

/// Messages in the queue before the reading begins: each `recv` is ready at once.
pub const MESSAGES: u32 = 10_000;

/// Reads a full queue with tokio as it is: each task has a budget of 128 such operations, then it must let others in.
pub async fn with_a_budget() {
    let (sender, mut queue) = mpsc::unbounded_channel();
    for number in 0..MESSAGES {
        sender.send(number).expect("the receiver is here");
    }
    drop(sender);
    while queue.recv().await.is_some() {}
}

/// Broken: an `await` that is always ready is no pause. tokio's own futures would take one now and then, unless told not
/// to; futures of other libraries know nothing of that, and behave like this one.
pub async fn without_a_pause() {
    unconstrained(with_a_budget()).await;
}

/// Fixed by hand, for work that has no `await` in it at all: let the others in now and then.
pub async fn with_pauses() {
    let mut sum = 0_u64;
    for number in 0..MESSAGES {
        sum = black_box(sum + u64::from(number));
        if number % 100 == 99 {
            yield_now().await;
        }
    }
}

/// Returns how many turns another task has had by the time `work` is done.
pub async fn turns_of_another(work: impl Future<Output = ()> + Send + 'static, span: Span) -> u32 {
    let turns = Arc::new(AtomicU32::new(0));
    let counting = Arc::clone(&turns);
    let counted = async move {
        let before = counting.load(Ordering::Relaxed);
        work.await;
        counting.load(Ordering::Relaxed) - before
    };
    let worker = tokio::spawn(counted.instrument(span));
    let other = tokio::spawn(async move {
        loop {
            turns.fetch_add(1, Ordering::Relaxed);
            yield_now().await;
        }
    });

    let had = worker.await.expect("the work does not panic");
    other.abort();
    had
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_never_pauses_leaves_no_turn_to_others() {
        let turns = turns_of_another(without_a_pause(), Span::none()).await;
        assert_eq!(turns, 0);
        let turns = turns_of_another(with_a_budget(), Span::none()).await;
        assert!((70..90).contains(&turns), "{turns}");
        let turns = turns_of_another(with_pauses(), Span::none()).await;
        assert!((99..=101).contains(&turns), "{turns}");
    }
}
