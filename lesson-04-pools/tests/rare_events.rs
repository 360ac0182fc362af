//! The executors where their surroundings do what they seldom do: a sleeping thread wakes for no reason, and no thread can
//! be started. The same source files, compiled with locks and threads that do so often.

use std::time::Duration;

use common::deadline::within;
use executor::{Error, JobHandle, Shutdown, ThreadPool};
use sync::atomic::{AtomicBool, Ordering};
use testing::cases;

/// What the executors find as `crate::sync`.
mod sync {
    pub use shuttle::hint::spin_loop;
    pub use shuttle::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak, atomic};

    pub mod thread {
        pub use shuttle::thread::{JoinHandle, current, yield_now};

        pub struct Builder(Option<shuttle::thread::Builder>);

        impl Builder {
            pub fn new() -> Builder {
                Builder(Some(shuttle::thread::Builder::new()))
            }

            /// Threads called `nobody` cannot be started.
            pub fn name(self, name: String) -> Builder {
                Builder(
                    self.0
                        .filter(|_| !name.starts_with("nobody"))
                        .map(|builder| builder.name(name)),
                )
            }

            pub fn spawn(
                self,
                run: impl FnOnce() + Send + 'static,
            ) -> std::io::Result<JoinHandle<()>> {
                self.0.ok_or(std::io::ErrorKind::WouldBlock)?.spawn(run)
            }
        }
    }

    /// Wakes all where one was meant, as it is allowed to.
    #[derive(Default)]
    pub struct Condvar(shuttle::sync::Condvar);

    impl Condvar {
        pub fn new() -> Condvar {
            Condvar::default()
        }

        pub fn notify_one(&self) {
            self.0.notify_all();
        }
    }

    impl std::ops::Deref for Condvar {
        type Target = shuttle::sync::Condvar;

        fn deref(&self) -> &Self::Target {
            &self.0
        }
    }
}

#[path = "../src/executor/mod.rs"]
#[allow(
    dead_code,
    missing_docs,
    unused_imports,
    reason = "they are the lesson's files, for their checks"
)]
mod executor;

#[test]
fn a_worker_that_wakes_for_no_reason_is_not_counted_twice() {
    let check = || {
        let pool = ThreadPool::builder().workers(3).build().unwrap();
        let jobs = [0, 1].map(|n| pool.submit(move || n).unwrap());
        assert_eq!(jobs.map(JobHandle::result), [Ok(0), Ok(1)]);
        // They need three workers. Where a sleeper is counted that is not there, it is called instead of a new one.
        let meeting = sync::Arc::new(shuttle::sync::Barrier::new(3));
        let jobs = [0, 1, 2].map(|_| {
            let meeting = sync::Arc::clone(&meeting);
            pool.submit(move || _ = meeting.wait()).unwrap()
        });
        assert_eq!(jobs.map(JobHandle::result), [Ok(()), Ok(()), Ok(())]);
    };
    within(Duration::from_secs(100), move || {
        shuttle::check_random(check, cases(600, 3000));
    })
    .expect("it ends");
}

#[test]
fn a_job_that_no_thread_can_be_started_for_may_ask_the_pool() {
    struct Ends(sync::Arc<ThreadPool>, sync::Arc<AtomicBool>);
    impl Drop for Ends {
        fn drop(&mut self) {
            // Where it takes a lock that this thread has, shuttle panics, and the pool catches that.
            self.0.shutdown(Shutdown::Wait);
            self.1.store(true, Ordering::SeqCst);
        }
    }
    let check = || {
        let pool = sync::Arc::new(
            ThreadPool::builder()
                .workers(2)
                .name_prefix("nobody")
                .build()
                .unwrap(),
        );
        let ended = sync::Arc::new(AtomicBool::new(false));
        let held = Ends(sync::Arc::clone(&pool), sync::Arc::clone(&ended));
        let job = pool.submit(move || drop(held)).unwrap();
        assert!(matches!(job.result(), Err(Error::Broken(why)) if why.contains("no thread")));
        assert!(ended.load(Ordering::SeqCst));
    };
    within(Duration::from_secs(100), move || {
        shuttle::check_random(check, 10);
    })
    .expect("it ends");
}
