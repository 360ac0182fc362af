//! `starvation`: a task that always has something to do, and never lets the others in.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use common::{Failure, Outcome, Run};
use serde_json::json;
use tokio::runtime::Builder;
use tokio::sync::mpsc;
use tokio::task::{coop::unconstrained, yield_now};
use tracing::{Instrument, Span, info, info_span};

/// Messages in the queue before the reading begins: each `recv` is ready at once.
pub const MESSAGES: u32 = 10_000;

fn full_queue() -> mpsc::UnboundedReceiver<u32> {
    let (sender, queue) = mpsc::unbounded_channel();
    for number in 0..MESSAGES {
        sender.send(number).expect("the receiver is here");
    }
    queue
}

async fn read_all(mut queue: mpsc::UnboundedReceiver<u32>) {
    while queue.recv().await.is_some() {}
}

/// Broken: an `await` that is always ready is no pause. tokio's own futures would take one now and then, unless told not
/// to; futures of other libraries know nothing of that, and behave like this one.
pub async fn without_a_pause() {
    unconstrained(read_all(full_queue())).await;
}

/// tokio as it is: each task has a budget of 128 such operations, then it must let others in.
pub async fn with_a_budget() {
    read_all(full_queue()).await;
}

/// Fixed by hand, for work that has no `await` in it at all: let the others in now and then.
pub async fn with_pauses() {
    let mut sum = 0_u64;
    for number in 0..MESSAGES {
        sum = std::hint::black_box(sum + u64::from(number));
        if number % 100 == 99 {
            yield_now().await;
        }
    }
}

/// How many turns another task has had by the time `work` is done.
///
/// # Panics
/// When the work panicked.
pub async fn turns_of_another(span: Span, work: impl Future<Output = ()> + Send + 'static) -> u32 {
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

/// What `cargo run -p lesson-03-async -- starvation` runs.
///
/// # Errors
/// When the runtime cannot be started.
pub fn demo(_: &Run) -> Result<Outcome, Failure> {
    let runtime = Builder::new_current_thread().build()?;
    let turns = runtime.block_on(async {
        [
            turns_of_another(info_span!("work", task = "no pause"), without_a_pause()).await,
            turns_of_another(info_span!("work", task = "budget"), with_a_budget()).await,
            turns_of_another(info_span!("work", task = "yield_now"), with_pauses()).await,
        ]
    });
    let [none, budget, pauses] = turns;
    info!(
        "turns of the other task during {MESSAGES} steps: {none}; with tokio's budget {budget}; with yield_now {pauses}"
    );
    Ok(Outcome::new(
        json!({ "broken": none, "budget": budget, "yield_now": pauses }),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_never_pauses_leaves_no_turn_to_others() {
        let runtime = Builder::new_current_thread().build().unwrap();
        let turns = |work| runtime.block_on(turns_of_another(Span::none(), work));
        assert_eq!(
            turns(Box::pin(without_a_pause()) as std::pin::Pin<Box<dyn Future<Output = ()> + Send>>),
            0
        );
        assert!((70..90).contains(&turns(Box::pin(with_a_budget()))));
        assert!((99..=101).contains(&turns(Box::pin(with_pauses()))));
    }
}
