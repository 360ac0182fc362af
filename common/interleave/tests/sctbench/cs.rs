//! The family CS: small programs from the literature on checking C programs, with locks, conditions and shared numbers.
//!
//! A number that the C program shares without a lock is an atomic one here, and `x++` on it is a read and a write.

use std::sync::atomic::Ordering::SeqCst;

use interleave::sync::atomic::{AtomicBool, AtomicI32};
use interleave::sync::{Arc, Condvar, Mutex, MutexGuard, thread};

/// Locks as pthreads do it: no thread panics with a lock but to end the run.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("the first panic ends the run")
}

/// Adds one by a read and a write.
fn increase(number: &AtomicI32) {
    number.store(number.load(SeqCst) + 1, SeqCst);
}

/// Starts threads that all do the same, and waits for them.
fn all(threads: usize, work: impl Fn(usize) + Send + Sync) {
    thread::scope(|scope| {
        for number in 0..threads {
            let work = &work;
            scope.spawn(move || work(number));
        }
    });
}

/// A deposit and a withdrawal under one lock; the check has the wrong sign.
pub fn account() {
    #[derive(Default)]
    struct Account {
        balance: i32,
        deposited: bool,
        withdrawn: bool,
    }
    let account = Mutex::new(Account {
        balance: 1,
        ..Account::default()
    });
    all(3, |number| {
        let mut account = lock(&account);
        match number {
            0 if account.deposited && account.withdrawn => assert_eq!(account.balance, 1 - 2 - 4),
            0 => {}
            1 => {
                account.balance += 2;
                account.deposited = true;
            }
            _ => {
                account.balance -= 4;
                account.withdrawn = true;
            }
        }
    });
}

/// A slot with a number of things in it, and a condition for either end.
#[derive(Default)]
struct Slot {
    things: Mutex<i32>,
    empty: Condvar,
    full: Condvar,
}

impl Slot {
    fn produce(&self) {
        let mut things = lock(&self.things);
        while *things > 0 {
            things = self
                .empty
                .wait(things)
                .expect("the first panic ends the run");
        }
        *things += 1;
        drop(things);
        self.full.notify_one();
    }

    fn consume(&self, taken: i32) {
        let mut things = lock(&self.things);
        while *things == 0 {
            things = self
                .full
                .wait(things)
                .expect("the first panic ends the run");
        }
        *things -= taken;
        drop(things);
        self.empty.notify_one();
    }
}

/// A producer and a consumer, whose sum is not what it must not be.
pub fn arithmetic_prog() {
    let slot = Slot::default();
    let total = AtomicI32::new(0);
    all(2, |number| {
        for turn in 0..3 {
            if number == 0 {
                slot.produce();
            } else {
                slot.consume(1);
                total.fetch_add(turn, SeqCst);
            }
        }
        if number == 1 {
            total.fetch_add(3, SeqCst);
        }
    });
    assert_ne!(total.load(SeqCst), 3 * 4 / 2);
}

/// A driver is stopped between its look at the flag and its use of the device.
pub fn bluetooth_driver() {
    let pending = Arc::new(AtomicI32::new(1));
    let is_stopping = Arc::new(AtomicBool::new(false));
    let event = Arc::new(AtomicBool::new(false));
    let is_stopped = Arc::new(AtomicBool::new(false));
    let decrease = |pending: &AtomicI32, event: &AtomicBool| {
        if pending.fetch_sub(1, SeqCst) == 1 {
            event.store(true, SeqCst);
        }
    };
    let stops = {
        let pending = Arc::clone(&pending);
        let is_stopping = Arc::clone(&is_stopping);
        let event = Arc::clone(&event);
        let is_stopped = Arc::clone(&is_stopped);
        thread::spawn(move || {
            is_stopping.store(true, SeqCst);
            decrease(&pending, &event);
            if event.load(SeqCst) {
                is_stopped.store(true, SeqCst);
            }
        })
    };
    if !is_stopping.load(SeqCst) {
        pending.fetch_add(1, SeqCst);
        assert!(!is_stopped.load(SeqCst), "the device is used, and stopped");
    }
    decrease(&pending, &event);
    stops.join().expect("it only stops");
}

/// Two classes of threads: the first of a class locks the other class out while it holds the lock that both count under.
pub fn carter01() {
    let counts = Mutex::new([0, 0]);
    let other: Mutex<()> = Mutex::new(());
    all(4, |number| {
        // The third and the fourth do nothing.
        if number > 1 {
            return;
        }
        let mut held = None;
        let mut count = lock(&counts);
        count[number] += 1;
        if count[number] == 1 {
            held = Some(lock(&other));
        }
        drop(count);
        let mut count = lock(&counts);
        count[number] -= 1;
        if count[number] == 0 {
            drop(held);
        }
    });
}

/// A buffer between two threads that count their turns, also those in which they find nothing to do.
struct Turns {
    items: Vec<usize>,
    taken: usize,
    is_there: bool,
}

fn turns(rounds: usize) {
    let buffer = Mutex::new(Turns {
        items: Vec::new(),
        taken: 0,
        is_there: false,
    });
    all(2, |number| {
        for turn in 0..rounds {
            let mut buffer = lock(&buffer);
            if number == 0 && !buffer.is_there {
                buffer.items.push(turn);
                buffer.is_there = true;
            } else if number == 1 && buffer.is_there {
                let item = buffer.items.get(buffer.taken).copied();
                assert_eq!(item, Some(turn), "what comes out");
                buffer.taken += 1;
                buffer.is_there = false;
            }
        }
    });
}

/// The consumer has had turns without an item, and expects a later one.
pub fn circular_buffer() {
    turns(7);
}

/// The same with twenty items, of which the first is put in before the turns begin.
pub fn queue() {
    let queue = Mutex::new(Turns {
        items: Vec::new(),
        taken: 0,
        is_there: false,
    });
    all(2, |number| {
        if number == 0 {
            lock(&queue).items.push(0);
        }
        for turn in 0..20 {
            let mut queue = lock(&queue);
            if number == 0 && !queue.is_there && turn > 0 {
                queue.items.push(turn);
                queue.is_there = true;
            } else if number == 1 && queue.is_there {
                let item = queue.items.get(queue.taken).copied();
                assert_eq!(item, Some(turn), "what comes out");
                queue.taken += 1;
                queue.is_there = false;
            }
        }
    });
}

/// Two locks, in opposite orders.
pub fn deadlock01() {
    let locks = [Mutex::new(0), Mutex::new(0)];
    all(2, |number| {
        let mut first = lock(&locks[number]);
        let mut second = lock(&locks[1 - number]);
        *first += 1;
        *second -= 1;
    });
}

/// Philosophers who eat without trouble, and one of whom is the last: that is the fault to find.
fn din_phil(seats: usize) {
    let forks: Vec<Mutex<()>> = (0..seats).map(|_| Mutex::new(())).collect();
    let table = Mutex::new(());
    let full = AtomicI32::new(0);
    all(seats, |seat| {
        // Both forks at once.
        let at_once = lock(&table);
        let right = lock(&forks[(seat + 1) % seats]);
        let left = lock(&forks[seat]);
        drop((left, right));
        drop(at_once);
        increase(&full);
        assert_ne!(
            full.load(SeqCst),
            i32::try_from(seats).expect("there are few")
        );
    });
}

pub fn din_phil2() {
    din_phil(2);
}

pub fn din_phil3() {
    din_phil(3);
}

pub fn din_phil4() {
    din_phil(4);
}

pub fn din_phil5() {
    din_phil(5);
}

pub fn din_phil6() {
    din_phil(6);
}

pub fn din_phil7() {
    din_phil(7);
}

/// Blocks and inodes of a file system; the last thread's inode is beyond the end.
pub fn fsbench() {
    const BLOCKS: usize = 26;
    let inodes: Vec<Mutex<usize>> = (0..BLOCKS).map(|_| Mutex::new(0)).collect();
    let busy: Vec<Mutex<bool>> = (0..BLOCKS).map(|_| Mutex::new(false)).collect();
    all(27, |number| {
        assert!(number < BLOCKS, "there is no inode {number}");
        let mut inode = lock(&inodes[number]);
        if *inode == 0 {
            for step in 0..BLOCKS / 2 {
                let block = (number * 2 + step) % BLOCKS;
                let mut is_busy = lock(&busy[block]);
                if !*is_busy {
                    *is_busy = true;
                    *inode = block + 1;
                    break;
                }
            }
        }
    });
}

/// Two add, and the third must not see both sums.
pub fn lazy01() {
    let data = Mutex::new(0);
    all(3, |number| {
        let mut data = lock(&data);
        match number {
            0 => *data += 1,
            1 => *data += 2,
            _ => assert!(*data < 3, "both have added"),
        }
    });
}

/// A lock that is never unlocked, for the next thread.
pub fn phase01() {
    let locks = [Mutex::new(()), Mutex::new(())];
    all(2, |_| {
        drop(lock(&locks[0]));
        std::mem::forget(lock(&locks[0]));
        drop(lock(&locks[1]));
        drop(lock(&locks[1]));
    });
}

/// Several threads write two numbers, and one looks at both.
fn reorder(threads: usize) {
    let numbers = [AtomicI32::new(0), AtomicI32::new(0)];
    all(threads, |number| {
        if number + 1 < threads {
            numbers[0].store(1, SeqCst);
            numbers[1].store(-1, SeqCst);
        } else {
            let seen = [numbers[0].load(SeqCst), numbers[1].load(SeqCst)];
            assert!([[0, 0], [1, -1]].contains(&seen), "{seen:?}");
        }
    });
}

pub fn reorder_3() {
    reorder(3);
}

pub fn reorder_4() {
    reorder(4);
}

pub fn reorder_5() {
    reorder(5);
}

pub fn reorder_10() {
    reorder(10);
}

pub fn reorder_20() {
    reorder(20);
}

/// Pops what is not there: a flag says that something was pushed, and is never taken back.
pub fn stack() {
    let stack = Mutex::new((0_usize, false));
    all(2, |number| {
        for _ in 0..10 {
            let mut stack = lock(&stack);
            if number == 0 {
                assert!(stack.0 < 10, "the stack is full");
                stack.0 += 1;
                stack.1 = true;
            } else if stack.1 {
                assert!(stack.0 > 0, "the stack is empty");
                stack.0 -= 1;
            }
        }
    });
}

/// A consumer that takes nothing, and a producer that waits for that.
pub fn sync01() {
    let slot = Slot::default();
    *lock(&slot.things) = 1;
    all(2, |number| {
        if number == 0 {
            slot.produce();
        } else {
            slot.consume(0);
        }
    });
}

/// The slot has two things in it at the start, so the producer is one turn short of room.
pub fn sync02() {
    let slot = Slot::default();
    *lock(&slot.things) = 2;
    all(2, |number| {
        for _ in 0..2 {
            if number == 0 {
                slot.produce();
            } else {
                slot.consume(1);
            }
        }
    });
}

/// Three threads copy a number in a ring, each at once, and a fourth wants all to be equal.
pub fn token_ring() {
    let ring = Mutex::new(([1, 2, 1], [false; 3]));
    all(4, |number| {
        let mut ring = lock(&ring);
        let (numbers, done) = &mut *ring;
        match number {
            0 => numbers[0] = (numbers[2] + 1) % 4,
            1 => numbers[1] = numbers[0],
            2 => numbers[2] = numbers[1],
            _ if done.iter().all(|done| *done) => {
                assert!(
                    numbers[0] == numbers[1] && numbers[1] == numbers[2],
                    "{numbers:?}"
                );
            }
            _ => {}
        }
        if let Some(done) = done.get_mut(number) {
            *done = true;
        }
    });
}

/// A value in two stages, each under a lock of its own; readers come in between.
fn twostage(writers: usize, readers: usize) {
    let first = Mutex::new(0);
    let second = Mutex::new(0);
    all(writers + readers, |number| {
        if number < writers {
            *lock(&first) = 1;
            *lock(&second) = 2;
        } else {
            let one = *lock(&first);
            if one != 0 {
                let two = *lock(&second);
                assert_eq!(two, one + 1, "the second stage");
            }
        }
    });
}

pub fn twostage_2() {
    twostage(1, 1);
}

/// Twenty threads, where the original has a hundred: the judge can name fifty, and starting them takes its time.
pub fn twostage_20() {
    twostage(19, 1);
}

/// One thread adds under one lock, the others under another.
fn wronglock(others: usize) {
    let locks = [Mutex::new(()), Mutex::new(())];
    let value = AtomicI32::new(0);
    all(others + 1, |number| {
        if number == 0 {
            let _guard = lock(&locks[0]);
            let before = value.load(SeqCst);
            increase(&value);
            assert_eq!(value.load(SeqCst), before + 1, "what was added");
        } else {
            let _guard = lock(&locks[1]);
            increase(&value);
        }
    });
}

pub fn wronglock_3() {
    wronglock(3);
}

pub fn wronglock_7() {
    wronglock(7);
}
