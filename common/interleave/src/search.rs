//! Trying the orders in which the steps of an answer can happen.

use std::any::Any;
use std::collections::{HashMap, HashSet, VecDeque};
use std::env;
use std::hash::{BuildHasherDefault, Hasher};
use std::panic::resume_unwind;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex};

use judge::judging::{EXPLORE, IS_FOLLOWED, SEED, Schedule, lock, of_search, search_of};
use judge::{Kind, Solved, Verdict, fail};

use super::explore::{self, Begins};
use super::run::{self, Run};
use super::runner::{Body, run_all, told};
use super::schedule::{Choice, LONGEST, Luck, Plan, Taken};
use super::shorter::shortened;
use super::story;

/// Orders that are tried systematically, and random ones after that.
const SYSTEMATIC: usize = 3000;
const RANDOM: u64 = 2000;

/// Random ones where all orders have been tried: a thread may have noticed what no step of the search shows.
const AFTERWARDS: u64 = 50;

/// Steps that may be spent on the systematic search, and on the random one.
const WORK: usize = 300_000;

/// Runs `body` in every order of its steps, or, if there are too many, in thousands of them.
///
/// # Panics
/// When it fails in one of them, with the verdict and that order.
pub fn every_schedule(body: impl Fn() + Send + Sync + 'static) -> Solved {
    schedules(&(Arc::new(body) as Body), SYSTEMATIC, RANDOM)
}

/// The same with fewer orders, for larger numbers of what others have tried thoroughly.
///
/// # Panics
/// When it fails in one of them, with the verdict and that order.
pub fn some_schedules(body: impl Fn() + Send + Sync + 'static) -> Solved {
    schedules(&(Arc::new(body) as Body), SYSTEMATIC / 30, RANDOM / 30)
}

fn schedules(body: &Body, systematic: usize, random: u64) -> Solved {
    run::forget_looks();
    let Begins::Judged(own) = explore::begins(body) else {
        return Solved::new("in none of its orders: another search was asked for");
    };
    if let Ok(seed) = env::var(SEED) {
        if search_of(&seed) != own {
            return Solved::new("in the order of this seed");
        }
        IS_FOLLOWED.store(true, Relaxed);
        let plan = Plan::from_seed(&seed).unwrap_or_default();
        return match steady(|| one(body, plan.clone())) {
            Ok(()) => Solved::new("in the order of this seed"),
            Err(_) => resume_unwind(Box::new(retold(body, plan, own))),
        };
    }

    match search(body, systematic, random) {
        Ok(solved) => solved,
        Err(failing) => {
            let mut verdict = retold(body, failing.shown(body), own);
            if let Some(schedule) = &mut verdict.schedule {
                schedule.orders = failing.orders;
            }
            resume_unwind(Box::new(verdict))
        }
    }
}

/// A fault that was found, in figures.
#[derive(Debug)]
pub struct Found {
    /// The number of orders until it was found, the one that has it included.
    pub orders: usize,
    /// Interruptions of the order that a learner is shown.
    pub interruptions: usize,
    /// The kind of the fault.
    pub kind: Kind,
}

/// Searches as [`every_schedule`] does; what was found, and after how many orders. It is for measuring the search itself.
pub fn hunt(body: impl Fn() + Send + Sync + 'static) -> Option<Found> {
    let body: Body = Arc::new(body);
    let failing = search(&body, SYSTEMATIC, RANDOM).err()?;
    let shown = failing.shown(&body);
    Some(Found {
        orders: failing.orders,
        interruptions: shown.len(),
        kind: failing.kind,
    })
}

/// The failure of a run, and the choices up to it.
struct Failed {
    kind: Kind,
    taken: Vec<Choice>,
    /// The number of orders so far, this one included.
    orders: usize,
    /// The threads took their steps in turn.
    is_in_turn: bool,
}

impl Failed {
    /// Returns the order that a learner is shown: as short as can be, but steps that go on for ever in turn stay so.
    fn shown(&self, body: &Body) -> Plan {
        if self.is_in_turn && self.taken.len() >= LONGEST {
            Plan::random(Luck::InTurn)
        } else {
            shortened(body, self.kind, &self.taken)
        }
    }
}

/// The knowledge of the systematic search.
#[derive(Default)]
struct Search {
    queue: VecDeque<Plan>,
    current: Option<Plan>,
    /// Orders to try.
    most: usize,
    tried: usize,
    work: usize,
    /// The histories before choices that have been looked at.
    seen: HashSet<u64, Mixed>,
    /// From which history a choice leads to which.
    ways: Vec<(u64, u64)>,
    is_cut_off: bool,
    is_over: bool,
}

/// Stands for the end of a run.
const END: u64 = 0;

impl Search {
    /// Learns from the run that has just ended, and says what to try next.
    fn next(&mut self, taken: &[Choice]) -> Option<Plan> {
        if let Some(done) = self.current.take() {
            self.learn(&done, taken);
        }

        let is_enough = self.tried >= self.most || self.work >= WORK;
        if is_enough && !self.queue.is_empty() {
            self.is_cut_off = true;
            return None;
        }

        let next = self.queue.pop_front();
        self.is_over = next.is_none();
        self.tried += usize::from(next.is_some());
        self.current.clone_from(&next);

        next
    }

    fn learn(&mut self, done: &Plan, taken: &[Choice]) {
        self.work += taken.len();
        // There are more orders than are tried, and the next ones are known.
        if self.is_cut_off && self.room() == 0 {
            return;
        }

        let way = |step: usize| {
            let after = taken.get(step + 1).map_or(END, |next| next.key);
            (taken[step].key, after)
        };
        let end = done.end();
        if end > 0 && end <= taken.len() {
            self.ways.push(way(end - 1));
        }

        for (step, choice) in taken.iter().enumerate().skip(end) {
            // From here on all has been looked at, or is going to be.
            if !self.seen.insert(choice.key) {
                break;
            }
            self.ways.push(way(step));
            let room = self.room();
            let longer: Vec<Plan> = done.extended(step, choice).take(room + 1).collect();
            self.is_cut_off |= longer.len() > room;
            self.queue.extend(longer.into_iter().take(room));
        }
    }

    /// Orders that may still be put into the queue.
    fn room(&self) -> usize {
        (self.most + 1).saturating_sub(self.tried + self.queue.len())
    }

    /// Counts the orders, when all ways are known.
    fn orders(&self, first: Option<u64>) -> u64 {
        let Some(first) = first else { return 1 };

        let mut ways: HashMap<u64, Vec<u64>, Mixed> = HashMap::default();
        for (before, after) in &self.ways {
            ways.entry(*before).or_default().push(*after);
        }
        let mut known: HashMap<u64, u64, Mixed> = HashMap::default();
        let mut open = vec![first];

        known.insert(END, 1);
        while let Some(key) = open.last().copied() {
            let nexts = ways.get(&key).map_or(&[][..], Vec::as_slice);
            let before = open.len();
            open.extend(nexts.iter().filter(|next| !known.contains_key(next)));
            if open.len() > before {
                continue;
            }
            let all = nexts
                .iter()
                .map(|next| known[next])
                .fold(0_u64, u64::saturating_add);
            known.insert(key, all.max(1));
            open.pop();
        }

        known[&first]
    }
}

/// The hash of a history, which is as good as random already.
#[derive(Default)]
struct Same(u64);

type Mixed = BuildHasherDefault<Same>;

impl Hasher for Same {
    fn write_u64(&mut self, history: u64) {
        self.0 = history;
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Tries many orders; the first that fails.
fn search(body: &Body, systematic: usize, random: u64) -> Result<Solved, Failed> {
    steady(|| search_once(body, systematic, random))
}

/// Does it again if giving a lock back became a step of its own meanwhile: the steps of the first runs are counted
/// differently then.
fn steady<T>(runs: impl Fn() -> T) -> T {
    let is_looked_at = run::is_looked_at();
    let done = runs();

    if is_looked_at == run::is_looked_at() {
        done
    } else {
        runs()
    }
}

fn search_once(body: &Body, systematic: usize, random: u64) -> Result<Solved, Failed> {
    let is_looked_at = run::is_looked_at();
    let search = Arc::new(Mutex::new(Search {
        queue: VecDeque::from([Plan::default()]),
        most: systematic,
        ..Search::default()
    }));
    let first = Arc::new(Mutex::new(None));
    let (mine, start) = (Arc::clone(&search), Arc::clone(&first));
    let source = move |taken: &[Choice]| {
        if is_looked_at != run::is_looked_at() {
            return None;
        }
        lock(&start).get_or_insert_with(|| taken.first().map(|choice| choice.key));
        let mut search = lock(&mine);
        if search.tried == 0 {
            *lock(&start) = None;
        }
        search.next(taken)
    };

    let counted_in = |failed: Failed, before: usize, now: usize| Failed {
        orders: before + now,
        ..failed
    };
    batch(body, source).map_err(|failed| counted_in(failed, 0, lock(&search).tried))?;

    let (tried, is_all, orders, longest) = {
        let search = lock(&search);
        let is_all = search.is_over && !search.is_cut_off;
        let orders = if is_all {
            search.orders(lock(&first).flatten())
        } else {
            0
        };
        (
            search.tried,
            is_all,
            orders,
            search.work / search.tried.max(1),
        )
    };

    let random = if is_all {
        AFTERWARDS.min(random)
    } else {
        random
    };
    let (mut seeds, mut work) = (0..random, 0);
    let count = Arc::new(Mutex::new(0_usize));
    let counts = Arc::clone(&count);
    let source = move |taken: &[Choice]| {
        if is_looked_at != run::is_looked_at() {
            return None;
        }
        work += taken.len();
        let seed = seeds.next().filter(|_| work < WORK)?;
        *lock(&counts) += 1;
        let luck = match seed {
            0 => Luck::InTurn,
            _ if seed % 2 == 0 => Luck::Even(seed),
            _ => Luck::ByRank(seed, longest),
        };
        Some(Plan::random(luck))
    };

    batch(body, source).map_err(|failed| {
        let by_chance = *lock(&count);
        Failed {
            is_in_turn: by_chance == 1,
            ..counted_in(failed, tried, by_chance)
        }
    })?;
    if is_all {
        return Ok(Solved::new(format!(
            "in every order of its steps: {}",
            counted(orders)
        )));
    }

    let tried = u64::try_from(tried + *lock(&count)).unwrap_or(u64::MAX);
    Ok(Solved::new(format!("in {} of its steps", counted(tried))))
}

/// Whether `body`, which waits for something that never comes, sleeps: `false` if it asks again and again, or goes on.
///
/// # Panics
/// When `body` panics.
pub fn sleeps(body: impl Fn() + Send + Sync + 'static) -> bool {
    if env::var_os(EXPLORE).is_some() {
        return true;
    }

    let body: Body = Arc::new(body);
    let taken = Taken {
        ends_asleep: true,
        ..Taken::default()
    };
    let mut plan = Some(Plan::default());

    match batch_with(&body, move |_| plan.take(), &Arc::new(Mutex::new(taken))) {
        Err(failed) if failed.kind == Kind::Deadlock => true,
        Err(failed) if failed.kind != Kind::Stuck => {
            resume_unwind(Box::new(retold(&body, Plan::default(), 0)))
        }
        _ => false,
    }
}

/// Ends the check if only time helps at some point of `body`, in one of a few orders: all threads sleep, and one of them
/// looks again when a while has passed.
///
/// # Panics
/// With a [`judge::Fault`] then.
pub fn expect_woken(what: &str, body: impl Fn() + Send + Sync + 'static) {
    if env::var_os(EXPLORE).is_none() && needs_time(&(Arc::new(body) as Body)) {
        let what = format!(
            "{what}: all threads sleep until one looks again after a while: it asks again and again, where another should wake it"
        );
        fail(Kind::Stuck, what);
    }
}

fn needs_time(body: &Body) -> bool {
    let taken = Taken {
        ends_asleep: true,
        ..Taken::default()
    };
    let usual = std::iter::once(Plan::default());
    let in_turn = std::iter::once(Plan::random(Luck::InTurn));
    let by_chance = (1..40).map(|seed| Plan::random(Luck::Even(seed)));
    let mut plans = usual.chain(in_turn).chain(by_chance);

    let ended = batch_with(body, move |_| plans.next(), &Arc::new(Mutex::new(taken)));
    let Err(asleep) = ended else { return false };
    let is_deadlock =
        |ended: Result<(), Failed>| ended.is_err_and(|failed| failed.kind == Kind::Deadlock);

    // A deadlock that time does not end either is for the search to tell.
    asleep.kind == Kind::Deadlock && !is_deadlock(one(body, Plan::that_chose(&asleep.taken)))
}

fn counted(orders: u64) -> String {
    match orders {
        1 => "1 order".into(),
        u64::MAX => "more orders than can be counted".into(),
        _ => format!("{orders} orders"),
    }
}

/// One run after a plan.
fn one(body: &Body, plan: Plan) -> Result<(), Failed> {
    let mut plan = Some(plan);
    batch(body, move |_| plan.take())
}

/// Runs after all plans that `source` gives; it is told what was chosen in the run before.
fn batch(
    body: &Body,
    source: impl FnMut(&[Choice]) -> Option<Plan> + 'static,
) -> Result<(), Failed> {
    batch_with(body, source, &Arc::default())
}

fn batch_with(
    body: &Body,
    source: impl FnMut(&[Choice]) -> Option<Plan> + 'static,
    taken: &Arc<Mutex<Taken>>,
) -> Result<(), Failed> {
    match run_all(body, source, taken) {
        Ok(()) => Ok(()),
        Err(payload) => Err(Failed {
            kind: told(&*payload).kind,
            taken: std::mem::take(&mut lock(taken).choices),
            orders: 1,
            is_in_turn: false,
        }),
    }
}

/// One run after a plan, written down: how it ended.
fn recorded(body: &Body, plan: Plan) -> (Run, Option<Box<dyn Any + Send>>) {
    let taken = Taken {
        is_recorded: true,
        ..Taken::default()
    };
    let mut plan = Some(plan);
    let ended = run_all(body, move |_| plan.take(), &Arc::new(Mutex::new(taken)));
    (run::take().unwrap_or_default(), ended.err())
}

/// The same run again, this time written down.
fn retold(body: &Body, plan: Plan, search: usize) -> Verdict {
    let seed = of_search(plan.seed(), search);
    let is_in_turn = plan.is_in_turn();
    let (run, failed) = recorded(body, plan);
    let Some(payload) = failed else {
        let what = "it failed in one order of its steps, but not in the same order again";
        return Verdict::new(Kind::Panicked, what);
    };

    let mut verdict = told(&*payload);
    if is_in_turn && run.choices >= LONGEST {
        verdict.what = format!(
            "it did not end within {LONGEST} steps, taken in turn: the threads get in each other's way for ever"
        );
    }
    if [Kind::Deadlock, Kind::LeftThread].contains(&verdict.kind) {
        verdict.details = story::who_waits(&run);
    }

    let schedule = Schedule {
        search,
        ..story::schedule(&run, seed)
    };
    if !schedule.steps.is_empty() && verdict.kind != Kind::StillToDo {
        verdict.schedule = Some(schedule);
    }

    verdict
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::SeqCst;
    use std::time::Duration;

    use judge::{Source, expect, verdict_of};

    use super::super::shorter::superfluous;
    use super::super::sync::atomic::AtomicU32;
    use super::super::sync::{Condvar, Mutex as Lock, thread};
    use super::*;

    /// Two threads add one each, by reading and then writing, after `pauses` steps that do nothing.
    fn lost_update(pauses: u32) -> Body {
        Arc::new(move || {
            let number = AtomicU32::new(0);
            let pause = AtomicU32::new(0);
            thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        (0..pauses).for_each(|_| _ = pause.load(SeqCst));
                        let seen = number.load(SeqCst);
                        number.store(seen + 1, SeqCst);
                    });
                }
            });
            expect(Kind::LostUpdate, "two additions", &number.load(SeqCst), &2);
        })
    }

    #[test]
    fn all_orders_are_tried_and_counted() {
        let body: Body = Arc::new(|| {
            let number = AtomicU32::new(0);
            thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        number.load(SeqCst);
                        number.fetch_add(1, SeqCst);
                    });
                }
            });
        });
        // Four steps, two of each thread: six ways to put them in order.
        let ours = search(&body, SYSTEMATIC, RANDOM)
            .map_err(|_| "it fails")
            .unwrap()
            .0;
        assert_eq!(ours, "in every order of its steps: 6 orders");
    }

    #[test]
    fn one_interruption_is_found_first() {
        let failed = search(&lost_update(0), SYSTEMATIC, RANDOM)
            .map_err(|failed| failed.kind)
            .unwrap_err();
        assert_eq!(failed, Kind::LostUpdate);
        let Err(failed) = search(&lost_update(3), SYSTEMATIC, RANDOM) else {
            panic!("it was accepted")
        };
        let plan = Plan::that_chose(&failed.taken);
        assert!(plan.len() <= 2, "{plan:?}");
    }

    #[test]
    fn a_random_order_that_fails_is_made_short_and_fails_in_the_same_way() {
        let body = lost_update(10);
        let lucks = (0..500).flat_map(|seed| [Luck::Even(seed), Luck::ByRank(seed, 40)]);
        let failing = lucks
            .filter_map(|luck| one(&body, Plan::random(luck)).err())
            .max_by_key(|failed| Plan::that_chose(&failed.taken).len())
            .expect("one in 500 fails");
        let long = Plan::that_chose(&failing.taken).len();
        let short = shortened(&body, failing.kind, &failing.taken);
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
    fn no_interruption_of_a_failing_order_can_be_left_out() {
        for pauses in 0..6 {
            let body = lost_update(pauses);
            let Err(failing) = search(&body, SYSTEMATIC, RANDOM) else {
                panic!("it was accepted")
            };
            let short = shortened(&body, failing.kind, &failing.taken);
            assert!(one(&body, short.clone()).is_err(), "it fails no more");
            assert_eq!(superfluous(&body, short), [0; 0], "of {pauses}");
        }
    }

    #[test]
    fn a_lock_that_is_found_taken_is_another_history() {
        // Each begins with another lock, and gives way: it goes on for ever where both do so in step.
        let body: Body = Arc::new(|| {
            let locks = [Lock::new(()), Lock::new(())];
            let both = |mut first: usize| {
                loop {
                    let one = locks[first].lock().unwrap();
                    if locks[1 - first].try_lock().is_ok() {
                        return;
                    }
                    drop(one);
                    first = 1 - first;
                }
            };
            thread::scope(|scope| {
                scope.spawn(|| both(0));
                scope.spawn(|| both(1));
            });
        });
        let failed = search(&body, SYSTEMATIC, RANDOM).map(|solved| solved.0);
        assert_eq!(failed.map_err(|failed| failed.kind), Err(Kind::Stuck));
    }

    #[test]
    fn time_passes_for_all_alike() {
        // The first to sleep would wake up for ever, if its time alone passed.
        let body: Body = Arc::new(|| {
            let (lock, bell) = (Lock::new(0), Condvar::new());
            let looks = |turn: u32| {
                let mut now = lock.lock().unwrap();
                while *now != turn {
                    now = bell.wait_timeout(now, Duration::from_millis(10)).unwrap().0;
                }
                *now += 1;
            };
            thread::scope(|scope| {
                for turn in [2, 1, 0] {
                    let looks = &looks;
                    scope.spawn(move || looks(turn));
                }
            });
        });
        let found = search(&body, 1, 20).map(|_| ());
        assert_eq!(found.map_err(|failed| failed.kind), Ok(()));
        assert!(needs_time(&body));
    }

    fn calls_itself(depth: u64) -> u64 {
        if std::hint::black_box(depth) == u64::MAX {
            return 0;
        }
        std::hint::black_box(calls_itself(depth + 1)) + 1
    }

    #[test]
    fn a_call_without_an_end_is_a_stack_overflow() {
        let test = concat!(
            module_path!(),
            "::a_call_without_an_end_is_a_stack_overflow"
        );
        let check = || every_schedule(|| _ = calls_itself(0));
        let no_answer = Source {
            text: "",
            is_in_steps: false,
        };
        verdict_of(
            "a check that was made up",
            test,
            check,
            no_answer,
            "panicked: stack overflow",
        );
    }

    #[test]
    fn who_sleeps_is_told_from_who_asks_again_and_again() {
        let asleep = || {
            let (lock, bell) = (Lock::new(()), Condvar::new());
            drop(bell.wait(lock.lock().unwrap()).unwrap());
        };
        assert!(sleeps(asleep));
        let woken: Body = Arc::new(|| {
            let (lock, bell) = (Lock::new(false), Condvar::new());
            thread::scope(|scope| {
                scope.spawn(|| {
                    *lock.lock().unwrap() = true;
                    bell.notify_one();
                });
                let guard = lock.lock().unwrap();
                let limit = Duration::from_millis(50);
                drop(bell.wait_timeout_while(guard, limit, |done| !*done));
            });
        });
        assert!(!needs_time(&woken));
        assert!(!sleeps(|| while AtomicU32::new(0).load(SeqCst) == 0 {}));
        assert!(!sleeps(|| ()));
    }
}
