//! An executor in a few lines: a queue of tasks that want to run, and a loop that polls them. One thread.

use std::cell::{Cell, RefCell};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::ready::Queue;

/// A place for a task: its future, until it is finished, and the waker of this place.
struct Task {
    future: Option<Pin<Box<dyn Future<Output = ()>>>>,
    waker: Waker,
}

/// The executor. Place 0 is that of the future given to [`Executor::run`].
#[derive(Default)]
pub struct Executor {
    tasks: RefCell<Vec<Option<Task>>>,
    free: RefCell<Vec<usize>>,
    queue: Arc<Queue>,
    polls: Cell<usize>,
}

impl Executor {
    /// Takes a future in as a task. It is polled for the first time when the running code comes to wait.
    ///
    /// # Panics
    /// Never: a place that is free is not being polled.
    pub fn spawn<T: 'static>(&self, future: impl Future<Output = T> + 'static) -> Join<T> {
        let join = Join(Rc::default());
        let done = Rc::clone(&join.0);
        let future = Box::pin(async move {
            let value = future.await;
            let mut slot = done.borrow_mut();
            slot.0 = Some(value);
            if let Some(waiting) = slot.1.take() {
                waiting.wake();
            }
        });
        let mut tasks = self.tasks.borrow_mut();
        let place = self.free.borrow_mut().pop().unwrap_or_else(|| {
            let waker = self.queue.waker(tasks.len() + 1);
            tasks.push(Some(Task {
                future: None,
                waker,
            }));
            tasks.len() - 1
        });
        let task = tasks[place]
            .as_mut()
            .expect("a free place is not being polled");
        task.future = Some(future);
        task.waker.wake_by_ref();
        join
    }

    /// Runs `main`, and all tasks meanwhile, until `main` is finished. Sleeps when nobody wants to run.
    pub fn run<T>(&self, main: impl Future<Output = T>) -> T {
        let (mut main, waker) = (pin!(main), self.queue.waker(0));
        waker.wake_by_ref();
        loop {
            let number = self.queue.next();
            self.polls.set(self.polls.get() + 1);
            if number > 0 {
                self.poll(number - 1);
            } else if let Poll::Ready(value) = main.as_mut().poll(&mut Context::from_waker(&waker))
            {
                return value;
            }
        }
    }

    /// How many times something was polled.
    pub fn polls(&self) -> usize {
        self.polls.get()
    }

    fn poll(&self, place: usize) {
        // Taken out while it is polled, because it may spawn. One that has ended may be woken once more: nothing to do.
        let mut task = self.tasks.borrow_mut()[place]
            .take()
            .expect("it is put back after each poll");
        if let Some(future) = &mut task.future
            && future
                .as_mut()
                .poll(&mut Context::from_waker(&task.waker))
                .is_ready()
        {
            task.future = None;
            self.free.borrow_mut().push(place);
        }
        self.tasks.borrow_mut()[place] = Some(task);
    }
}

/// The handle of a task: a future of what the task returns.
pub struct Join<T>(Rc<RefCell<(Option<T>, Option<Waker>)>>);

impl<T> Future for Join<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let mut slot = self.0.borrow_mut();
        slot.1 = Some(context.waker().clone());
        slot.0.take().map_or(Poll::Pending, Poll::Ready)
    }
}
