//! `too-many`: a child process with little address space that is asked for ten thousand threads.

use common::options::count;
use common::{Demo, Failure, Outcome, Run};
use tracing::info;

use crate::support::crowd;

pub fn demo() -> Demo {
    let about = "ten thousand threads, and what the system says";
    let threads = "Threads that are wanted";
    let limit = "Address space of the child, in MiB";

    Demo::new("too-many", about, run)
        .option(count("threads", 100_000, Some("10000"), threads))
        .option(count("limit-mib", 1 << 20, Some("2048"), limit))
        .worker(crowd::ROLE, crowd::main_of_child)
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let threads = run.count("threads").get();
    let mib = run.count("limit-mib").get();

    // A thread that has its stack wants some KiB more when it starts. If the limit falls just there, it cannot go on,
    // and the child is aborted: a MiB more, and it falls elsewhere.
    let measured = crowd::measure(threads, mib).or_else(|_| crowd::measure(threads, mib + 1))?;

    info!(
        "{} of {threads} threads ran in {mib} MiB of address space, all joined",
        measured["joined"]
    );
    if let Some(error) = measured["error"].as_str() {
        info!("the next one was refused, which is an ordinary Err: {error}");
    }
    let number = |key: &str| measured[key].as_f64().unwrap_or(f64::NAN);
    info!(
        "each took {:.0} us to start and join, {:.0} KiB of address space and {:.1} KiB of memory",
        number("us_each"),
        number("address_space_kib_each"),
        number("memory_kib_each"),
    );
    Ok(measured.into())
}
