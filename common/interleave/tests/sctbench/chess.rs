//! The family CHESS: a queue whose owner pushes and pops at one end while others steal from the other end, after the
//! protocol of Cilk. The faults are those that the original marks: an index is written after the look at the other index,
//! and not before it.

use std::sync::atomic::Ordering::SeqCst;

use interleave::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize};
use interleave::sync::{Mutex, MutexGuard, hint, thread};

/// At which end the fault is.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    Pop,
    Steal,
}

/// What keeps thieves apart: a lock, or a flag that is asked for again and again.
enum Guarded {
    Lock(Mutex<()>),
    Flag(AtomicBool),
}

enum Guard<'a> {
    Lock(#[expect(dead_code, reason = "it is held")] MutexGuard<'a, ()>),
    Flag(&'a AtomicBool),
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if let Guard::Flag(flag) = self {
            flag.store(false, SeqCst);
        }
    }
}

impl Guarded {
    fn lock(&self) -> Guard<'_> {
        match self {
            Guarded::Lock(mutex) => {
                Guard::Lock(mutex.lock().expect("the first panic ends the run"))
            }
            Guarded::Flag(flag) => {
                while flag.swap(true, SeqCst) {
                    hint::spin_loop();
                }
                Guard::Flag(flag)
            }
        }
    }
}

/// Room for all items, so that it never grows.
struct Queue {
    items: [AtomicUsize; 4],
    head: AtomicI32,
    tail: AtomicI32,
    guarded: Guarded,
    fault: Fault,
}

impl Queue {
    fn new(guarded: Guarded, fault: Fault) -> Queue {
        Queue {
            items: Default::default(),
            head: AtomicI32::new(0),
            tail: AtomicI32::new(0),
            guarded,
            fault,
        }
    }

    fn item(&self, index: i32) -> &AtomicUsize {
        &self.items[usize::try_from(index).expect("it is not below the start")]
    }

    fn push(&self, item: usize) {
        let tail = self.tail.load(SeqCst);
        self.item(tail).store(item, SeqCst);
        self.tail.store(tail + 1, SeqCst);
    }

    fn pop(&self) -> Option<usize> {
        let last = self.tail.load(SeqCst) - 1;
        if self.fault != Fault::Pop {
            self.tail.store(last, SeqCst);
        }
        if self.head.load(SeqCst) <= last {
            self.tail.store(last, SeqCst);
            return Some(self.item(last).load(SeqCst));
        }
        self.tail.store(last + 1, SeqCst);

        // One thief may be at the same item: it is left to finish.
        let _guard = self.guarded.lock();
        let last = self.tail.load(SeqCst) - 1;
        if self.head.load(SeqCst) <= last {
            self.tail.store(last, SeqCst);
            return Some(self.item(last).load(SeqCst));
        }
        None
    }

    fn steal(&self) -> Option<usize> {
        let _guard = self.guarded.lock();
        let head = self.head.load(SeqCst);
        if self.fault != Fault::Steal {
            self.head.store(head + 1, SeqCst);
        }
        if head < self.tail.load(SeqCst) {
            self.head.store(head + 1, SeqCst);
            return Some(self.item(head).load(SeqCst));
        }
        self.head.store(head, SeqCst);
        None
    }
}

/// So many thieves try twice each; the owner pushes four items, and then pops four times. Each item is had once.
fn work_steal_queue(queue: &Queue, thieves: usize) {
    let had: [AtomicI32; 4] = Default::default();
    let have = |item: Option<usize>| {
        if let Some(item) = item {
            had[item].fetch_add(1, SeqCst);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thieves {
            scope.spawn(|| (0..2).for_each(|_| have(queue.steal())));
        }
        (0..4).for_each(|item| queue.push(item));
        (0..4).for_each(|_| have(queue.pop()));
    });
    for (item, had) in had.iter().enumerate() {
        assert_eq!(had.load(SeqCst), 1, "how often item {item} was had");
    }
}

pub fn wsq() {
    let queue = Queue::new(Guarded::Lock(Mutex::new(())), Fault::Pop);
    work_steal_queue(&queue, 1);
}

pub fn swsq() {
    let queue = Queue::new(Guarded::Lock(Mutex::new(())), Fault::Steal);
    work_steal_queue(&queue, 2);
}

pub fn iwsq() {
    let queue = Queue::new(Guarded::Flag(AtomicBool::new(false)), Fault::Pop);
    work_steal_queue(&queue, 1);
}

pub fn iwsqws() {
    let queue = Queue::new(Guarded::Flag(AtomicBool::new(false)), Fault::Steal);
    work_steal_queue(&queue, 2);
}
