//! `tasks`: spawned futures and their handles; a set of them in the order in which they finish; one thread or several.

use std::collections::BTreeSet;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use common::{Failure, Outcome, Pace, Run};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tracing::{Instrument, info, info_span};

/// Three jobs, and how many seconds each of their steps takes.
const JOBS: [(&str, f64); 3] = [("slow", 0.3), ("quick", 0.1), ("middle", 0.2)];
const STEPS: u32 = 3;

/// A job, and the threads that ran a part of it.
#[derive(Debug)]
pub struct Done {
    /// The job's name.
    pub job: &'static str,
    /// Names of threads.
    pub threads: BTreeSet<String>,
}

fn this_thread() -> String {
    thread::current()
        .name()
        .unwrap_or("a thread without a name")
        .to_owned()
}

/// Waits three times. After each wait another thread may be the one that goes on.
async fn job(job: &'static str, step: f64, pace: Pace) -> Done {
    let mut threads = BTreeSet::from([this_thread()]);
    for _ in 0..STEPS {
        sleep(pace.seconds(step)).await;
        threads.insert(this_thread());
    }
    info!(
        "done; it ran on: {}",
        threads.iter().cloned().collect::<Vec<_>>().join(", ")
    );
    Done { job, threads }
}

/// Runs the three jobs as tasks; they come back in the order in which they finished.
///
/// # Panics
/// When a job panicked.
pub async fn in_completion_order(pace: Pace) -> Vec<Done> {
    let mut set = JoinSet::new();
    for (name, step) in JOBS {
        set.spawn(job(name, step, pace).instrument(info_span!("job", task = name)));
    }
    let mut done = Vec::new();
    while let Some(next) = set.join_next().await {
        done.push(next.expect("a job does not panic"));
    }
    done
}

fn several_threads() -> io::Result<Runtime> {
    let next = AtomicUsize::new(1);
    let name = move || format!("worker {}", next.fetch_add(1, Ordering::Relaxed));
    Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name_fn(name)
        .enable_all()
        .build()
}

/// What `cargo run -p lesson-03-async -- tasks` runs.
///
/// # Errors
/// When the system has no thread for a runtime.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let one = Builder::new_current_thread().enable_all().build()?;
    info!("current_thread: one thread polls every task");
    // A handle is a future too: it gives what the task returns. Dropped, it leaves the task running.
    let handle = one.spawn(async { 6 * 7 });
    let answer = one.block_on(handle)?;
    let on_one = one.block_on(in_completion_order(run.pace));

    info!("multi_thread: two threads share the tasks");
    let on_two = several_threads()?.block_on(in_completion_order(run.pace));

    let order = |done: &[Done]| done.iter().map(|done| done.job).collect::<Vec<_>>();
    let threads = |done: &[Done]| {
        done.iter()
            .flat_map(|done| done.threads.clone())
            .collect::<BTreeSet<_>>()
    };
    info!(
        "threads that ran the tasks: first {:?}, then {:?}",
        threads(&on_one),
        threads(&on_two)
    );
    Ok(Outcome::new(
        json!({ "answer": answer, "order": order(&on_one), "order_multi": order(&on_two) }),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_one_thread_the_quickest_is_first_and_no_other_thread_is_used() {
        let one = Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        let done = one.block_on(in_completion_order(Pace::REAL));
        assert_eq!(
            done.iter().map(|done| done.job).collect::<Vec<_>>(),
            ["quick", "middle", "slow"]
        );
        assert!(
            done.iter()
                .all(|done| done.threads == BTreeSet::from([this_thread()]))
        );
    }

    #[test]
    fn on_several_threads_only_workers_poll() {
        let done = several_threads()
            .unwrap()
            .block_on(in_completion_order(Pace::new(0.02).unwrap()));
        assert_eq!(done.len(), 3);
        assert!(
            done.iter()
                .flat_map(|done| &done.threads)
                .all(|name| name.starts_with("worker "))
        );
    }
}
