//! A decision tree as data: questions, their branches, and where each of them ends.

use std::ops::RangeInclusive;

/// What a job does most of the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// It waits for something outside: a network, a disk, a timer, another program.
    Waiting,
    /// It computes.
    Computing,
    /// Some of both.
    Both,
}

/// What is known of the jobs.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Machines that they need.
    pub machines: Option<u64>,
    /// What they do.
    pub work: Option<Work>,
    /// A crash of one must not harm the others.
    pub isolated: Option<bool>,
    /// They change the same data.
    pub shared: Option<bool>,
    /// How many there are at the same time.
    pub jobs: Option<u64>,
}

/// When a branch is taken.
#[derive(Clone, Debug)]
pub enum When {
    /// With so many machines.
    Machines(RangeInclusive<u64>),
    /// With such work.
    Work(Work),
    /// With jobs that have to be kept apart, or not.
    Isolated(bool),
    /// With jobs that change the same data, or not.
    Shared(bool),
    /// With so many jobs at once.
    Jobs(RangeInclusive<u64>),
}

impl When {
    /// Whether it is so; `None` where the facts do not say.
    pub fn holds(&self, facts: &Facts) -> Option<bool> {
        match self {
            When::Machines(range) => facts.machines.map(|machines| range.contains(&machines)),
            When::Work(work) => facts.work.map(|known| known == *work),
            When::Isolated(wanted) => facts.isolated.map(|known| known == *wanted),
            When::Shared(wanted) => facts.shared.map(|known| known == *wanted),
            When::Jobs(range) => facts.jobs.map(|jobs| range.contains(&jobs)),
        }
    }
}

/// A question and its possible answers.
#[derive(Debug)]
pub struct Question {
    /// The question.
    pub text: &'static str,
    /// One of them is taken.
    pub branches: &'static [Branch],
}

/// One answer to a question.
#[derive(Debug)]
pub struct Branch {
    /// In words.
    pub answer: &'static str,
    /// For which facts.
    pub when: When,
    /// What follows.
    pub then: Node,
}

/// An end of the tree.
#[derive(Debug)]
pub struct Approach {
    /// What to use.
    pub name: &'static str,
    /// Why.
    pub reason: &'static str,
    /// The lesson and the demo that show it: what stands behind `cargo run -p`.
    pub run: &'static str,
    /// The chapter that explains it.
    pub chapter: &'static str,
    /// Crates to use.
    pub crates: &'static str,
}

/// A place in the tree.
#[derive(Clone, Copy, Debug)]
pub enum Node {
    /// Something to ask.
    Ask(&'static Question),
    /// An end.
    Use(&'static Approach),
}

impl Node {
    /// As far down as the facts lead.
    #[must_use]
    pub fn walk(self, facts: &Facts) -> Node {
        let Node::Ask(question) = self else {
            return self;
        };
        let taken = question
            .branches
            .iter()
            .find(|branch| branch.when.holds(facts) == Some(true));
        taken.map_or(self, |branch| branch.then.walk(facts))
    }
}
