//! `hidden-serial`: how long each way takes, and how many compute at the same moment.

use std::sync::atomic::{AtomicUsize, Ordering};

use common::measure::{seconds, timed};
use common::options::count;
use common::{Demo, Failure, Outcome, Run, part};
use serde_json::json;
use tracing::{info, info_span};

use crate::cores::rayon;
use crate::pitfalls::hidden_serial::{Compute, before_the_lock, collected, inside_the_lock};
use crate::support::compute::sum_of_squares;

pub fn demo() -> Demo {
    Demo::new(
        "hidden-serial",
        "a lock around all that a parallel loop does",
        run,
    )
    .option(count(
        "threads",
        1000,
        None,
        "Threads of rayon's pool [default: one a core]",
    ))
    .option(count("items", 100_000, Some("40"), "Items to compute"))
}

/// A count of those that are inside at the same moment.
#[derive(Debug, Default)]
struct AtOnce {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl AtOnce {
    fn during<T>(&self, work: impl FnOnce() -> T) -> T {
        let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(now, Ordering::Relaxed);
        let value = work();
        self.now.fetch_sub(1, Ordering::Relaxed);
        value
    }
}

type Way = fn(u64, Compute) -> Vec<u64>;

const WAYS: [(&str, Way); 3] = [
    ("inside the lock", inside_the_lock),
    ("before the lock", before_the_lock),
    ("collected", collected),
];

fn run(run: &Run) -> Result<Outcome, Failure> {
    let threads = run.count("threads").get();
    let items = run.count("items").get() as u64;
    let pool = rayon::pool(threads)?;

    let mut table = json!({});
    let mut expected = None;
    for (name, way) in WAYS {
        let at_once = AtOnce::default();
        let compute = |item: u64| {
            let work = || sum_of_squares(0..2_000_000 + item);
            at_once.during(|| info_span!("compute", item).in_scope(work))
        };
        let (results, used) = part(name, || timed(|| pool.install(|| way(items, &compute))));
        if *expected.get_or_insert_with(|| results.clone()) != results {
            return Err(Failure::Failed(format!("{name}: other results")));
        }
        let wall = used.wall.as_secs_f64();
        let most = at_once.most.into_inner();
        let took = seconds(wall);
        info!("{name}: {took}, at most {most} computing at once");
        table[name] = json!({ "seconds": wall, "most_at_once": most });
    }
    Ok(json!({ "threads": threads, "items": items, "ways": table }).into())
}
