//! Calls in a buffered stream make their steps while the stream is polled: not while its reader is busy with something else.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::task::yield_now;
use tokio::time::sleep;

/// Steps of the long call, each a wait.
pub const STEPS: u32 = 4;

/// Begins a call, and makes its steps. Counts them.
async fn call(steps: u32, step: Duration, made: Arc<AtomicU32>) {
    yield_now().await;
    for _ in 0..steps {
        sleep(step).await;
        made.fetch_add(1, Ordering::Relaxed);
    }
}

/// Takes the first of two calls from a stream, then is busy. Returns how many steps the second has made meanwhile.
pub async fn in_a_stream(busy: Duration) -> u32 {
    let made = Arc::new(AtomicU32::new(0));
    let short = call(0, busy, Arc::clone(&made));
    let long = call(STEPS, busy / 20, Arc::clone(&made));
    let mut calls = stream::iter([short, long]).buffered(2);

    calls.next().await;
    sleep(busy).await;
    made.load(Ordering::Relaxed)
}

/// Does the same with a task for each call: the runtime polls them, whatever the reader does.
pub async fn as_tasks(busy: Duration) -> u32 {
    let made = Arc::new(AtomicU32::new(0));
    let short = tokio::spawn(call(0, busy, Arc::clone(&made)));
    let long = tokio::spawn(call(STEPS, busy / 20, Arc::clone(&made)));

    short.await.expect("it does not panic");
    sleep(busy).await;
    let meanwhile = made.load(Ordering::Relaxed);

    long.await.expect("it does not panic");
    meanwhile
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_call_in_a_stream_stands_still_while_its_reader_is_busy() {
        let busy = Duration::from_secs(1);
        assert_eq!(in_a_stream(busy).await, 0);
        assert_eq!(as_tasks(busy).await, STEPS);
    }
}
