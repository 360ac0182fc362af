//! The executors' own locks under shuttle: the same source files, compiled with locks and threads that take turns at
//! every step. Depth-first search tries every order that there is; where there are too many, random ones.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use common::deadline::within;
use shuttle::thread;
use testing::cases;

use executor::handle::job;
use executor::process::direct::SentJobs;
use executor::process::protocol::BufferPool;
use executor::queue::{Next, Queue, Queued};
use executor::{Error, ReturnWhen, Shutdown, ThreadPool, as_completed, wait};
use sync::atomic::{AtomicUsize, Ordering};
use sync::{Arc, Condvar, Mutex};

/// What the executors find as `crate::sync`.
mod sync {
    pub use shuttle::hint::spin_loop;
    pub use shuttle::sync::*;
    pub use shuttle::thread;
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
        shuttle::check_random(check, cases(300, 1500));
        shuttle::check_pct(check, cases(300, 1500), 3);
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
    // The thread that waits spins before it parks, or parks at once.
    for spin in [false, true] {
        under_deadline(move || {
            let check = move || {
                let (job, mut handle) = job(|| 6 * 7);
                handle.spin = spin;
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
        queue.close(Error::ShutDown);
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
        queue.close(Error::ShutDown);
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
        under_deadline(move || shuttle::check_random(check, cases(200, 1000))).unwrap();
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
        let buffers = Arc::new(BufferPool::default());
        let kept: Vec<_> = (0..2).map(|_| Vec::with_capacity(LARGE + 10)).collect();
        let places: Vec<_> = kept
            .iter()
            .map(Vec::as_ptr)
            .map(|place| place as usize)
            .collect();
        for buffer in kept {
            buffers.put(buffer);
        }
        let small = buffers.encode(&[1_u8, 2]).expect("it can be written");
        assert!(
            small == [1, 2] && small.capacity() < 100,
            "a small message holds no large buffer"
        );
        let encoded = |byte: u8| {
            let buffers = Arc::clone(&buffers);
            thread::spawn(move || {
                buffers
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

/// A job of a process pool, done by a dispatcher, or by the caller that asks for it.
struct Errand {
    done: Arc<(Mutex<usize>, Condvar)>,
    has_begun: bool,
}

impl Queued for Errand {
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

/// A process pool without processes: its queue, its dispatchers, its jobs that were sent.
struct Pool {
    queue: Arc<Queue<Errand>>,
    sent: SentJobs<Errand>,
    dispatchers: Mutex<Vec<thread::JoinHandle<()>>>,
}

/// A handle.
struct Handle {
    done: Arc<(Mutex<usize>, Condvar)>,
    sent: Option<u64>,
}

impl Pool {
    /// Starts the dispatchers; they park, if the order of steps is such.
    fn new(dispatchers: usize) -> Arc<Pool> {
        let queue = Arc::new(Queue::new(dispatchers, false));
        let sent = SentJobs::new(Arc::clone(&queue));
        let pool = Arc::new(Pool {
            queue,
            sent,
            dispatchers: Mutex::default(),
        });
        (0..dispatchers).for_each(|_| drop(pool.submit()));
        pool
    }

    fn submit(&self) -> Handle {
        let done = Arc::default();
        let has_begun = self.queue.try_take_permit();
        let errand = Errand {
            done: Arc::clone(&done),
            has_begun,
        };
        if has_begun {
            return Handle {
                done,
                sent: Some(self.sent.add(errand)),
            };
        }
        match self.queue.push(errand) {
            Ok(Next::New(_)) => {
                let queue = Arc::clone(&self.queue);
                let dispatch = move || {
                    while let Some(errand) = queue.pop() {
                        errand.finish();
                    }
                    queue.leave();
                };
                self.dispatchers
                    .lock()
                    .expect("nobody panics with it")
                    .push(thread::spawn(dispatch));
            }
            Ok(_) => {}
            Err(_) => *done.0.lock().expect("nobody panics with it") += 1,
        }
        self.sent.all_to_dispatchers();
        Handle { done, sent: None }
    }

    fn result(&self, handle: &Handle) {
        if let Some(errand) = handle.sent.and_then(|number| self.sent.take(number)) {
            errand.finish();
            self.queue.return_permit();
        }
        let mut done = handle.done.0.lock().expect("nobody panics with it");
        while *done == 0 {
            done = handle.done.1.wait(done).expect("nobody panics with it");
        }
        assert_eq!(*done, 1);
    }

    fn shutdown(&self, cancel: bool) {
        self.queue.close(Error::ShutDown);
        if cancel {
            self.queue.fail_pending(&Error::Cancelled);
        }
        self.sent.all_to_dispatchers();
        self.queue.wait_until_left();
    }
}

#[test]
fn a_job_that_was_sent_is_done_by_the_caller_that_asks_or_a_dispatcher() {
    many_orders(|| {
        let pool = Pool::new(2);
        let other = Arc::clone(&pool);
        let other = thread::spawn(move || {
            let (asked, dropped) = (other.submit(), other.submit());
            other.result(&asked);
            if let Some(errand) = dropped.sent.and_then(|number| other.sent.take(number)) {
                other.queue.return_permit_with(errand);
            }
            dropped
        });
        let (first, second) = (pool.submit(), pool.submit());
        pool.result(&second);
        pool.result(&first);
        let dropped = other.join().unwrap();
        pool.result(&dropped);
        pool.shutdown(false);
    });
}

#[test]
fn no_job_waits_for_the_permit_of_one_that_was_sent_and_is_not_asked_for() {
    many_orders(|| {
        let pool = Pool::new(1);
        let sent = pool.submit();
        let other = Arc::clone(&pool);
        let other = thread::spawn(move || other.result(&other.submit()));
        other.join().unwrap();
        pool.result(&sent);
        pool.shutdown(false);
    });
}

#[test]
fn a_pool_with_jobs_that_were_sent_comes_to_its_end() {
    for cancel in [false, true] {
        let check = move || {
            let pool = Pool::new(2);
            let sent = pool.submit();
            let (other, third) = (Arc::clone(&pool), Arc::clone(&pool));
            let other = thread::spawn(move || other.shutdown(cancel));
            let third = thread::spawn(move || third.submit());
            other.join().unwrap();
            let late = third.join().unwrap();
            pool.result(&sent);
            pool.result(&late);
        };
        under_deadline(move || shuttle::check_random(check, cases(600, 3000))).unwrap();
    }
}

#[test]
fn a_pool_ends_while_one_job_that_was_sent_is_asked_for_and_one_goes_to_a_dispatcher() {
    for cancel in [false, true] {
        let check = move || {
            let pool = Pool::new(2);
            let (asked, moved_on) = (pool.submit(), pool.submit());
            let other = Arc::clone(&pool);
            let other = thread::spawn(move || other.shutdown(cancel));
            if let Some(errand) = moved_on.sent.and_then(|number| pool.sent.take(number)) {
                pool.queue.return_permit_with(errand);
            }
            pool.result(&asked);
            pool.result(&moved_on);
            other.join().unwrap();
        };
        under_deadline(move || shuttle::check_random(check, cases(600, 3000))).unwrap();
    }
}
