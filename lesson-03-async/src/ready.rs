//! Who wants to be polled: the queue between wakers, on whichever thread, and the executor.

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

/// What a `Waker` of this executor is: it puts a task's number into the queue.
#[derive(Debug)]
struct Bell {
    number: usize,
    queue: Arc<Queue>,
}

impl Wake for Bell {
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
    /// A waker for the task of this number.
    pub fn waker(self: &Arc<Self>, number: usize) -> Waker {
        Arc::new(Bell {
            number,
            queue: Arc::clone(self),
        })
        .into()
    }

    /// The next task that wants to be polled. Sleeps until there is one.
    ///
    /// # Panics
    /// Never: nobody panics under the lock.
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
