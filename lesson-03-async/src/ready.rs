//! The queue between wakers, on whichever thread they are, and the executor: the tasks that want to be polled.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Wake, Waker};

use crate::sync::{Condvar, Mutex};

/// Numbers of tasks that want to be polled. The only part of the executor that other threads touch.
#[derive(Debug, Default)]
pub struct Queue {
    ready: Mutex<Ready>,
    filled: Condvar,
}

#[derive(Debug, Default)]
struct Ready {
    numbers: VecDeque<usize>,
    /// The executor waits for `filled`, because there were none. To wake it otherwise would cost a system call each time.
    asleep: bool,
}

/// The waker of one task: it puts the task's number into the queue.
#[derive(Debug)]
struct TaskWaker {
    number: usize,
    queue: Arc<Queue>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut ready = self.queue.ready.lock().expect("no panic under this lock");
        ready.numbers.push_back(self.number);
        if std::mem::take(&mut ready.asleep) {
            self.queue.filled.notify_one();
        }
    }
}

impl Queue {
    /// Makes the waker of the task with this number.
    pub fn waker(self: &Arc<Self>, number: usize) -> Waker {
        let queue = Arc::clone(self);
        Arc::new(TaskWaker { number, queue }).into()
    }

    /// Returns the next task that wants to be polled. Sleeps until there is one.
    pub fn next(&self) -> usize {
        let mut ready = self.ready.lock().expect("no panic under this lock");
        loop {
            if let Some(number) = ready.numbers.pop_front() {
                return number;
            }
            ready.asleep = true;
            ready = self.filled.wait(ready).expect("no panic under this lock");
        }
    }
}
