//! What the lesson's server counts, and whom it turns away: so that a demo can ask the other side what happened.

use std::sync::{Arc, Mutex, PoisonError};

/// When the server does not do what it is asked to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules {
    /// More requests at once than this are refused at the door; 0 for no such rule.
    pub at_once: usize,
    /// Every so many-th request goes wrong; 0 for none.
    pub fail_every: usize,
}

/// What the server has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Requests that came in.
    pub asked: usize,
    /// Of these, how many it is working on now.
    pub now: usize,
    /// The most that it ever worked on at the same time.
    pub most: usize,
    /// Requests that were refused because there were too many at once.
    pub refused: usize,
    /// Requests that went wrong, as the rules say.
    pub failed: usize,
    /// Requests whose client closed the connection before the answer was ready.
    pub hung_up: usize,
}

/// Where requests are counted.
#[derive(Debug)]
pub struct Desk {
    rules: Rules,
    seen: Mutex<Seen>,
}

impl Desk {
    /// A desk where nobody has been yet.
    pub fn new(rules: Rules) -> Desk {
        Desk {
            rules,
            seen: Mutex::default(),
        }
    }

    /// The counts so far.
    pub fn seen(&self) -> Seen {
        self.change(|seen| *seen)
    }

    fn change<T>(&self, change: impl FnOnce(&mut Seen) -> T) -> T {
        change(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A request comes in.
    pub fn enter(self: &Arc<Desk>) -> Visit {
        let rules = self.rules;
        let (refused, fails) = self.change(|seen| {
            seen.asked += 1;
            let refused = rules.at_once > 0 && seen.now >= rules.at_once;
            if refused {
                seen.refused += 1;
            } else {
                seen.now += 1;
                seen.most = seen.most.max(seen.now);
            }
            (
                refused,
                rules.fail_every > 0 && seen.asked.is_multiple_of(rules.fail_every),
            )
        });
        Visit {
            desk: Arc::clone(self),
            refused,
            fails,
            done: false,
        }
    }
}

/// A request that is being worked on. Dropped before it is done, it counts as one whose client hung up.
#[derive(Debug)]
pub struct Visit {
    desk: Arc<Desk>,
    refused: bool,
    fails: bool,
    done: bool,
}

impl Visit {
    /// Whether there were too many.
    pub fn is_refused(&self) -> bool {
        self.refused
    }

    /// The work is done; whether it went well.
    pub fn done(mut self) -> bool {
        self.done = true;
        self.desk
            .change(|seen| seen.failed += usize::from(self.fails));
        !self.fails
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        if !self.refused {
            self.desk.change(|seen| {
                seen.now -= 1;
                seen.hung_up += usize::from(!self.done);
            });
        }
    }
}
