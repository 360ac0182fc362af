//! `state-machine`: what the compiler makes of an `async fn`, written by hand, and an executor that runs both.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use common::{Failure, Outcome, Run};
use serde_json::json;
use tracing::{Instrument, info, info_span};

use crate::executor::Executor;
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
    Start {
        /// How long the first wait will be.
        water: Duration,
        /// How long the second wait will be.
        leaves: Duration,
    },
    /// At the first wait.
    Water {
        /// What is waited for.
        timer: Timer,
        /// Needed later.
        leaves: Duration,
    },
    /// At the second wait.
    Leaves {
        /// What is waited for.
        timer: Timer,
    },
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

/// Both at the same time, on the executor of this lesson: what they made, and how many polls it took.
pub fn both(water: Duration, leaves: Duration) -> (Vec<&'static str>, usize) {
    let executor = Rc::new(Executor::default());
    let made = executor.run(async {
        let compiled = tea(water, leaves).instrument(info_span!("tea", task = "async fn"));
        let written = Tea::Start { water, leaves }.instrument(info_span!("tea", task = "by hand"));
        let (compiled, written) = (executor.spawn(compiled), executor.spawn(written));
        vec![compiled.await, written.await]
    });
    (made, executor.polls())
}

/// What `cargo run -p lesson-03-async -- state-machine` runs.
///
/// # Errors
/// Never.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (water, leaves) = (run.pace.seconds(0.6), run.pace.seconds(0.4));
    let (made, polls) = both(water, leaves);
    let (compiled, written) = (size_of_val(&tea(water, leaves)), size_of::<Tea>());
    info!("{polls} polls in all");
    info!("the async fn takes {compiled} bytes, the enum {written}");
    Ok(Outcome::new(json!({ "made": made })))
}
