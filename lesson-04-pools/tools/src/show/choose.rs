//! `choose`: the tree, asked or drawn, or a command of the reader's, measured.

use std::io::{self, IsTerminal};

use common::{Demo, Failure, Outcome, Run};
use lesson_04_pools::show::choose;
use serde_json::json;

use crate::choose::measure::command::Program;
use crate::choose::measure::measured::{Limits, measure};
use crate::choose::measure::report::report;
use crate::choose::measure::stop_reason::StopReason;
use crate::choose::tree::ask::ask;
use crate::choose::tree::node::{Facts, Node, Work};
use crate::choose::tree::questions::TREE;

pub fn demo() -> Demo {
    choose::demo().here(run)
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let facts = facts(run);
    let words = run.rest("command");
    if words.is_empty() {
        return answered(&facts);
    }

    let program = Program::new(words);
    let limits = Limits::new(
        run.seconds("limit"),
        run.count("runs").get(),
        run.count("most").get(),
        run.flag("ignore-failure"),
    );
    let measured = measure(&program, &limits)?;

    let (text, value) = report(&program.name(), &measured);
    let outcome = Outcome::new(value).report(text);
    Ok(match measured.reason {
        StopReason::Failed(why) => outcome.problem(why),
        _ => outcome,
    })
}

/// Reads what the command line says about the jobs. As soon as it says anything, a flag that is not
/// there means no.
fn facts(run: &Run) -> Facts {
    let work = match (run.flag("waiting"), run.flag("computing")) {
        (true, true) => Some(Work::Both),
        (true, false) => Some(Work::Waiting),
        (false, true) => Some(Work::Computing),
        (false, false) => None,
    };
    let number = |name| run.given(name).then(|| run.count(name).get() as u64);
    let machines = number("machines");
    let jobs = number("jobs");
    let isolated = run.flag("isolated");
    let shared = run.flag("shared");
    if (work, machines, jobs, isolated, shared) == (None, None, None, false, false) {
        return Facts::default();
    }

    Facts {
        machines: machines.or(Some(1)),
        work,
        isolated: Some(isolated),
        shared: Some(shared),
        jobs,
    }
}

/// Answers if the facts suffice. Otherwise asks at a terminal, or shows what is left of the tree.
fn answered(facts: &Facts) -> Result<Outcome, Failure> {
    let node = TREE.walk(facts);
    let at_a_terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
    let approach = match node {
        Node::Use(approach) => approach,
        Node::Ask(_) if at_a_terminal => {
            ask(node, facts, &mut io::stdin().lock(), &mut io::stderr())?
                .ok_or_else(|| Failure::Failed("no answer, so nothing is chosen".to_owned()))?
        }
        Node::Ask(_) => {
            return Ok(Outcome::new(json!({ "tree": node.to_json() })).report(node.draw()));
        }
    };

    Ok(Outcome::new(Node::Use(approach).to_json()).report(approach.text()))
}
