//! An executor in a few lines: a queue of tasks that want to run, and a loop that polls them. One thread.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use crate::sync::{Condvar, Mutex};

/// Numbers of tasks that want to be polled. The only part that other threads touch.
#[derive(Debug, Default)]
struct Queue {
    numbers: Mutex<VecDeque<usize>>,
    filled: Condvar,
}

/// What a `Waker` of this executor is: it puts a task's number into the queue.
#[derive(Debug)]
struct Bell {
    number: usize,
    queue: Arc<Queue>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.queue.numbers.lock().expect("no panic under this lock").push_back(self.number);
        self.queue.filled.notify_one();
    }
}

/// A task: its future, until it is finished, and the waker made for it.
struct Task {
    future: Pin<Box<dyn Future<Output = ()>>>,
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
        let number = self.free.borrow_mut().pop().unwrap_or_else(|| {
            tasks.push(None);
            tasks.len()
        });
        let waker = self.waker(number);
        waker.wake_by_ref();
        tasks[number - 1] = Some(Task { future, waker });
        join
    }

    /// Runs `main`, and all tasks meanwhile, until `main` is finished. Sleeps when nobody wants to run.
    pub fn run<T>(&self, main: impl Future<Output = T>) -> T {
        let (mut main, waker) = (pin!(main), self.waker(0));
        waker.wake_by_ref();
        loop {
            let number = self.next();
            self.polls.set(self.polls.get() + 1);
            if number > 0 {
                self.poll(number - 1);
            } else if let Poll::Ready(value) = main.as_mut().poll(&mut Context::from_waker(&waker)) {
                return value;
            }
        }
    }

    /// How many times something was polled.
    pub fn polls(&self) -> usize {
        self.polls.get()
    }

    fn waker(&self, number: usize) -> Waker {
        Arc::new(Bell { number, queue: Arc::clone(&self.queue) }).into()
    }

    fn next(&self) -> usize {
        let mut numbers = self.queue.numbers.lock().expect("no panic under this lock");
        loop {
            match numbers.pop_front() {
                Some(number) => return number,
                None => numbers = self.queue.filled.wait(numbers).expect("no panic under this lock"),
            }
        }
    }

    fn poll(&self, place: usize) {
        // Taken out while it is polled, because it may spawn. A task that has ended may be woken once more: nothing.
        let Some(mut task) = self.tasks.borrow_mut()[place].take() else { return };
        if task.future.as_mut().poll(&mut Context::from_waker(&task.waker)).is_pending() {
            self.tasks.borrow_mut()[place] = Some(task);
        } else {
            self.free.borrow_mut().push(place + 1);
        }
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
