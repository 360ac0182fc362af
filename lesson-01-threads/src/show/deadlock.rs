//! `deadlock`: two transfers at once, one each way, in three ways of locking.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use common::deadline::{Stuck, within};
use common::options::seconds;
use common::{Demo, Failure, Outcome, Run, part};
use serde_json::json;
use tracing::{info, info_span};

use crate::pitfalls::deadlock::{Account, Transfer, by_name, from_then_to, with_back_off};
use crate::sync::Mutex;

pub fn demo() -> Demo {
    let limit = "How long to wait before calling it stuck";

    Demo::new("deadlock", "each waits for what the other holds", run)
        .option(seconds("limit", "0.5", limit))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let limit = Duration::from_secs_f64(run.seconds("limit"));

    // Each has its first lock before either asks for its second: stuck every time, not only when it happens so.
    let meeting = Barrier::new(2);
    let Err(stuck) = part("broken", || {
        both_ways(limit, from_then_to, move || _ = meeting.wait())
    }) else {
        return Err(Failure::Failed("the deadlock did not happen".into()));
    };
    info!("from, then to: {stuck}");

    let by_name = part("fixed", || fixed("by name", run, by_name))?;
    let with_back_off = fixed("with back-off", run, with_back_off)?;

    Ok(json!({
        "stuck": stuck.to_string(),
        "by_name": by_name,
        "with_back_off": with_back_off,
    })
    .into())
}

/// Runs a way of locking that does not get stuck; returns what the two accounts hold afterwards.
fn fixed(name: &str, run: &Run, transfer: Transfer) -> Result<(i64, i64), Stuck> {
    let limit = Duration::from_secs_f64(10.0 * run.seconds("limit"));
    let pause = run.pace.seconds(0.1);

    let start = Instant::now();
    let (a, b) = both_ways(limit, transfer, move || thread::sleep(pause))?;
    let took = start.elapsed().as_secs_f64();

    info!("{name}: {a} and {b} cents, done after {took:.3} s");
    Ok((a, b))
}

/// Makes two transfers at once, one each way, between accounts with 100 each; returns what they hold at the end.
/// `between` is what each transfer does while it holds one account and not yet the other.
fn both_ways(
    limit: Duration,
    transfer: Transfer,
    between: impl Fn() + Send + Sync + 'static,
) -> Result<(i64, i64), Stuck> {
    within(limit, move || {
        let a = Account {
            name: "account A",
            cents: Mutex::new(100),
        };
        let b = Account {
            name: "account B",
            cents: Mutex::new(100),
        };

        thread::scope(|scope| {
            scope.spawn(|| info_span!("A to B").in_scope(|| transfer(&a, &b, 30, &between)));
            scope.spawn(|| info_span!("B to A").in_scope(|| transfer(&b, &a, 10, &between)));
        });

        (*a.lock(), *b.lock())
    })
}
