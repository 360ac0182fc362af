//! A decision tree as data: questions, their branches, and where each of them ends.

use std::fmt::Write;
use std::ops::RangeInclusive;

use serde_json::{Value, json};

/// The thing that a job does most of the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// It waits for something outside: a network, a disk, a timer, another program.
    Waiting,
    Computing,
    Both,
}

/// The facts that are known of the jobs.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Machines that they need.
    pub machines: Option<u64>,
    pub work: Option<Work>,
    /// A crash of one must not harm the others.
    pub isolated: Option<bool>,
    /// They change the same data.
    pub shared: Option<bool>,
    /// The number of them at the same time.
    pub jobs: Option<u64>,
}

/// The facts for which a branch is taken.
#[derive(Clone, Debug)]
pub enum When {
    Machines(RangeInclusive<u64>),
    Work(Work),
    Isolated(bool),
    Shared(bool),
    Jobs(RangeInclusive<u64>),
}

impl When {
    /// Tells whether it is so; `None` where the facts do not say.
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

/// A question and its possible answers, one of which is taken.
#[derive(Debug)]
pub struct Question {
    pub text: &'static str,
    pub branches: &'static [Branch],
}

/// One answer to a question, and what follows from it.
#[derive(Debug)]
pub struct Branch {
    pub answer: &'static str,
    pub when: When,
    pub then: Node,
}

/// An end of the tree.
#[derive(Debug)]
pub struct Approach {
    pub name: &'static str,
    pub reason: &'static str,
    /// The lesson and the demo that show it: the words behind `cargo run -p`.
    pub run: &'static str,
    /// The chapter that explains it.
    pub chapter: &'static str,
    pub crates: &'static str,
}

impl Approach {
    /// Returns the command that runs its demo.
    pub fn command(&self) -> String {
        format!("cargo run -p {}", self.run)
    }

    /// Returns the answer in four lines.
    pub fn text(&self) -> String {
        let Approach {
            name,
            reason,
            chapter,
            crates,
            ..
        } = self;
        let command = self.command();

        format!("use: {name}\nwhy: {reason}\nsee: {command}   ({chapter})\nwith: {crates}\n")
    }
}

/// A place in the tree.
#[derive(Clone, Copy, Debug)]
pub enum Node {
    Ask(&'static Question),
    /// An end.
    Use(&'static Approach),
}

impl Node {
    /// Goes as far down as the facts lead.
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

    /// Draws a line for each question, branch and end from here on.
    pub fn draw(self) -> String {
        let mut text = String::new();
        self.draw_below(0, &mut text);
        text
    }

    fn draw_below(self, depth: usize, text: &mut String) {
        let indent = "    ".repeat(depth);
        let question = match self {
            Node::Use(approach) => {
                let _ = writeln!(text, "{indent}=> {}", approach.name);
                return;
            }
            Node::Ask(question) => question,
        };

        let _ = writeln!(text, "{indent}{}", question.text);
        for branch in question.branches {
            let answer = branch.answer;
            if let Node::Use(end) = branch.then {
                let _ = writeln!(text, "{indent}- {answer}  => {}", end.name);
            } else {
                let _ = writeln!(text, "{indent}- {answer}");
                branch.then.draw_below(depth + 1, text);
            }
        }
    }

    pub fn to_json(self) -> Value {
        match self {
            Node::Use(end) => json!({
                "approach": end.name,
                "reason": end.reason,
                "command": end.command(),
                "chapter": end.chapter,
                "crates": end.crates,
            }),
            Node::Ask(question) => {
                let branches = question.branches.iter();
                let branches: Vec<Value> = branches
                    .map(|branch| json!({ "answer": branch.answer, "then": branch.then.to_json() }))
                    .collect();
                json!({ "question": question.text, "branches": branches })
            }
        }
    }
}
