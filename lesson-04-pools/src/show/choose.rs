//! `choose`: the tree, asked or drawn, or a command of the reader's, measured.

use std::io::{self, IsTerminal};

use common::options::{count, flag, rest, seconds};
use common::{Demo, Failure, Outcome, Run};
use serde_json::json;

use crate::tools::choose::measure::command::Program;
use crate::tools::choose::measure::measured::{Limits, measure};
use crate::tools::choose::measure::report::report;
use crate::tools::choose::measure::stop_reason::StopReason;
use crate::tools::choose::tree::ask::ask;
use crate::tools::choose::tree::node::{Facts, Node, Work};
use crate::tools::choose::tree::questions::TREE;

pub fn demo() -> Demo {
    Demo::new(
        "choose",
        "which approach fits: answer some questions, or let it measure -- COMMAND",
        run,
    )
    .option(flag(
        "waiting",
        "The jobs wait: for a network, a disk, another program",
    ))
    .option(flag("computing", "The jobs compute; with --waiting, both"))
    .option(count(
        "jobs",
        1 << 40,
        None,
        "Jobs at once [default: it asks, or shows what depends on it]",
    ))
    .option(flag(
        "isolated",
        "A job that crashes must not harm the others",
    ))
    .option(flag("shared", "The jobs change the same data"))
    .option(count(
        "machines",
        1 << 20,
        Some("1"),
        "Machines that the jobs need",
    ))
    .option(seconds("limit", "60", "Measure no longer than this in all"))
    .option(count(
        "most",
        1024,
        Some("64"),
        "Run the command at most so often at once",
    ))
    .option(count(
        "runs",
        1000,
        Some("5"),
        "Run the command so often alone",
    ))
    .option(flag(
        "ignore-failure",
        "Measure the command although it fails",
    ))
    .option(rest("command", "COMMAND", "A command of yours, to measure"))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let facts = facts(run);
    let words = run.rest("command");
    if words.is_empty() {
        return answered(&facts);
    }
    if facts.machines.is_some() {
        let why =
            "a command is measured: what is said about jobs by options would not be looked at";
        return Err(Failure::BadInput(why.to_owned()));
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
