//! The handle of a task: a future of what the task returns.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// The handle of a task. Dropping it leaves the task running.
pub struct JoinHandle<T>(Rc<RefCell<Slot<T>>>);

/// The place where a task leaves its value for the future that awaits it.
struct Slot<T> {
    value: Option<T>,
    waiting: Option<Waker>,
}

impl<T> JoinHandle<T> {
    /// Makes the handle of `future`, and the task itself: it runs the future, leaves the value, and wakes.
    pub fn new(future: impl Future<Output = T>) -> (JoinHandle<T>, impl Future<Output = ()>) {
        let slot = Rc::new(RefCell::new(Slot {
            value: None,
            waiting: None,
        }));
        let handle = JoinHandle(Rc::clone(&slot));
        let task = async move {
            let value = future.await;
            let mut slot = slot.borrow_mut();
            slot.value = Some(value);
            if let Some(waiting) = slot.waiting.take() {
                waiting.wake();
            }
        };
        (handle, task)
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let mut slot = self.0.borrow_mut();
        slot.waiting = Some(context.waker().clone());
        slot.value.take().map_or(Poll::Pending, Poll::Ready)
    }
}
