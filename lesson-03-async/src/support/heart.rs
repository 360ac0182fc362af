//! A heart: a task that beats beside others, and notices how long they keep their thread.

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, Span};

/// A task that beats until it is told to stop.
#[derive(Debug)]
pub struct Heart {
    stop: CancellationToken,
    task: JoinHandle<Beats>,
}

/// The beats of a heart.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beats {
    /// Their number.
    pub count: u32,
    /// The longest time from one beat to the next.
    pub longest_pause: Duration,
}

impl Heart {
    /// Starts a heart as a task; `span` gives it a row on the timeline.
    pub fn start(every: Duration, span: Span) -> Heart {
        let stop = CancellationToken::new();
        let task = tokio::spawn(beat(every, stop.clone()).instrument(span));
        Heart { stop, task }
    }

    /// Stops it after one more beat.
    pub async fn stop(self) -> Beats {
        self.stop.cancel();
        self.task.await.expect("a heart does not panic")
    }
}

async fn beat(every: Duration, stop: CancellationToken) -> Beats {
    let mut beats = Beats::default();
    let mut last = Instant::now();
    while !stop.is_cancelled() {
        sleep(every).await;
        beats.count += 1;
        beats.longest_pause = beats.longest_pause.max(last.elapsed());
        last = Instant::now();
    }
    beats
}
