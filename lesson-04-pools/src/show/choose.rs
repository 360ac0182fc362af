//! `choose`: which approach fits? By asking a decision tree, or by measuring a command of the reader's.

use std::io::{self, IsTerminal};

use common::{Failure, Outcome, Run};
use serde_json::json;

use crate::tools::choose::measure::command::Program;
use crate::tools::choose::measure::{measured, report, stop_reason};
use crate::tools::choose::tree::ask;
use crate::tools::choose::tree::node::{Facts, Node, Work};
use crate::tools::choose::tree::questions::TREE;

/// What the command line says about the jobs. As soon as it says anything, a flag that is not there means no.
fn facts(run: &Run) -> Facts {
    let work = match (run.flag("waiting"), run.flag("computing")) {
        (true, true) => Some(Work::Both),
        (true, false) => Some(Work::Waiting),
        (false, true) => Some(Work::Computing),
        (false, false) => None,
    };
    let number = |name| run.given(name).then(|| run.count(name).get() as u64);
    let (machines, jobs) = (number("machines"), number("jobs"));
    let flags = (run.flag("isolated"), run.flag("shared"));
    if (work, machines, jobs, flags) == (None, None, None, (false, false)) {
        return Facts::default();
    }
    let (isolated, shared) = (Some(flags.0), Some(flags.1));
    Facts {
        machines: machines.or(Some(1)),
        work,
        isolated,
        shared,
        jobs,
    }
}

/// What `cargo run -p lesson-04-pools -- choose` runs.
///
/// # Errors
/// When nobody answers, or the command cannot be measured.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (facts, words) = (facts(run), run.rest("command"));
    if !words.is_empty() {
        if facts.machines.is_some() {
            let why =
                "a command is measured: what is said about jobs by options would not be looked at";
            return Err(Failure::BadInput(why.to_owned()));
        }
        let program = Program::new(words);
        let measured = measured::measure(&program, run)?;
        let (text, value) = report::report(&program.name(), &measured);
        let outcome = Outcome::new(value).report(text);
        return Ok(match measured.why {
            stop_reason::Why::Failed(why) => outcome.problem(why),
            _ => outcome,
        });
    }
    let node = TREE.walk(&facts);
    let at_a_terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
    Ok(match node {
        Node::Use(approach) => Outcome::new(node.to_json()).report(approach.text()),
        Node::Ask(_) if at_a_terminal => {
            let answer = ask::ask(node, &facts, &mut io::stdin().lock(), &mut io::stderr())?;
            let approach = answer
                .ok_or_else(|| Failure::Failed("no answer, so nothing is chosen".to_owned()))?;
            Outcome::new(Node::Use(approach).to_json()).report(approach.text())
        }
        Node::Ask(_) => Outcome::new(json!({ "tree": node.to_json() })).report(node.draw()),
    })
}
