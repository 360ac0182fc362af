//! `beyond`: its command line, and which of its four parts is wanted.

use common::Demo;
use common::options::{count, seconds, texts, words};

pub fn demo() -> Demo {
    let demo = Demo::new(
        "beyond",
        "the same chunks on a queue that many machines share",
        run,
    )
    .option(words(
        "what",
        &["worker", "submit", "local", "cost"],
        1,
        "worker: do jobs until Ctrl-C; submit: start no workers; local: on the process pool; cost: measure",
    ))
    .option(texts(
        "nats",
        "URL",
        "The server [default: NATS_URL, or one of its own]",
        |_| Ok(()),
    ))
    .option(count(
        "workers",
        64,
        None,
        "Worker processes [default: as many as cores]",
    ))
    .option(count(
        "items",
        u32::MAX.into(),
        Some("20"),
        "Square the numbers from 1 to N",
    ))
    .option(count(
        "chunk-size",
        u32::MAX.into(),
        Some("5"),
        "Numbers in a chunk",
    ))
    .option(seconds("chunk-time", "1", "Simulated work a chunk"))
    .option(count(
        "tries",
        100,
        Some("3"),
        "Tries until a chunk is given up",
    ))
    .option(seconds(
        "ack-wait",
        "2",
        "A job of which nothing is heard is handed out again",
    ))
    .option(count(
        "fetch",
        1000,
        Some("1"),
        "Jobs that a worker asks for at a time",
    ))
    .option(seconds(
        "patience",
        "600",
        "Give up when no result came for so long",
    ))
    .option(texts(
        "resume",
        "RUN",
        "Go on with a run whose submitter died",
        |_| Ok(()),
    ))
    .option(texts(
        "break",
        "CHUNK=KIND",
        "Let a chunk fail, each time; or kill its worker, each time or the first: KIND is fail, kill or kill-once",
        |_| Ok(()),
    ));

    #[cfg(feature = "nats")]
    let demo = built::with_workers(demo);
    demo
}

#[cfg(feature = "nats")]
use built::run;

/// Says how to build it.
#[cfg(not(feature = "nats"))]
fn run(_: &common::Run) -> Result<common::Outcome, common::Failure> {
    let how = "this needs more libraries than the lesson: cargo run -p lesson-04-pools --features nats -- beyond";
    Err(common::Failure::BadInput(how.into()))
}

#[cfg(feature = "nats")]
mod built {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use async_nats::ServerAddr;
    use common::{Demo, Failure, Outcome, Run};
    use serde_json::json;

    use crate::beyond::job::parse;
    use crate::beyond::local::Quiet;
    use crate::beyond::run::{Orders, work_until_interrupted};
    use crate::beyond::submitter::Plan;
    use crate::beyond::{cost, hosts, local, run};
    use crate::chunks::chunk::{MOST_CHUNKS, MOST_ITEMS};
    use crate::executor::worker::serve;

    pub fn with_workers(demo: Demo) -> Demo {
        demo.worker(hosts::ROLE, hosts::worker)
            .worker(hosts::QUIET_ROLE, hosts::quiet_worker)
            .worker(local::ROLE, local::worker)
            .worker(local::QUIET_ROLE, |_| serve::<Quiet>())
    }

    pub fn run(run: &Run) -> Result<Outcome, Failure> {
        let workers = run.count("workers").get();
        match run.texts("what").first().map(String::as_str) {
            Some("worker") => host(run),
            Some("local") => local::run(&plan(run)?, workers),
            Some("cost") => cost::run(workers),
            Some("submit") => run::run(orders(run, 0)?),
            _ => run::run(orders(run, workers)?),
        }
    }

    fn host(run: &Run) -> Result<Outcome, Failure> {
        let url =
            named(run)?.ok_or_else(|| Failure::BadInput("a worker needs --nats URL".to_owned()))?;
        let ack_wait = Duration::from_secs_f64(run.seconds("ack-wait"));
        work_until_interrupted(&url, ack_wait, run.count("fetch").get())?;
        Ok(json!(null).into())
    }

    fn orders(run: &Run, workers: usize) -> Result<Orders, Failure> {
        let plan = plan(run)?;
        let resume = run.texts("resume").pop();
        let is_id = |text: &str| text.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
        if let Some(text) = resume.as_ref().filter(|text| !is_id(text)) {
            let why = format!("--resume {text}: that is not the name of a run");
            return Err(Failure::BadInput(why));
        }
        let url = named(run)?;
        if url.is_none() && (resume.is_some() || workers == 0) {
            let why = "this needs a server that others know as well: --nats URL".to_owned();
            return Err(Failure::BadInput(why));
        }

        Ok(Orders {
            plan,
            url,
            workers,
            fetch: run.count("fetch").get(),
            ack_wait: Duration::from_secs_f64(run.seconds("ack-wait")),
            patience: Duration::from_secs_f64(run.seconds("patience")),
            resume,
        })
    }

    /// Returns the server to use: the one that was named, if any.
    fn named(run: &Run) -> Result<Option<String>, Failure> {
        let in_the_environment = || std::env::var("NATS_URL").ok().filter(|url| !url.is_empty());
        let url = run.texts("nats").pop().or_else(in_the_environment);

        match url.as_ref().map(|url| url.parse::<ServerAddr>()) {
            // It may hold a password: so it is not shown.
            Some(Err(why)) => Err(Failure::BadInput(format!(
                "--nats: that is no address of a NATS server: {why}"
            ))),
            _ => Ok(url),
        }
    }

    fn plan(run: &Run) -> Result<Plan, Failure> {
        let items = run.count("items").get() as u64;
        let size = run.count("chunk-size");
        if items > MOST_ITEMS || items / size.get() as u64 > MOST_CHUNKS {
            let why = format!(
                "{items} numbers by {size}: at most {MOST_ITEMS} in {MOST_CHUNKS} chunks can be had"
            );
            return Err(Failure::BadInput(why));
        }

        let chunks = items.div_ceil(size.get() as u64);
        let mut faults = BTreeMap::new();
        for text in run.texts("break") {
            let refused = |why: &str| Failure::BadInput(format!("--break {text}: {why}"));
            let (chunk, fault) = parse(&text).map_err(|why| refused(&why))?;
            if !(1..=chunks).contains(&chunk) {
                return Err(refused("there is no such chunk"));
            }
            faults.insert(chunk, fault);
        }
        Ok(Plan {
            items,
            size,
            pause: run.pace.seconds(run.seconds("chunk-time")),
            tries: u32::try_from(run.count("tries").get()).expect("the option has a limit"),
            faults,
        })
    }
}
