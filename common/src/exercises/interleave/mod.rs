//! Judging threads and locks by trying the orders in which their steps can happen.
//!
//! An exercise says `use crate::sync::{Mutex, thread};`, and in its check that is [shuttle]'s: threads that take turns on
//! one real thread, in an order that a scheduler decides. The orders are tried systematically: first the one in which
//! nobody is interrupted, then all with one interruption, then all with two, and so on. Where that comes to an end,
//! every order has been tried. Where there are too many, random ones follow. So a fault is found with few
//! interruptions, and what a learner is shown is short.
//!
//! [shuttle]: https://docs.rs/shuttle

mod record;
mod schedule;

use std::any::Any;
use std::collections::VecDeque;
use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex};

use shuttle::{Config, FailurePersistence, MaxSteps, Runner};

use self::record::{Recorder, Recording};
use self::schedule::{Choice, Driver, Plan};
use super::judge::{SEED, verdict_on};
use super::verdict::{Kind, Verdict};
use super::{Solved, fail, not_ended};
use crate::lock::lock;

/// Orders that are tried systematically, and random ones after that.
const SYSTEMATIC: usize = 3000;
const RANDOM: u64 = 2000;

/// Runs that may be spent on making a failing order shorter.
const SHORTER: usize = 400;

/// Steps after which a run has no end.
const LONGEST: usize = 5000;

/// What exercises find as `crate::sync` while they are judged.
pub mod sync {
    pub use shuttle::sync::*;
    pub use shuttle::thread;
}

type Body = Arc<dyn Fn() + Send + Sync>;

/// Runs `body` in every order of its steps, or, if there are more than 3,000, in as many and 2,000 random ones.
///
/// # Panics
/// When it fails in one of them, with the verdict and that order.
pub fn every_schedule(body: impl Fn() + Send + Sync + 'static) -> Solved {
    let body: Body = Arc::new(body);
    if let Ok(seed) = env::var(SEED) {
        let plan = Plan::from_seed(&seed).unwrap_or_default();
        return match one(&body, plan.clone()) {
            Ok(()) => Solved::new("in the order of this seed"),
            Err(_) => resume_unwind(Box::new(retold(&body, plan))),
        };
    }
    match search(&body) {
        Ok(solved) => solved,
        Err(failing) => resume_unwind(Box::new(retold(&body, shortened(&body, &failing)))),
    }
}

/// How a run failed, and what had been chosen by then.
struct Failed {
    kind: Kind,
    taken: Vec<Choice>,
}

/// Tries many orders; the first that fails.
fn search(body: &Body) -> Result<Solved, Failed> {
    let mut queue = VecDeque::from([Plan::default()]);
    let mut current: Option<Plan> = None;
    // Kept outside: what the source of plans knows in the end says whether all orders have been tried.
    let progress = Arc::new(Mutex::new((0_usize, false)));
    let seen = Arc::clone(&progress);
    batch(body, move |taken| {
        let mut progress = lock(&seen);
        if let Some(done) = current.take() {
            let room = (SYSTEMATIC + 1).saturating_sub(progress.0 + queue.len());
            queue.extend(done.extended(taken).take(room));
        }
        if progress.0 == SYSTEMATIC {
            return None;
        }
        let next = queue.pop_front();
        progress.1 = next.is_none();
        progress.0 += usize::from(next.is_some());
        current.clone_from(&next);
        next
    })?;
    let (tried, all) = *lock(&progress);
    if all {
        return Ok(Solved(format!(
            "in every order of its steps: {}",
            counted(tried)
        )));
    }
    let mut seeds = 0..RANDOM;
    batch(body, move |_| seeds.next().map(Plan::random))?;
    let tried = tried + usize::try_from(RANDOM).unwrap_or(usize::MAX);
    Ok(Solved(format!("in {} of its steps", counted(tried))))
}

/// Whether `body`, which waits for something that never comes, sleeps: `false` if it asks again and again, or goes on.
///
/// # Panics
/// When `body` panics.
pub fn sleeps(body: impl Fn() + Send + Sync + 'static) -> bool {
    let body: Body = Arc::new(body);
    match one(&body, Plan::default()) {
        Err(failed) if failed.kind == Kind::Deadlock => true,
        Err(failed) if failed.kind != Kind::Stuck => {
            resume_unwind(Box::new(retold(&body, Plan::default())))
        }
        _ => false,
    }
}

fn counted(orders: usize) -> String {
    if orders == 1 {
        "1 order".into()
    } else {
        format!("{orders} orders")
    }
}

/// One run after a plan; what was chosen in it.
fn one(body: &Body, plan: Plan) -> Result<(), Failed> {
    let mut plan = Some(plan);
    batch(body, move |_| plan.take())
}

/// Runs after all plans that `source` gives; it is told what was chosen in the run before.
fn batch(
    body: &Body,
    source: impl FnMut(&[Choice]) -> Option<Plan> + 'static,
) -> Result<(), Failed> {
    let taken = Arc::new(Mutex::new(Vec::new()));
    let runner = Runner::new(Driver::new(source, Arc::clone(&taken), None), config());
    let body = Arc::clone(body);
    match catch_unwind(AssertUnwindSafe(|| runner.run(move || body()))) {
        Ok(_) => Ok(()),
        Err(payload) => Err(Failed {
            kind: told(&*payload).kind,
            taken: std::mem::take(&mut *lock(&taken)),
        }),
    }
}

/// Failing is no secret here, and call stacks are written down on the threads' own stacks.
fn config() -> Config {
    let mut config = Config::new();
    config.failure_persistence = FailurePersistence::None;
    config.silence_warnings = true;
    config.stack_size = 1 << 18;
    config.max_steps = MaxSteps::FailAfter(LONGEST);
    config
}

/// What a failed run means; shuttle's own messages in the learner's words.
fn told(payload: &(dyn Any + Send)) -> Verdict {
    let text = payload.downcast_ref::<String>().map_or("", String::as_str);
    if text.starts_with("exceeded max_steps") {
        return Verdict::new(Kind::Stuck, not_ended("it", &format!("{LONGEST} steps")));
    }
    verdict_on(payload)
}

/// The plan with the fewest interruptions that still fails in the same way, as far as it can be found: one or two are left
/// out, for as long as that helps.
fn shortened(body: &Body, failing: &Failed) -> Plan {
    let mut taken = failing.taken.clone();
    let mut runs = 0;
    loop {
        let length = Plan::that_chose(&taken).len();
        let ones = (0..length).map(|index| [index, index]);
        let pairs = (0..length).flat_map(|one| (one + 1..length).map(move |other| [one, other]));
        let shorter = ones.chain(pairs).take(SHORTER - runs).find_map(|left_out| {
            runs += 1;
            let failed = one(body, Plan::that_chose_without(&taken, left_out)).err()?;
            let shorter = Plan::that_chose(&failed.taken).len() < length;
            (failed.kind == failing.kind && shorter).then_some(failed.taken)
        });
        match shorter {
            Some(shorter) => taken = shorter,
            None => return Plan::that_chose(&taken),
        }
    }
}

/// The same run again, this time written down.
fn retold(body: &Body, plan: Plan) -> Verdict {
    let recording = Arc::new(Mutex::new(Recording::default()));
    let seed = plan.seed();
    let recorder = Recorder(Arc::clone(&recording));
    let again = Arc::clone(&recording);
    let body = Arc::clone(body);
    let mut plan = Some(plan);
    let failed = tracing::subscriber::with_default(recorder, move || {
        let driver = Driver::new(move |_| plan.take(), Arc::default(), Some(again));
        catch_unwind(AssertUnwindSafe(|| {
            Runner::new(driver, config()).run(move || body())
        }))
    });
    let Err(payload) = failed else {
        let what = "it failed in one order of its steps, but not in the same order again";
        return Verdict::new(Kind::Panicked, what);
    };
    let mut verdict = told(&*payload);
    let recording = std::mem::take(&mut *lock(&recording));
    if verdict.kind == Kind::Deadlock {
        verdict.details = recording.who_waits();
    }
    let schedule = recording.schedule(seed);
    if !schedule.steps.is_empty() && verdict.kind != Kind::StillToDo {
        verdict.schedule = Some(schedule);
    }
    verdict
}

/// Whether two or more were ever under way at the same time, over all orders that were tried.
#[derive(Debug, Default)]
pub struct Overlap {
    inside: std::sync::atomic::AtomicUsize,
    most: std::sync::atomic::AtomicUsize,
    told: Option<&'static str>,
}

impl Overlap {
    /// Nobody is under way, and nobody was.
    pub const fn new() -> Overlap {
        use std::sync::atomic::AtomicUsize;
        Overlap {
            inside: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            told: None,
        }
    }

    /// Says this where too many are under way, or too few were, in the words of the exercise.
    pub const fn told(what: &'static str) -> Overlap {
        Overlap {
            told: Some(what),
            ..Overlap::new()
        }
    }

    /// A job of three steps, between which others may come.
    pub fn job(&self) {
        self.job_of_at_most(usize::MAX);
    }

    /// A job that must be alone.
    ///
    /// # Panics
    /// With a [`Fault`](super::Fault) when another one is under way.
    pub fn alone(&self) {
        self.job_of_at_most(1);
    }

    /// A job of three steps, besides which at most `most - 1` others may be under way.
    ///
    /// # Panics
    /// With a [`Fault`](super::Fault) when there are more.
    pub fn job_of_at_most(&self, most: usize) {
        use std::sync::atomic::Ordering::SeqCst;
        let inside = self.inside.fetch_add(1, SeqCst) + 1;
        self.most.fetch_max(inside, SeqCst);
        if inside > most {
            let what = || format!("{inside} were under way at the same time, where {most} may be");
            fail(
                Kind::TooManyAtOnce,
                self.told.map_or_else(what, str::to_owned),
            );
        }
        for _ in 0..2 {
            shuttle::thread::sleep(std::time::Duration::ZERO);
        }
        self.inside.fetch_sub(1, SeqCst);
    }

    /// Nobody is under way: said at the start of each run, since a run that was cut short may have left somebody.
    pub fn start(&self) {
        self.inside.store(0, std::sync::atomic::Ordering::SeqCst);
    }

    /// Ends the check unless so many were ever under way at the same time.
    ///
    /// # Panics
    /// With a [`Fault`] when they were not. One order alone (`--seed`) says nothing about that.
    pub fn expect(&self, wanted: usize) {
        let most = self.most.load(std::sync::atomic::Ordering::SeqCst);
        if most < wanted && env::var_os(SEED).is_none() {
            let what = || {
                format!(
                    "in no order of the steps were more than {most} of {wanted} under way at the same time"
                )
            };
            fail(
                Kind::NeverOverlapped,
                self.told.map_or_else(what, str::to_owned),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::SeqCst;

    use shuttle::scheduler::DfsScheduler;
    use shuttle::sync::atomic::AtomicU32;
    use shuttle::sync::{Condvar, Mutex as Lock};
    use shuttle::thread;

    use super::super::expect;
    use super::*;

    /// Two threads add one each, by reading and then writing, after `pauses` steps that do nothing.
    fn lost_update(pauses: u32) -> Body {
        Arc::new(move || {
            let number = AtomicU32::new(0);
            thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        (0..pauses).for_each(|_| thread::sleep(std::time::Duration::ZERO));
                        let seen = number.load(SeqCst);
                        number.store(seen + 1, SeqCst);
                    });
                }
            });
            expect(Kind::LostUpdate, "two additions", &number.load(SeqCst), &2);
        })
    }

    #[test]
    fn all_orders_are_as_many_as_shuttle_s_own_search_finds() {
        let body: Body = Arc::new(|| {
            let number = AtomicU32::new(0);
            let lock = Lock::new(());
            thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        let _guard = lock.lock();
                        number.fetch_add(1, SeqCst)
                    });
                }
            });
        });
        let ours = search(&body).map_err(|_| "it fails").unwrap().0;
        let theirs = Runner::new(DfsScheduler::new(None, false), Config::new()).run(move || body());
        assert_eq!(
            ours,
            format!("in every order of its steps: {theirs} orders")
        );
    }

    #[test]
    fn one_interruption_is_found_first() {
        let failed = search(&lost_update(0))
            .map_err(|failed| failed.kind)
            .unwrap_err();
        assert_eq!(failed, Kind::LostUpdate);
        let Err(failed) = search(&lost_update(3)) else {
            panic!("it was accepted")
        };
        assert!(
            Plan::that_chose(&failed.taken).len() <= 2,
            "{:?}",
            Plan::that_chose(&failed.taken)
        );
    }

    #[test]
    fn a_random_order_that_fails_is_made_short_and_fails_in_the_same_way() {
        let body = lost_update(10);
        let failing = (0..500)
            .find_map(|seed| one(&body, Plan::random(seed)).err())
            .expect("one in 500 fails");
        let long = Plan::that_chose(&failing.taken).len();
        let short = shortened(&body, &failing);
        assert!(
            short.len() <= 3 && short.len() < long,
            "{} of {long}: {short:?}",
            short.len()
        );
        assert_eq!(
            one(&body, short.clone()).map_err(|failed| failed.kind),
            Err(Kind::LostUpdate)
        );
        // The seed is all that is needed to see it again.
        let again = Plan::from_seed(&short.seed()).expect("a seed of ours");
        assert_eq!(
            one(&body, again).map_err(|failed| failed.kind),
            Err(Kind::LostUpdate)
        );
    }

    #[test]
    fn who_sleeps_is_told_from_who_asks_again_and_again() {
        let asleep = || {
            let (lock, bell) = (Lock::new(()), Condvar::new());
            drop(bell.wait(lock.lock().unwrap()).unwrap());
        };
        assert!(sleeps(asleep));
        assert!(!sleeps(|| while AtomicU32::new(0).load(SeqCst) == 0 {}));
        assert!(!sleeps(|| ()));
    }
}
