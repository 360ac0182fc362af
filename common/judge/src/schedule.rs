//! The order of steps in which an answer failed.

use common::exercises::seed::{IN_TURN, deviations};
use serde_json::{Value, json};

/// One step of a schedule: a thread does what stands on a line of the exercise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Index of the thread in [`Schedule::threads`].
    pub thread: usize,
    /// The line's number in the file.
    pub line: u32,
    /// The line itself.
    pub text: String,
    /// The thread's deed there, in a few words.
    pub deed: String,
    /// The thread waits until its next step.
    pub waits: bool,
    /// The number of times it was done in a row.
    pub times: u32,
    /// The state of each of [`Schedule::objects`] afterwards, as far as there were any.
    pub state: Vec<String>,
    /// Those of them that it has changed.
    pub changed: Vec<usize>,
}

impl Step {
    /// The deed, and how often.
    pub(super) fn told(&self) -> String {
        match self.times {
            0 | 1 => self.deed.clone(),
            times => format!("{} (×{times})", self.deed),
        }
    }

    /// `[thread, line, text, deed, times, waits, state, changed]`.
    fn to_json(&self) -> Value {
        json!([
            self.thread,
            self.line,
            self.text,
            self.deed,
            self.times,
            self.waits,
            self.state,
            self.changed
        ])
    }

    fn from_json(step: &Value) -> Option<Step> {
        let index = |value: &Value| usize::try_from(value.as_u64()?).ok();
        Some(Step {
            thread: index(&step[0])?,
            line: u32::try_from(step[1].as_u64()?).ok()?,
            text: text(&step[2])?,
            deed: text(&step[3])?,
            times: u32::try_from(step[4].as_u64()?).ok()?,
            waits: step[5].as_bool()?,
            state: texts(&step[6])?,
            changed: step[7]
                .as_array()?
                .iter()
                .map(index)
                .collect::<Option<Vec<usize>>>()?,
        })
    }
}

/// The order of steps in which an answer failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// Their names.
    pub threads: Vec<String>,
    /// Locks, atomics, channels.
    pub objects: Vec<String>,
    /// The steps, in their order.
    pub steps: Vec<Step>,
    /// Decimal digits that make the same steps happen in the same order again.
    pub seed: String,
    /// Which of the check's searches has found it.
    pub search: usize,
    /// The number of orders until this search had found it, itself included.
    pub orders: usize,
}

impl Schedule {
    /// Returns it as it is sent.
    pub fn to_json(&self) -> Value {
        let steps: Vec<Value> = self.steps.iter().map(Step::to_json).collect();
        json!({
            "threads": self.threads,
            "objects": self.objects,
            "steps": steps,
            "seed": self.seed,
            "search": self.search,
            "orders": self.orders,
        })
    }

    pub(super) fn from_json(schedule: &Value) -> Option<Schedule> {
        let steps = schedule["steps"].as_array()?.iter().map(Step::from_json);
        Some(Schedule {
            threads: texts(&schedule["threads"])?,
            objects: texts(&schedule["objects"])?,
            steps: steps.collect::<Option<Vec<Step>>>()?,
            seed: text(&schedule["seed"])?,
            search: usize::try_from(schedule["search"].as_u64()?).ok()?,
            orders: usize::try_from(schedule["orders"].as_u64()?).ok()?,
        })
    }

    /// The number of steps at which another thread goes on than the one that would without an interruption.
    pub(super) fn interruptions(&self) -> usize {
        let deviations = deviations(&self.seed).unwrap_or_default();
        deviations
            .iter()
            .filter(|(step, _)| *step < IN_TURN)
            .count()
    }
}

pub(super) fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

pub(super) fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use common::exercises::seed::{of_search, search_of};

    use super::*;

    #[test]
    fn a_seed_names_its_search() {
        for seed in ["0", "1502002101"] {
            assert_eq!(of_search(seed.to_owned(), 0), seed);
            for search in [0, 1, 12] {
                let named = of_search(seed.to_owned(), search);
                let schedule = Schedule {
                    seed: named.clone(),
                    ..Schedule::default()
                };
                assert_eq!(search_of(&named), search, "{named}");
                assert_eq!(
                    schedule.interruptions(),
                    deviations(seed).unwrap().len(),
                    "{named}"
                );
            }
        }
    }
}
