//! A handle as a Rust `Future`, and how it is printed.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::error::{Error, Outcome};
use super::handle::JobHandle;
use super::lock;
use super::state::Stage;

/// `job.await`, on any executor: nothing of tokio is needed for it.
impl<T> Future for JobHandle<T> {
    type Output = Outcome<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome<T>> {
        if self.wake_when_done(context.waker()) {
            Poll::Pending
        } else {
            Poll::Ready(self.take())
        }
    }
}

impl<T> fmt::Debug for JobHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match &lock(&self.cell.state).stage {
            Stage::Pending => "pending",
            Stage::Running => "running",
            Stage::Ending { .. } => "ending",
            Stage::Done(Ok(_)) => "done",
            Stage::Done(Err(error)) if **error == Error::Cancelled => "cancelled",
            Stage::Done(Err(_)) => "failed",
            Stage::Taken => "taken",
        };
        write!(f, "JobHandle({stage})")
    }
}
