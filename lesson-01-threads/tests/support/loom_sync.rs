//! What exercises that are judged under loom find as `crate::sync`: loom's, but for `park` and `unpark`.

pub use loom::sync::*;

/// Threads.
pub mod thread {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use loom::sync::{Condvar, Mutex};
    pub use loom::thread::spawn;

    /// A handle to a thread. With loom's own, a thread sees all that came before an `unpark` whether it was asleep or not,
    /// which is more than std promises: there, it is the `park` that sees it.
    #[derive(Clone, Default)]
    pub struct Thread {
        token: Arc<(Mutex<bool>, Condvar)>,
    }

    loom::thread_local! {
        static CURRENT: Thread = Thread::default();
    }

    static FOR_NO_REASON: AtomicBool = AtomicBool::new(false);

    impl Thread {
        /// As std's.
        pub fn unpark(&self) {
            *self.token.0.lock().expect("nobody panics with the lock") = true;
            self.token.1.notify_one();
        }
    }

    /// As std's.
    pub fn current() -> Thread {
        CURRENT.with(Clone::clone)
    }

    /// As std's.
    pub fn park() {
        if FOR_NO_REASON.swap(false, Ordering::Relaxed) {
            return;
        }
        let token = current().token;
        let mut given = token.0.lock().expect("nobody panics with the lock");
        while !*given {
            given = token.1.wait(given).expect("nobody panics with the lock");
        }
        *given = false;
    }

    /// The next `park` is to return at once, as every `park` may.
    pub fn wake_for_no_reason() {
        FOR_NO_REASON.store(true, Ordering::Relaxed);
    }
}
