//! `state-machine`: what the compiler makes of an `async fn`, written by hand.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tracing::info;

use crate::timer::Timer;

/// Two waits, as one writes them.
pub async fn tea(water: Duration, leaves: Duration) -> &'static str {
    info!("water on");
    Timer::new(water).await;
    info!("leaves in");
    Timer::new(leaves).await;
    info!("tea");
    "tea"
}

/// The same by hand: a value that remembers at which wait it stands, and what it needs after that wait.
#[derive(Debug)]
pub enum Tea {
    /// Nothing has happened yet.
    Start { water: Duration, leaves: Duration },
    /// At the first wait; `leaves` is needed later.
    Water { timer: Timer, leaves: Duration },
    /// At the second wait.
    Leaves { timer: Timer },
    /// Finished: it must not be polled again.
    Done,
}

impl Future for Tea {
    type Output = &'static str;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<&'static str> {
        loop {
            *self = match &mut *self {
                Tea::Start { water, leaves } => {
                    info!("water on");
                    Tea::Water {
                        timer: Timer::new(*water),
                        leaves: *leaves,
                    }
                }
                // `ready!` returns Pending from here if the timer does: that is all that `.await` does.
                Tea::Water { timer, leaves } => {
                    ready!(Pin::new(timer).poll(context));
                    info!("leaves in");
                    Tea::Leaves {
                        timer: Timer::new(*leaves),
                    }
                }
                Tea::Leaves { timer } => {
                    ready!(Pin::new(timer).poll(context));
                    info!("tea");
                    Tea::Done
                }
                Tea::Done => return Poll::Ready("tea"),
            };
        }
    }
}
