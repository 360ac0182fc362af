//! Which thread takes the next step.
//!
//! Unless told otherwise, a thread goes on until it waits or ends; then comes the next one by number. A [`Plan`] says
//! where to do something else: at this step, that thread. Every order there is is such a plan.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use shuttle::scheduler::{Schedule, Scheduler, Task, TaskId};

use judge::judging::{IN_TURN, deviations, lock};
use judge::{Kind, not_ended};

use super::run::{self, Next, Prospect, Run, THREADS, View};

/// The most steps in a row while another thread could go on: a thread that asks again and again whether something has
/// happened must not keep it from happening.
const IN_A_ROW: u32 = 40;

/// Steps after which a run has no end.
pub(super) const LONGEST: usize = 5000;

/// The rank of the first thread that has fallen, for [`Luck::ByRank`]: below all that have not, and above all that have
/// asked in vain since, of which there are fewer.
const FALLEN: u64 = 1 << 32;

/// A wait of so many milliseconds is a sleep.
const SLEEP: u128 = 5;

/// The choice at one step: a thread, or, from [`THREADS`] on, a thread whose wait ends without what it is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    pub(super) chosen: usize,
    pub(super) usual: usize,
    /// Bit N is set if thread N could have gone on.
    ready: u64,
    /// The same for waits that could have ended.
    wakeable: u64,
    /// Which thread had the step before, and how many steps it had taken by then.
    after: (usize, usize),
    /// Stands for all that had happened by then.
    pub(super) key: u64,
}

impl Choice {
    /// All that could have been chosen.
    pub(super) fn options(&self) -> impl Iterator<Item = usize> + use<> {
        let woken = Bits(self.wakeable).map(|thread| thread + THREADS);
        Bits(self.ready).chain(woken)
    }

    /// The number of these.
    fn count(&self) -> usize {
        let count = self.ready.count_ones() + self.wakeable.count_ones();
        usize::try_from(count).unwrap_or(usize::MAX)
    }

    fn allows(&self, option: usize) -> bool {
        match option.checked_sub(THREADS) {
            None => self.ready >> option & 1 == 1,
            Some(thread) => self.wakeable >> thread & 1 == 1,
        }
    }
}

/// The thread behind this one among those that are ready, from the first on again behind the last.
fn next_behind(thread: usize, ready: u64) -> Option<usize> {
    let behind = ready & !(u64::MAX >> (63 - thread % THREADS));
    Bits(behind).next().or_else(|| Bits(ready).next())
}

/// The indices of the bits that are set, from the lowest on.
struct Bits(u64);

impl Iterator for Bits {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let lowest = (self.0 != 0).then_some(self.0.trailing_zeros())?;
        self.0 &= self.0 - 1;
        usize::try_from(lowest).ok()
    }
}

/// The rule for choosing where the plan says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Luck {
    /// Any thread at any step.
    Even(u64),
    /// The thread that is first by a random order, which changes at two random steps (PCT with depth 3).
    ByRank(u64, usize),
    /// Each thread that can takes a step in turn: a fair order, in which every right answer comes to its end.
    InTurn,
}

/// At these steps, these threads go on, and not the usual ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    deviations: Vec<(usize, usize)>,
    /// The same by another clock: after so many steps of this thread, that one. It still makes sense when something
    /// that came before is left out.
    after: BTreeMap<(usize, usize), usize>,
    luck: Option<Luck>,
    /// Exactly these, and then no more.
    exact: Option<Vec<usize>>,
}

impl Plan {
    /// These options, one after the other, and then the run is stopped.
    pub(super) fn exact(options: Vec<usize>) -> Plan {
        Plan {
            exact: Some(options),
            ..Plan::default()
        }
    }

    /// Any thread may go on at any step.
    pub(super) fn random(luck: Luck) -> Plan {
        Plan {
            luck: Some(luck),
            ..Plan::default()
        }
    }

    /// These steps, and then the usual ones.
    pub(super) fn of(deviations: Vec<(usize, usize)>) -> Plan {
        Plan {
            deviations,
            ..Plan::default()
        }
    }

    /// Returns the choices as a plan.
    pub(super) fn that_chose(taken: &[Choice]) -> Plan {
        let unusual = taken.iter().enumerate();
        let unusual = unusual.filter(|(_, choice)| choice.chosen != choice.usual);
        Plan::of(
            unusual
                .map(|(step, choice)| (step, choice.chosen))
                .collect(),
        )
    }

    /// Returns the choices as plans without some deviations, which are told by their indices: the others come at the same
    /// step of their thread, or at the same step of all.
    pub(super) fn that_chose_without(
        taken: &[Choice],
        is_left_out: &dyn Fn(usize) -> bool,
    ) -> impl Iterator<Item = Plan> + use<> {
        let unusual = taken
            .iter()
            .enumerate()
            .filter(|(_, choice)| choice.chosen != choice.usual);
        let others: Vec<(usize, &Choice)> = unusual
            .enumerate()
            .filter(|(index, _)| !is_left_out(*index))
            .map(|(_, unusual)| unusual)
            .collect();

        let after = others
            .iter()
            .map(|(_, choice)| (choice.after, choice.chosen));
        let by_thread = Plan {
            after: after.collect(),
            ..Plan::default()
        };
        let at = others.iter().map(|(step, choice)| (*step, choice.chosen));
        let by_step = Plan::of(at.collect());

        [by_thread, by_step].into_iter()
    }

    pub(super) fn len(&self) -> usize {
        self.deviations.len()
    }

    /// The first step that this plan leaves to what is usual.
    pub(super) fn end(&self) -> usize {
        self.deviations.last().map_or(0, |(step, _)| step + 1)
    }

    /// All plans with one deviation more at this step, behind those of this one.
    pub(super) fn extended(&self, step: usize, choice: &Choice) -> impl Iterator<Item = Plan> {
        let chosen = choice.chosen;
        choice
            .options()
            .filter(move |option| *option != chosen)
            .map(move |option| {
                let mut longer = self.clone();
                longer.deviations.push((step, option));
                longer
            })
    }

    pub(super) fn is_in_turn(&self) -> bool {
        self.luck == Some(Luck::InTurn)
    }

    /// Decimal digits that mean this plan. Steps are counted from 1 there: no digits are lost.
    pub(super) fn seed(&self) -> String {
        if self.is_in_turn() {
            return format!("{IN_TURN}00");
        }

        let deviations = self.deviations.iter();
        let groups = deviations.map(|(step, option)| format!("{:04}{option:02}", step + 1));
        let digits = groups.collect::<String>();
        let digits = digits.trim_start_matches('0');

        if digits.is_empty() {
            "0".into()
        } else {
            digits.to_owned()
        }
    }

    pub(super) fn from_seed(seed: &str) -> Option<Plan> {
        let counted = deviations(seed)?;
        if counted.iter().any(|(step, _)| *step == IN_TURN) {
            return Some(Plan::random(Luck::InTurn));
        }

        let of_run = counted.into_iter().filter(|(step, _)| *step < IN_TURN);
        Some(Plan::of(
            of_run.map(|(step, option)| (step - 1, option)).collect(),
        ))
    }
}

/// The choices of a run, and the way in which it is run.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub(super) choices: Vec<Choice>,
    /// Whether to write the run down.
    pub(super) is_recorded: bool,
    /// A wait that only time would end is a sleep, and the end.
    pub(super) ends_asleep: bool,
    /// The options of each choice that was written down.
    pub(super) snapshots: Vec<Snapshot>,
    /// The plan was at its end before the run was.
    pub(super) is_stopped: bool,
}

/// The options of a choice, and the state of all objects.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    pub(super) threads: Vec<Prospect>,
    pub(super) state: Vec<String>,
}

/// Makes the coroutines' keeper follow plans.
pub(super) struct Driver<S> {
    source: S,
    taken: Arc<Mutex<Taken>>,
}

impl<S: FnMut(&[Choice]) -> Option<Plan>> Driver<S> {
    pub(super) fn new(source: S, taken: Arc<Mutex<Taken>>) -> Self {
        let known = lock(&taken);
        let chooser = Chooser {
            is_recorded: known.is_recorded,
            ends_asleep: known.ends_asleep,
            ..Chooser::default()
        };
        drop(known);
        CHOOSER.set(chooser);

        Driver { source, taken }
    }
}

impl<S: FnMut(&[Choice]) -> Option<Plan>> Scheduler for Driver<S> {
    fn new_execution(&mut self) -> Option<Schedule> {
        CHOOSER.with_borrow_mut(|chooser| {
            let plan = (self.source)(&chooser.choices)?;
            chooser.follow(plan);
            run::start(chooser.is_recorded, chosen);

            Some(Schedule::new(0))
        })
    }

    fn next_task(
        &mut self,
        runnable: &[&Task],
        current: Option<TaskId>,
        _is_yielding: bool,
    ) -> Option<TaskId> {
        let current = current.map_or(0, usize::from);
        let next = run::with(|run| run.next(current, runnable));

        match next {
            Some(next) => next.map(TaskId::from),
            None => runnable.first().map(|first| first.id()),
        }
    }

    fn next_u64(&mut self) -> u64 {
        CHOOSER.with_borrow_mut(Chooser::number)
    }
}

impl<S> Drop for Driver<S> {
    fn drop(&mut self) {
        let chooser = CHOOSER.take();
        let mut taken = lock(&self.taken);
        taken.choices = chooser.choices;
        taken.snapshots = chooser.snapshots;
        taken.is_stopped = chooser.is_stopped;
    }
}

thread_local! {
    static CHOOSER: RefCell<Chooser> = RefCell::default();
}

/// Chooses the next thread of a run by the plan that this real thread follows.
fn chosen(run: &mut Run, current: usize) -> Next {
    CHOOSER.with_borrow_mut(|chooser| chooser.next(run, current))
}

/// Follows a plan.
#[derive(Default)]
struct Chooser {
    plan: Plan,
    choices: Vec<Choice>,
    is_recorded: bool,
    ends_asleep: bool,
    snapshots: Vec<Snapshot>,
    is_stopped: bool,
    /// Index of the next one of the plan's deviations.
    deviation: usize,
    in_a_row: u32,
    /// The number of steps that each thread has taken.
    steps: Vec<usize>,
    random: u64,
    /// The rank of each thread, for [`Luck::ByRank`]; higher goes first.
    ranks: Vec<u64>,
    /// The steps at which the first falls to the end.
    falls: [usize; 2],
}

impl Chooser {
    /// Begins a run after this plan.
    fn follow(&mut self, plan: Plan) {
        self.plan = plan;
        self.choices.clear();
        self.deviation = 0;
        self.in_a_row = 0;
        self.steps.clear();
        self.ranks.clear();

        match self.plan.luck {
            Some(Luck::Even(seed)) => self.random = seed,
            Some(Luck::ByRank(seed, length)) => {
                self.random = !seed;
                self.falls = [self.below(length), self.below(length)];
            }
            Some(Luck::InTurn) | None => {}
        }
    }

    /// The next number of the generator (`SplitMix64`).
    fn number(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit.max(1)).unwrap_or(1);
        usize::try_from((self.number() >> 16) % limit).unwrap_or(0)
    }

    /// The option that chance prefers; `tired` is a thread that should let others go first.
    fn lucky(&mut self, luck: Luck, step: usize, choice: &Choice, tired: Option<usize>) -> usize {
        let usual = choice.usual;
        // Time passes for all threads alike.
        if choice.ready == 0 {
            return usual;
        }

        let awake = Choice {
            wakeable: 0,
            ..*choice
        };
        match luck {
            Luck::InTurn => next_behind(choice.after.0, choice.ready).unwrap_or(usual),
            Luck::Even(_) => {
                let number = self.number();
                // Staying is as likely as leaving: long and short turns both happen.
                if number >> 8 & 1 == 1 && tired.is_none() {
                    return usual;
                }
                let among = if number.is_multiple_of(16) {
                    choice
                } else {
                    &awake
                };
                among
                    .options()
                    .nth(self.below(among.count()))
                    .unwrap_or(usual)
            }
            Luck::ByRank(..) => {
                while self.ranks.len() < THREADS {
                    let rank = self.number() | 1 << 63;
                    self.ranks.push(rank);
                }
                let first = |ranks: &[u64]| {
                    let best = awake.options().max_by_key(|option| ranks[option % THREADS]);
                    best.unwrap_or(usual)
                };
                if let Some(tired) = tired {
                    // It asks in vain: it goes behind all that are there.
                    let last = self.ranks.iter().copied().min().unwrap_or(0);
                    self.ranks[tired] = last.saturating_sub(1);
                }
                if let Some(fall) = self.falls.iter().position(|at| *at == step) {
                    let best = first(&self.ranks);
                    self.ranks[best % THREADS] = FALLEN + u64::try_from(fall).unwrap_or(0);
                }
                first(&self.ranks)
            }
        }
    }

    /// Chooses the thread that takes the next step.
    fn next(&mut self, run: &mut Run, current: usize) -> Next {
        let View {
            ready,
            mut wakeable,
            first_awake,
            key,
            polite,
            main_is_over,
        } = run.view(self.plan.luck.is_none());

        let step = self.choices.len();
        if step >= LONGEST {
            let what = not_ended("it", &format!("{LONGEST} steps"));
            run.ends_with(Kind::Stuck, what);
            return Next::Fall;
        }

        let only_time_helps = ready == 0;
        if only_time_helps {
            match first_awake {
                Some((_, limit)) if !self.ends_asleep || limit.as_millis() < SLEEP => {}
                _ => {
                    run.nobody_can_go_on();
                    return Next::Fall;
                }
            }
        }

        // The end of the main thread ends the answer: in which order the others go is no matter.
        if main_is_over {
            wakeable = 0;
        }

        let tired = polite >> current & 1 == 1 || self.in_a_row >= IN_A_ROW;
        let next = next_behind(current, ready);
        let stays = ready >> current & 1 == 1 && !(tired && ready.count_ones() > 1);
        let usual = match (next, first_awake) {
            _ if stays => current,
            (Some(next), _) => next,
            (None, Some((thread, _))) => thread + THREADS,
            (None, None) => current,
        };
        let after = (current, self.steps.get(current).copied().unwrap_or(0));
        let mut choice = Choice {
            chosen: usual,
            usual,
            ready: if main_is_over {
                ready & (1 << (usual % THREADS))
            } else {
                ready
            },
            wakeable: if usual >= THREADS {
                wakeable | 1 << (usual - THREADS)
            } else {
                wakeable
            },
            after,
            key,
        };

        let mut stops = self
            .plan
            .exact
            .as_ref()
            .is_some_and(|exact| step >= exact.len());
        if let Some(option) = self.plan.exact.as_ref().and_then(|exact| exact.get(step)) {
            choice.chosen = *option;
            stops |= !choice.allows(*option);
        }

        if self.is_recorded && run.is_recorded() {
            self.snapshots.push(Snapshot {
                threads: (0..THREADS)
                    .filter_map(|thread| run.prospect(thread, choice.wakeable))
                    .collect(),
                state: (0..run.objects.len())
                    .map(|object| run.shown(object))
                    .collect(),
            });
        }

        if stops {
            self.is_stopped = true;
            run.end_all();
            return Next::Stop;
        }

        if let Some(luck) = self.plan.luck {
            if choice.count() > 0 {
                let tired = tired.then_some(current % THREADS);
                choice.chosen = self.lucky(luck, step, &choice, tired);
            }
        } else if let Some((at, option)) = self.plan.deviations.get(self.deviation).copied()
            && at == step
        {
            self.deviation += 1;
            if choice.allows(option) {
                choice.chosen = option;
            }
        }

        if let Some(option) = self.plan.after.get(&after)
            && choice.allows(*option)
        {
            choice.chosen = *option;
        }

        let thread = choice.chosen % THREADS;
        if choice.chosen >= THREADS {
            run.wake(thread);
        }

        if self.steps.len() <= thread {
            self.steps.resize(thread + 1, 0);
        }

        self.steps[thread] += 1;
        self.in_a_row = if thread == current {
            self.in_a_row + 1
        } else {
            0
        };
        self.choices.push(choice);
        run.choices = step + 1;

        Next::Thread(thread)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_plan() {
        for deviations in [vec![], vec![(0, 2)], vec![(7, 1), (1203, 19), (1204, 50)]] {
            let plan = Plan::of(deviations);
            assert_eq!(Plan::from_seed(&plan.seed()), Some(plan));
        }
        assert_eq!(Plan::of(vec![(14, 2), (20, 1)]).seed(), "1502002101");
        let in_turn = Plan::random(Luck::InTurn);
        assert_eq!(Plan::from_seed(&in_turn.seed()), Some(in_turn));
        for seed in ["", "x", "7", "200100014200"] {
            assert_eq!(Plan::from_seed(seed), None, "{seed}");
        }
    }
}
