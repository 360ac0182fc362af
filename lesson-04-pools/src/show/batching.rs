//! `batching`: the time for an item, for chunks of 1, 10, 100 and so on.

use common::measure::{Usage, timed};
use common::options::count;
use common::{Demo, Failure, Outcome, Run};
use serde_json::json;
use tracing::{info, info_span};

use crate::executor::worker::serve;
use crate::executor::{Task, ThreadPool};
use crate::flow::batching::{Item, ROLE, processes, through_processes, through_threads};

pub fn demo() -> Demo {
    Demo::new("batching", "how many items make one job", run)
        .in_turn()
        .worker(ROLE, |_| serve::<Item>())
        .option(count("items", 1 << 30, Some("40000"), "Items in all"))
        .option(count(
            "workers",
            64,
            None,
            "Workers of each pool [default: one a core]",
        ))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let items = run.count("items").get() as u64;
    let workers = run.count("workers").get();
    let per_item = |used: Usage| used.wall.as_secs_f64() * 1e6 / items as f64;
    let threads = ThreadPool::builder()
        .workers(workers)
        .name_prefix("thread")
        .build()?;
    let processes = processes(workers)?;
    // Workers are started when they are first needed. That is not what is measured here.
    through_threads(&threads, workers as u64, 1)?;
    through_processes(&processes, workers as u64, 1)?;

    let (sum, alone) = timed(|| (0..items).map(|n| Item(n).run()).sum::<u64>());
    let alone = per_item(alone);
    info!("in a loop: {alone:.2} us an item");

    let mut table = Vec::new();
    let mut best = f64::MAX;
    let powers = (0..).map(|power| 10_usize.pow(power));
    let sizes = powers.take_while(|size| (*size as u64) < items);
    for chunk in sizes.chain([usize::try_from(items)?]) {
        let (by_threads, used) = timed(|| {
            let _span = info_span!("threads", chunk).entered();
            through_threads(&threads, items, chunk)
        });
        let threads_us = per_item(used);
        let (by_processes, used) = timed(|| {
            let _span = info_span!("processes", chunk).entered();
            through_processes(&processes, items, chunk)
        });
        let processes_us = per_item(used);
        if by_threads? != sum || by_processes? != sum {
            return Err(Failure::Failed(format!("chunks of {chunk}: another sum")));
        }
        info!(
            "chunks of {chunk}: threads {threads_us:.2} us an item, processes {processes_us:.2} us an item"
        );
        table.push(
            json!({ "chunk": chunk, "threads_us": threads_us, "processes_us": processes_us }),
        );
        best = best.min(threads_us);
    }

    let times = alone / best;
    info!("at best the threads were {times:.2} times as fast as the loop");
    Ok(json!({
        "items": items, "workers": workers, "sum": sum, "alone_us": alone, "table": table,
    })
    .into())
}
