//! The executors' own locks under shuttle: the same source files, compiled with locks and threads that take turns at
//! every step. Depth-first search tries every order that there is; where there are too many, random ones.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use common::deadline::within;
use shuttle::thread;

use executor::error::Fail;
use executor::loans::Loans;
use executor::queue::{Next, Queue};
use executor::spares::Spares;
use executor::work::job;
use executor::{Error, ReturnWhen, Shutdown, ThreadPool, as_completed, wait};
use sync::atomic::{AtomicUsize, Ordering};
use sync::{Arc, Condvar, Mutex};

/// What the executors find as `crate::sync`.
mod sync {
    pub use shuttle::hint::spin_loop;
    pub use shuttle::sync::*;
    pub use shuttle::thread;

    /// Each look is a step, and so multiplies the orders to try.
    pub const ROUNDS: usize = 1;
    pub const PATIENCE: usize = 1;
}

#[path = "../src/executor/mod.rs"]
#[allow(
    dead_code,
    missing_docs,
    unused_imports,
    reason = "they are the lesson's files, for their checks"
)]
mod executor;

fn under_deadline(check: impl FnOnce() + Send + 'static) -> Result<(), String> {
    let caught = within(Duration::from_secs(100), move || {
        catch_unwind(AssertUnwindSafe(check)).map_err(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            text.or(panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
                .unwrap_or_default()
        })
    });
    caught.expect("the check ends")
}

/// Random orders, and orders with few but nasty switches.
fn many_orders(check: fn()) {
    under_deadline(move || {
        shuttle::check_random(check, 1500);
        shuttle::check_pct(check, 1500, 3);
    })
    .expect("it holds in every order tried");
}

/// Every order there is.
fn every_order(check: fn()) {
    under_deadline(move || shuttle::check_dfs(check, None)).expect("it holds in every order");
}

fn pool(workers: usize) -> ThreadPool {
    ThreadPool::builder()
        .workers(workers)
        .build()
        .expect("there is room")
}

#[test]
fn every_order_of_doing_a_job_and_waiting_for_it() {
    // The one who waits looks before it sleeps, or sleeps at once.
    for soon in [false, true] {
        under_deadline(move || {
            let check = move || {
                let (job, mut handle) = job(|| 6 * 7);
                handle.soon = soon;
                let worker = thread::spawn(move || job.run());
                assert_eq!(handle.result(), Ok(42));
                worker.join().unwrap();
            };
            shuttle::check_dfs(check, None);
        })
        .expect("it holds in every order");
    }
}

#[test]
fn every_order_of_doing_a_job_and_cancelling_it() {
    every_order(|| {
        let (job, handle) = job(|| 1);
        let worker = thread::spawn(move || job.run());
        let cancelled = handle.cancel();
        worker.join().unwrap();
        assert_eq!(
            handle.result(),
            if cancelled {
                Err(Error::Cancelled)
            } else {
                Ok(1)
            }
        );
    });
}

#[test]
fn every_order_of_two_who_cancel_a_job() {
    every_order(|| {
        let (job, handle) = job(|| 1);
        let handle = Arc::new(handle);
        let other = {
            let handle = Arc::clone(&handle);
            thread::spawn(move || handle.cancel())
        };
        assert!(handle.cancel() & other.join().unwrap(), "it has not begun");
        drop(job);
    });
}

#[test]
fn every_order_of_a_job_that_comes_and_a_worker_that_wants_one() {
    every_order(|| {
        let queue = Arc::new(Queue::new(1, true));
        let worker = Arc::clone(&queue);
        let worker = thread::spawn(move || worker.pop());
        queue.push(1).unwrap();
        assert_eq!(worker.join().unwrap(), Some(1));
    });
}

#[test]
fn every_order_of_the_end_of_a_queue_and_a_worker_that_wants_a_job() {
    every_order(|| {
        let queue = Arc::new(Queue::<u32>::new(1, true));
        let worker = Arc::clone(&queue);
        let worker = thread::spawn(move || worker.pop());
        queue.end(Error::ShutDown);
        assert_eq!(worker.join().unwrap(), None);
    });
}

#[test]
fn jobs_leave_the_queue_in_the_order_in_which_they_came() {
    many_orders(|| {
        let queue = Arc::new(Queue::new(2, true));
        let worker = || {
            let queue = Arc::clone(&queue);
            thread::spawn(move || std::iter::from_fn(|| queue.pop()).collect::<Vec<_>>())
        };
        let workers = [worker(), worker()];
        for job in 0..5 {
            queue.push(job).unwrap();
        }
        queue.end(Error::ShutDown);
        let parts = workers.map(|worker| worker.join().unwrap());
        assert!(parts.iter().all(|part| part.is_sorted()), "{parts:?}");
        let mut all = parts.concat();
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2, 3, 4]);
    });
}

#[test]
fn no_job_is_lost_and_none_is_done_twice() {
    many_orders(|| {
        let pool = pool(2);
        let counts: Arc<Vec<AtomicUsize>> = Arc::new((0..4).map(|_| AtomicUsize::new(0)).collect());
        for job in 0..4 {
            let counts = Arc::clone(&counts);
            drop(
                pool.submit(move || counts[job].fetch_add(1, Ordering::SeqCst))
                    .unwrap(),
            );
        }
        drop(pool);
        assert!(counts.iter().all(|count| count.load(Ordering::SeqCst) == 1));
    });
}

#[test]
fn a_sleeping_worker_is_always_called() {
    // Two that submit, two that work: nobody may sleep while a job waits that another worker could do. Each pair of
    // jobs needs both workers, so a call too few is a deadlock.
    many_orders(|| {
        let pool = Arc::new(pool(2));
        for _ in 0..2 {
            let meeting = Arc::new(shuttle::sync::Barrier::new(2));
            let other = {
                let (pool, meeting) = (Arc::clone(&pool), Arc::clone(&meeting));
                thread::spawn(move || {
                    pool.submit(move || meeting.wait().is_leader())
                        .unwrap()
                        .result()
                })
            };
            let mine = pool
                .submit(move || meeting.wait().is_leader())
                .unwrap()
                .result()
                .unwrap();
            assert_ne!(mine, other.join().unwrap().unwrap());
        }
    });
}

#[test]
fn each_job_that_comes_has_one_worker_more_awake() {
    // When they come, one worker may look for a job, others sleep, wake or are not there yet. They need all three.
    many_orders(|| {
        let pool = pool(3);
        for _ in 0..2 {
            let meeting = Arc::new(shuttle::sync::Barrier::new(3));
            let jobs = [(); 3].map(|()| {
                let meeting = Arc::clone(&meeting);
                pool.submit(move || _ = meeting.wait()).unwrap()
            });
            assert_eq!(
                jobs.map(executor::JobHandle::result),
                [Ok(()), Ok(()), Ok(())]
            );
            assert_eq!(pool.submit(|| 1).unwrap().result(), Ok(1));
        }
    });
}

#[test]
fn a_job_is_either_cancelled_or_done() {
    many_orders(|| {
        let pool = pool(1);
        let job = pool.submit(|| 1).unwrap();
        let cancelled = job.cancel();
        assert_eq!(
            job.result(),
            if cancelled {
                Err(Error::Cancelled)
            } else {
                Ok(1)
            }
        );
    });
}

#[test]
fn a_callback_is_called_once_and_before_the_result() {
    many_orders(|| {
        let pool = pool(1);
        let mut job = pool.submit(|| 1).unwrap();
        let calls = Arc::new(Mutex::new(Vec::new()));
        for number in [1, 2] {
            let calls = Arc::clone(&calls);
            job.on_done(move |outcome| calls.lock().unwrap().push((number, outcome.clone())));
        }
        let outcome = if job.cancel() {
            Err(Error::Cancelled)
        } else {
            Ok(1)
        };
        assert_eq!(job.result(), outcome);
        assert_eq!(*calls.lock().unwrap(), [(1, outcome.clone()), (2, outcome)]);
    });
}

#[test]
fn an_awaited_job_wakes_its_task() {
    many_orders(|| {
        let pool = pool(1);
        let job = pool.submit(|| 6 * 7).unwrap();
        assert_eq!(shuttle::future::block_on(job), Ok(42));
    });
}

#[test]
fn every_job_is_given_out_as_completed() {
    many_orders(|| {
        let pool = pool(2);
        let jobs: Vec<_> = (0..3)
            .map(|number| pool.submit(move || number).unwrap())
            .collect();
        let mut results: Vec<_> = as_completed(jobs)
            .map(|job| job.result().unwrap())
            .collect();
        results.sort_unstable();
        assert_eq!(results, [0, 1, 2]);
    });
}

#[test]
fn waiting_for_the_first_ends_with_one() {
    many_orders(|| {
        let pool = pool(2);
        let jobs: Vec<_> = (0..2)
            .map(|number| pool.submit(move || number).unwrap())
            .collect();
        let (done, open) = wait(jobs, ReturnWhen::FirstCompleted, None);
        assert!(!done.is_empty());
        let (done_too, none) = wait(open, ReturnWhen::AllCompleted, None);
        assert_eq!((done.len() + done_too.len(), none.len()), (2, 0));
    });
}

#[test]
fn a_shutdown_while_others_submit_loses_nothing() {
    for how in [Shutdown::Wait, Shutdown::CancelPending, Shutdown::Detach] {
        let check = move || {
            let pool = Arc::new(pool(2));
            let done = Arc::new(AtomicUsize::new(0));
            let other = {
                let (pool, done) = (Arc::clone(&pool), Arc::clone(&done));
                thread::spawn(move || {
                    let job = pool.submit(move || done.fetch_add(1, Ordering::SeqCst));
                    job.and_then(executor::JobHandle::result)
                })
            };
            pool.shutdown(how);
            let outcome = other.join().unwrap();
            let possible = match outcome {
                Ok(0) => done.load(Ordering::SeqCst) == 1,
                Err(Error::Cancelled) => {
                    how == Shutdown::CancelPending && done.load(Ordering::SeqCst) == 0
                }
                Err(Error::ShutDown) => done.load(Ordering::SeqCst) == 0,
                _ => false,
            };
            assert!(possible, "{how:?}: {outcome:?}");
        };
        under_deadline(move || shuttle::check_random(check, 1000)).unwrap();
    }
}

#[test]
fn a_pool_may_be_dropped_by_its_own_job() {
    many_orders(|| {
        let pool = Arc::new(pool(2));
        let inner = Arc::clone(&pool);
        let job = pool.submit(move || drop(inner)).unwrap();
        let other = pool.submit(|| 5).unwrap();
        drop(pool);
        assert_eq!((job.result(), other.result()), (Ok(()), Ok(5)));
    });
}

#[test]
fn jobs_submit_jobs_while_the_pool_is_shut_down() {
    many_orders(|| {
        let pool = Arc::new(pool(2));
        let inner = Arc::clone(&pool);
        let job = pool.submit(move || inner.submit(|| 5).map(drop)).unwrap();
        pool.shutdown(Shutdown::Wait);
        assert!(matches!(job.result(), Ok(Ok(()) | Err(Error::ShutDown))));
    });
}

#[test]
fn a_scope_ends_after_its_jobs() {
    many_orders(|| {
        let pool = pool(2);
        let mut halves = [0, 0];
        let [left, right] = &mut halves;
        pool.scope(|scope| {
            drop(scope.submit(|| *left = 1).unwrap());
            drop(scope.submit(|| *right = 2).unwrap());
        });
        assert_eq!(halves, [1, 2]);
    });
}

#[test]
fn a_failing_initializer_leaves_nobody_waiting() {
    many_orders(|| {
        // Half of the workers fail: the pool is broken as soon as one has.
        let starts = AtomicUsize::new(0);
        let initializer = move || {
            if starts.fetch_add(1, Ordering::SeqCst) == 1 {
                std::panic::resume_unwind(Box::new("on purpose"));
            }
        };
        let pool = ThreadPool::builder()
            .workers(2)
            .initializer(initializer)
            .build()
            .unwrap();
        let jobs: Vec<_> = (0..3).map(|number| pool.submit(move || number)).collect();
        for (number, job) in jobs.into_iter().enumerate() {
            match job.and_then(executor::JobHandle::result) {
                Ok(result) => assert_eq!(result, number),
                Err(error) => assert!(matches!(error, Error::Broken(_)), "{error:?}"),
            }
        }
    });
}

#[test]
fn map_keeps_the_order() {
    many_orders(|| {
        let pool = pool(2);
        let results: Result<Vec<_>, _> = pool.map(0..3, |number| number * 2).bounded(2).collect();
        assert_eq!(results, Ok(vec![0, 2, 4]));
    });
}

#[test]
fn large_buffers_are_used_again_by_one_at_a_time() {
    every_order(|| {
        const LARGE: usize = 70_000;
        let spares = Arc::new(Spares::default());
        let kept: Vec<_> = (0..2).map(|_| Vec::with_capacity(LARGE + 10)).collect();
        let places: Vec<_> = kept
            .iter()
            .map(Vec::as_ptr)
            .map(|place| place as usize)
            .collect();
        for buffer in kept {
            spares.put(buffer);
        }
        let small = spares.encode(&[1_u8, 2]).expect("it can be written");
        assert!(
            small == [1, 2] && small.capacity() < 100,
            "a small message holds no large buffer"
        );
        let encoded = |byte: u8| {
            let spares = Arc::clone(&spares);
            thread::spawn(move || {
                spares
                    .encode(&vec![byte; LARGE])
                    .expect("it can be written")
            })
        };
        let both = [encoded(1), encoded(2)].map(|thread| thread.join().expect("it does not panic"));
        for (byte, bytes) in (1..).zip(&both) {
            // The length, in three bytes, comes first.
            assert!(bytes.len() == LARGE + 3 && bytes[3..].iter().all(|other| *other == byte));
            assert!(
                places.contains(&(bytes.as_ptr() as usize)),
                "it was there to be used"
            );
        }
    });
}

/// A job of a process pool. Done by a feeder, or by whoever asks for it.
struct Errand {
    done: Arc<(Mutex<usize>, Condvar)>,
    has_begun: bool,
}

impl Fail for Errand {
    fn fail(self, error: Error) {
        assert!(!self.has_begun, "a worker has it: {error}");
        self.finish();
    }

    fn has_begun(&self) -> bool {
        self.has_begun
    }
}

impl Errand {
    fn finish(self) {
        *self.done.0.lock().expect("nobody panics with it") += 1;
        self.done.1.notify_all();
    }
}

/// A process pool without processes: its queue, its feeders, its loans.
struct Office {
    queue: Arc<Queue<Errand>>,
    loans: Loans<Errand>,
    feeders: Mutex<Vec<thread::JoinHandle<()>>>,
}

/// What a handle knows.
struct Ordered {
    done: Arc<(Mutex<usize>, Condvar)>,
    loan: Option<u64>,
}

impl Office {
    /// With feeders that sleep, if the order of steps is such.
    fn new(feeders: usize) -> Arc<Office> {
        let queue = Arc::new(Queue::new(feeders, false));
        let loans = Loans::new(Arc::clone(&queue));
        let office = Arc::new(Office {
            queue,
            loans,
            feeders: Mutex::default(),
        });
        (0..feeders).for_each(|_| drop(office.order()));
        office
    }

    fn order(&self) -> Ordered {
        let done = Arc::default();
        let has_begun = self.queue.take_seat();
        let errand = Errand {
            done: Arc::clone(&done),
            has_begun,
        };
        if has_begun {
            return Ordered {
                done,
                loan: Some(self.loans.lend(errand)),
            };
        }
        match self.queue.push(errand) {
            Ok(Next::New(_)) => {
                let queue = Arc::clone(&self.queue);
                let feed = move || {
                    while let Some(errand) = queue.pop() {
                        errand.finish();
                    }
                    queue.leave();
                };
                self.feeders
                    .lock()
                    .expect("nobody panics with it")
                    .push(thread::spawn(feed));
            }
            Ok(_) => {}
            Err(_) => *done.0.lock().expect("nobody panics with it") += 1,
        }
        self.loans.recall();
        Ordered { done, loan: None }
    }

    fn result(&self, ordered: &Ordered) {
        if let Some(errand) = ordered.loan.and_then(|loan| self.loans.claim(loan)) {
            errand.finish();
            self.queue.leave_seat();
        }
        let mut done = ordered.done.0.lock().expect("nobody panics with it");
        while *done == 0 {
            done = ordered.done.1.wait(done).expect("nobody panics with it");
        }
        assert_eq!(*done, 1);
    }

    fn shutdown(&self, cancel: bool) {
        self.queue.end(Error::ShutDown);
        if cancel {
            self.queue.fail_all(&Error::Cancelled);
        }
        self.loans.recall();
        self.queue.wait_until_deserted();
    }
}

#[test]
fn a_lent_job_is_done_by_whoever_asks_for_it_or_a_feeder() {
    many_orders(|| {
        let office = Office::new(2);
        let other = Arc::clone(&office);
        let other = thread::spawn(move || {
            let (asked, dropped) = (other.order(), other.order());
            other.result(&asked);
            if let Some(errand) = dropped.loan.and_then(|loan| other.loans.claim(loan)) {
                other.queue.push_begun(errand);
            }
            dropped
        });
        let (first, second) = (office.order(), office.order());
        office.result(&second);
        office.result(&first);
        let dropped = other.join().unwrap();
        office.result(&dropped);
        office.shutdown(false);
    });
}

#[test]
fn nobody_waits_for_the_seat_of_a_lent_job_that_nobody_asks_for() {
    many_orders(|| {
        let office = Office::new(1);
        let lent = office.order();
        let other = Arc::clone(&office);
        let other = thread::spawn(move || other.result(&other.order()));
        other.join().unwrap();
        office.result(&lent);
        office.shutdown(false);
    });
}

#[test]
fn a_pool_with_lent_jobs_comes_to_its_end() {
    for cancel in [false, true] {
        let check = move || {
            let office = Office::new(2);
            let lent = office.order();
            let (other, third) = (Arc::clone(&office), Arc::clone(&office));
            let other = thread::spawn(move || other.shutdown(cancel));
            let third = thread::spawn(move || third.order());
            other.join().unwrap();
            let late = third.join().unwrap();
            office.result(&lent);
            office.result(&late);
        };
        under_deadline(move || shuttle::check_random(check, 3000)).unwrap();
    }
}

#[test]
fn a_pool_ends_while_one_lent_job_is_asked_for_and_one_handed_over() {
    for cancel in [false, true] {
        let check = move || {
            let office = Office::new(2);
            let (asked, handed_over) = (office.order(), office.order());
            let other = Arc::clone(&office);
            let other = thread::spawn(move || other.shutdown(cancel));
            if let Some(errand) = handed_over.loan.and_then(|loan| office.loans.claim(loan)) {
                office.queue.push_begun(errand);
            }
            office.result(&asked);
            office.result(&handed_over);
            other.join().unwrap();
        };
        under_deadline(move || shuttle::check_random(check, 3000)).unwrap();
    }
}
