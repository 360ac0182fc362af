//! Ctrl-C, for a program that wants to finish something first.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::cleanup::quit;
use crate::lock::lock;

/// The time in which a program may end by itself once it was asked to.
const GRACE: Duration = Duration::from_secs(5);

type Action = Box<dyn FnOnce() + Send>;

static ACTION: Mutex<Option<Action>> = Mutex::new(None);

/// Another program in this group has the terminal.
static IS_IGNORED: AtomicBool = AtomicBool::new(false);

/// Runs `action` at the first Ctrl-C, SIGTERM or SIGHUP, instead of ending the program at once.
///
/// The program should then come to its end by itself: a second signal ends it, and so do five
/// seconds. Registering another action replaces this one.
///
/// `action` runs on a thread of its own, so it may do what a signal handler may not; setting a
/// flag, sending on a channel or cancelling a token is usually all.
pub fn on_interrupt(action: impl FnOnce() + Send + 'static) {
    *lock(&ACTION) = Some(Box::new(action));
}

/// Forgets the action, when the demo that wanted it is over.
pub fn forget() {
    *lock(&ACTION) = None;
}

/// Ignores Ctrl-C while `wait` waits for a program that has the terminal, as system(3) does: the signal is for that
/// program. SIGTERM and SIGHUP come to the same handler, which cannot tell them apart.
pub fn ignored<T>(wait: impl FnOnce() -> T) -> T {
    IS_IGNORED.store(true, Ordering::Relaxed);
    let waited = wait();
    IS_IGNORED.store(false, Ordering::Relaxed);

    waited
}

/// Makes Ctrl-C, SIGTERM and SIGHUP end the program with its children and folders, see [`quit`].
pub fn listen() {
    let interrupted = || {
        if IS_IGNORED.load(Ordering::Relaxed) {
            return;
        }
        let action = lock(&ACTION).take();
        let Some(action) = action else { quit(130) };

        action();
        let end_late = || {
            thread::sleep(GRACE);
            quit(130)
        };
        let _ = thread::Builder::new().name("grace".into()).spawn(end_late);
    };
    // It can only fail where a handler was set before; then that one is in charge.
    let _ = ctrlc::set_handler(interrupted);
}
