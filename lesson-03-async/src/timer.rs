//! A timer written by hand: a future that is not ready until a time has passed, and that then wakes its task.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::sync::{Arc, Mutex, thread};

/// A future that is ready when its time has passed. The time begins with the first poll: futures are lazy.
#[derive(Debug)]
pub struct Timer {
    after: Duration,
    /// Shared with the thread that sleeps; there is none before the first poll.
    shared: Option<Arc<Mutex<Shared>>>,
}

#[derive(Debug)]
struct Shared {
    is_over: bool,
    /// Always the one that came with the latest poll: the future may have moved to another task.
    waker: Waker,
}

impl Timer {
    /// Makes a timer for this long.
    pub fn new(after: Duration) -> Timer {
        Timer {
            after,
            shared: None,
        }
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Some(shared) = &self.shared else {
            let shared = Arc::new(Mutex::new(Shared {
                is_over: false,
                waker: context.waker().clone(),
            }));
            self.shared = Some(Arc::clone(&shared));
            let after = self.after;
            // A thread for each timer is dear; it stands for whatever knows when a wait is over.
            thread::spawn(move || {
                thread::sleep(after);
                let mut shared = shared.lock().expect("no panic under this lock");
                shared.is_over = true;
                shared.waker.wake_by_ref();
            });
            return Poll::Pending;
        };

        let mut shared = shared.lock().expect("no panic under this lock");
        if shared.is_over {
            return Poll::Ready(());
        }
        // Under the same lock as the question, so that the end of the time cannot slip in between.
        shared.waker.clone_from(context.waker());
        Poll::Pending
    }
}
