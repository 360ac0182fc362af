//! `choose`: its command line. The tool itself is in `tools/`.

use common::options::{count, flag, rest, seconds};
use common::{Demo, Failure, Outcome, Run};

use crate::support::tools::hand_over;

pub fn demo() -> Demo {
    Demo::new(
        "choose",
        "which approach fits: answer some questions, or let it measure -- COMMAND",
        run,
    )
    .apart()
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
    let facts = [
        "waiting",
        "computing",
        "jobs",
        "isolated",
        "shared",
        "machines",
    ];
    if !run.rest("command").is_empty() && facts.iter().any(|fact| run.given(fact)) {
        let why =
            "a command is measured: what is said about jobs by options would not be looked at";
        return Err(Failure::BadInput(why.to_owned()));
    }

    hand_over(run)
}
