//! The server's own count of what it sees, so that a demo can ask the other side what happened.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Rules by which the server turns requests away, or fails them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules {
    /// The most requests at once, beyond which it refuses; 0 for no such rule.
    pub at_once: usize,
    /// The distance from one request that fails to the next; 0 for none that fails.
    pub fail_every: usize,
}

/// Numbers of requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests that came in.
    pub asked: usize,
    /// Requests that it is working on now.
    pub now: usize,
    /// The most that it ever worked on at the same time.
    pub most: usize,
    /// Requests that were refused because there were too many at once.
    pub refused: usize,
    /// Requests that failed, as the rules say.
    pub failed: usize,
    /// Requests whose client closed the connection before the answer was ready.
    pub hung_up: usize,
}

/// The counts of a server, and its rules.
#[derive(Debug)]
pub struct ServerStats {
    rules: Rules,
    counts: Mutex<Counts>,
}

impl ServerStats {
    /// Makes the stats of a server that has seen no request yet.
    pub fn new(rules: Rules) -> ServerStats {
        ServerStats {
            rules,
            counts: Mutex::default(),
        }
    }

    /// Returns the counts so far.
    pub fn counts(&self) -> Counts {
        *self.lock()
    }

    /// Counts a request that comes in; `None` if it has to be refused.
    pub fn enter(self: &Arc<ServerStats>) -> Option<InFlight> {
        let Rules {
            at_once,
            fail_every,
        } = self.rules;
        let mut counts = self.lock();
        counts.asked += 1;
        if at_once > 0 && counts.now >= at_once {
            counts.refused += 1;
            return None;
        }
        counts.now += 1;
        counts.most = counts.most.max(counts.now);

        Some(InFlight {
            stats: Arc::clone(self),
            fails: fail_every > 0 && counts.asked.is_multiple_of(fail_every),
            finished: false,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is being worked on. Dropped before it is finished, it counts as one whose client hung up.
#[derive(Debug)]
pub struct InFlight {
    stats: Arc<ServerStats>,
    fails: bool,
    finished: bool,
}

impl InFlight {
    /// Ends the work on the request; an error if the rules say that it fails.
    pub fn finish(mut self) -> Result<(), &'static str> {
        self.finished = true;
        if self.fails {
            self.stats.lock().failed += 1;
            return Err("that went wrong");
        }
        Ok(())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let mut counts = self.stats.lock();
        counts.now -= 1;
        if !self.finished {
            counts.hung_up += 1;
        }
    }
}
