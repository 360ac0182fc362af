//! An executor in a few lines: a queue of tasks that want to run, and a loop that polls them. One thread.

use std::cell::{Cell, RefCell};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::join_handle::JoinHandle;
use crate::ready::Queue;

/// A future that is not finished, and the waker that puts it into the queue.
struct Task {
    future: Pin<Box<dyn Future<Output = ()>>>,
    waker: Waker,
}

/// The executor. In the queue, 0 stands for the future given to [`Executor::run`], and n + 1 for the task at place n.
#[derive(Default)]
pub struct Executor {
    tasks: RefCell<Vec<Option<Task>>>,
    /// Places of tasks that have ended, and their wakers.
    free: RefCell<Vec<(usize, Waker)>>,
    queue: Arc<Queue>,
    /// Polls so far, of all tasks.
    pub polls: Cell<usize>,
}

impl Executor {
    /// Takes a future in as a task. It is polled for the first time when the running code comes to wait.
    pub fn spawn<T: 'static>(&self, future: impl Future<Output = T> + 'static) -> JoinHandle<T> {
        let (handle, future) = JoinHandle::new(future);
        let future = Box::pin(future);
        let mut tasks = self.tasks.borrow_mut();
        let free = self.free.borrow_mut().pop();
        let (place, waker) = free.unwrap_or_else(|| {
            tasks.push(None);
            (tasks.len() - 1, self.queue.waker(tasks.len()))
        });
        waker.wake_by_ref();
        tasks[place] = Some(Task { future, waker });
        handle
    }

    /// Runs `main`, and all tasks meanwhile, until `main` is finished. Sleeps when no task wants to run.
    pub fn run<T>(&self, main: impl Future<Output = T>) -> T {
        let mut main = pin!(main);
        let waker = self.queue.waker(0);
        let mut context = Context::from_waker(&waker);
        waker.wake_by_ref();
        loop {
            let number = self.queue.next();
            self.polls.set(self.polls.get() + 1);
            if number > 0 {
                self.poll(number - 1);
            } else if let Poll::Ready(value) = main.as_mut().poll(&mut context) {
                return value;
            }
        }
    }

    fn poll(&self, place: usize) {
        // Taken out while it is polled, because it may spawn. One that has ended may be woken once more: nothing to do.
        let Some(mut task) = self.tasks.borrow_mut()[place].take() else {
            return;
        };
        let mut context = Context::from_waker(&task.waker);
        if task.future.as_mut().poll(&mut context).is_pending() {
            self.tasks.borrow_mut()[place] = Some(task);
        } else {
            self.free.borrow_mut().push((place, task.waker));
        }
    }
}
