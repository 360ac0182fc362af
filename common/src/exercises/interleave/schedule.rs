//! Which thread takes the next step.
//!
//! Unless told otherwise, a thread goes on until it waits or ends; then comes the next one by number. A [`Plan`] says
//! where to do something else: at this step, that thread. Every order there is is such a plan.

use std::sync::{Arc, Mutex};

use shuttle::scheduler::{Schedule, Scheduler, Task, TaskId};

use super::super::judge::deviations;
use super::record::Recording;
use crate::lock::lock;

/// So many steps in a row are enough, when somebody else could go on: a thread that asks again and again whether
/// something has happened must not keep it from happening.
const IN_A_ROW: u32 = 60;

/// What was chosen at one step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    chosen: usize,
    usual: usize,
    /// Bit N is set if thread N could have gone on.
    possible: u64,
    /// Who had the step before, and how many steps it had taken by then.
    after: (usize, usize),
}

/// At these steps, these threads go on, and not the usual ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    deviations: Vec<(usize, usize)>,
    /// The same by another clock: after so many steps of this thread, that one. It still makes sense when something
    /// that came before is left out.
    after: Vec<((usize, usize), usize)>,
    random: Option<u64>,
}

impl Plan {
    /// Anybody may go on at any step.
    pub(super) fn random(seed: u64) -> Plan {
        Plan {
            random: Some(seed),
            ..Plan::default()
        }
    }

    /// What was chosen, as a plan.
    pub(super) fn that_chose(taken: &[Choice]) -> Plan {
        let unusual = taken
            .iter()
            .enumerate()
            .filter(|(_, choice)| choice.chosen != choice.usual);
        Plan {
            deviations: unusual
                .map(|(step, choice)| (step, choice.chosen))
                .collect(),
            ..Plan::default()
        }
    }

    /// What was chosen, but for the deviations of these indices.
    pub(super) fn that_chose_without(taken: &[Choice], left_out: [usize; 2]) -> Plan {
        let unusual = taken
            .iter()
            .filter(|choice| choice.chosen != choice.usual)
            .enumerate();
        let others = unusual.filter(|(index, _)| !left_out.contains(index));
        Plan {
            after: others
                .map(|(_, choice)| (choice.after, choice.chosen))
                .collect(),
            ..Plan::default()
        }
    }

    pub(super) fn len(&self) -> usize {
        self.deviations.len()
    }

    /// All plans with one deviation more, behind those of this one; `taken` is what was chosen after this plan.
    pub(super) fn extended(&self, taken: &[Choice]) -> impl Iterator<Item = Plan> {
        let first = self.deviations.last().map_or(0, |(step, _)| step + 1);
        taken
            .iter()
            .enumerate()
            .skip(first)
            .flat_map(move |(step, choice)| {
                let others = (0..64)
                    .filter(|task| choice.possible >> task & 1 == 1 && *task != choice.chosen);
                others.map(move |task| {
                    let mut longer = self.clone();
                    longer.deviations.push((step, task));
                    longer
                })
            })
    }

    /// Decimal digits that mean this plan.
    pub(super) fn seed(&self) -> String {
        let groups: Vec<String> = self
            .deviations
            .iter()
            .map(|(step, task)| format!("{step:04}{task}"))
            .collect();
        let digits = groups.concat();
        let digits = digits.trim_start_matches('0');
        if digits.is_empty() {
            "0".into()
        } else {
            digits.to_owned()
        }
    }

    pub(super) fn from_seed(seed: &str) -> Option<Plan> {
        Some(Plan {
            deviations: deviations(seed)?,
            ..Plan::default()
        })
    }
}

/// Makes shuttle follow plans.
pub(super) struct Driver<S> {
    source: S,
    taken: Arc<Mutex<Vec<Choice>>>,
    recording: Option<Arc<Mutex<Recording>>>,
    plan: Plan,
    /// Where in the plan's deviations.
    next: usize,
    in_a_row: u32,
    /// How many steps each thread has taken.
    steps: Vec<usize>,
    random: u64,
}

impl<S: FnMut(&[Choice]) -> Option<Plan>> Driver<S> {
    pub(super) fn new(
        source: S,
        taken: Arc<Mutex<Vec<Choice>>>,
        recording: Option<Arc<Mutex<Recording>>>,
    ) -> Self {
        Driver {
            source,
            taken,
            recording,
            plan: Plan::default(),
            next: 0,
            in_a_row: 0,
            steps: Vec::new(),
            random: 0,
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
}

impl<S: FnMut(&[Choice]) -> Option<Plan>> Scheduler for Driver<S> {
    fn new_execution(&mut self) -> Option<Schedule> {
        let mut taken = lock(&self.taken);
        self.plan = (self.source)(&taken)?;
        taken.clear();
        (self.next, self.in_a_row) = (0, 0);
        self.steps.clear();
        self.random = self.plan.random.unwrap_or(0);
        Some(Schedule::new(0))
    }

    fn next_task(
        &mut self,
        runnable: &[&Task],
        current: Option<TaskId>,
        is_yielding: bool,
    ) -> Option<TaskId> {
        // A thread that is parked may wake up for no reason; that counts as a last resort only.
        let awake = runnable
            .iter()
            .filter(|task| !task.blocked())
            .map(|task| usize::from(task.id()));
        let awake: Vec<usize> = awake.collect();
        let current = current.map_or(0, usize::from);
        let tired = is_yielding || self.in_a_row >= IN_A_ROW;
        let next = awake
            .iter()
            .find(|task| **task > current)
            .or(awake.first())
            .copied();
        let usual = if awake.contains(&current) && !(tired && awake.len() > 1) {
            Some(current)
        } else {
            next
        };
        // Somebody is awake, or nobody would be asked; to be safe, who is asked for then is the first.
        let usual =
            usual.unwrap_or_else(|| runnable.first().map_or(0, |task| usize::from(task.id())));
        let step = lock(&self.taken).len();
        let mut chosen = usual;
        if self.plan.random.is_some() {
            // Staying is as likely as leaving: long and short turns both happen.
            let all: Vec<usize> = runnable.iter().map(|task| usize::from(task.id())).collect();
            let number = self.number();
            let among = if number.is_multiple_of(16) || awake.is_empty() {
                &all
            } else {
                &awake
            };
            if number >> 8 & 1 == 0 || tired {
                let length = u64::try_from(among.len()).unwrap_or(1);
                chosen = among[usize::try_from((number >> 16) % length).unwrap_or(0)];
            }
        } else if let Some((at, task)) = self.plan.deviations.get(self.next).copied()
            && at == step
        {
            self.next += 1;
            if runnable.iter().any(|other| usize::from(other.id()) == task) {
                chosen = task;
            }
        }
        let after = (current, self.steps.get(current).copied().unwrap_or(0));
        if let Some((_, task)) = self.plan.after.iter().find(|(at, _)| *at == after)
            && runnable
                .iter()
                .any(|other| usize::from(other.id()) == *task)
        {
            chosen = *task;
        }
        if self.steps.len() <= chosen {
            self.steps.resize(chosen + 1, 0);
        }
        self.steps[chosen] += 1;
        self.in_a_row = if chosen == current {
            self.in_a_row + 1
        } else {
            0
        };
        let possible = awake
            .iter()
            .filter(|task| **task < 64)
            .fold(0, |mask, task| mask | 1 << task);
        lock(&self.taken).push(Choice {
            chosen,
            usual,
            possible,
            after,
        });
        if let Some(recording) = &self.recording {
            lock(recording).goes_on(chosen);
        }
        Some(TaskId::from(chosen))
    }

    fn next_u64(&mut self) -> u64 {
        self.number()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_plan() {
        for deviations in [vec![], vec![(14, 2)], vec![(7, 1), (1203, 9), (1204, 0)]] {
            let plan = Plan {
                deviations,
                ..Plan::default()
            };
            assert_eq!(Plan::from_seed(&plan.seed()), Some(plan));
        }
        assert_eq!(
            Plan {
                deviations: vec![(14, 2), (20, 1)],
                ..Plan::default()
            }
            .seed(),
            "14200201"
        );
        for seed in ["", "x", "7", "200100142"] {
            assert_eq!(Plan::from_seed(seed), None, "{seed}");
        }
    }

    #[test]
    fn every_plan_comes_once() {
        // Two steps with two threads each, whatever was chosen before: four orders.
        let choose = |plan: &Plan| {
            let at = |step| {
                plan.deviations
                    .iter()
                    .find(|(at, _)| *at == step)
                    .map_or(0, |(_, task)| *task)
            };
            [0, 1].map(|step| Choice {
                chosen: at(step),
                usual: 0,
                possible: 0b11,
                after: (0, 0),
            })
        };
        let mut plans = vec![Plan::default()];
        let mut index = 0;
        while let Some(plan) = plans.get(index).cloned() {
            plans.extend(plan.extended(&choose(&plan)));
            index += 1;
        }
        let all: Vec<Vec<(usize, usize)>> = plans.into_iter().map(|plan| plan.deviations).collect();
        assert_eq!(
            all,
            [vec![], vec![(0, 1)], vec![(1, 1)], vec![(0, 1), (1, 1)]]
        );
    }
}
