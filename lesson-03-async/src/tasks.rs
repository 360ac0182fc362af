//! `tasks`: spawned futures and their handles; a set of them in the order in which they finish; one thread or several.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{io, thread};

use common::Pace;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tracing::{Instrument, info, info_span};

/// Three jobs, and the seconds that each of their steps takes.
const JOBS: [(&str, f64); 3] = [("slow", 0.3), ("quick", 0.1), ("middle", 0.2)];

/// A job, and the names of the threads that ran a part of it.
#[derive(Debug)]
pub struct Done {
    pub job: &'static str,
    pub threads: BTreeSet<String>,
}

/// Spawns a task, and awaits its handle: a future of what the task returns. Dropped, a handle leaves its task running.
pub async fn answer() -> u32 {
    let handle = tokio::spawn(async { 6 * 7 });
    handle.await.expect("it does not panic")
}

/// Waits three times. After each wait another thread may be the one that goes on.
async fn job(job: &'static str, step: f64, pace: Pace) -> Done {
    let mut threads = BTreeSet::from([this_thread()]);
    for _ in 0..3 {
        sleep(pace.seconds(step)).await;
        threads.insert(this_thread());
    }

    let names: Vec<&str> = threads.iter().map(String::as_str).collect();
    info!("done; it ran on: {}", names.join(", "));
    Done { job, threads }
}

fn this_thread() -> String {
    let name = thread::current().name().map(str::to_owned);
    name.unwrap_or("a thread without a name".to_owned())
}

/// Runs the three jobs as tasks, and returns them in the order in which they finished.
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

/// Makes a runtime whose tasks are shared by two threads.
pub fn two_threads() -> io::Result<Runtime> {
    let next = AtomicUsize::new(1);
    Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name_fn(move || format!("worker {}", next.fetch_add(1, Ordering::Relaxed)))
        .enable_all()
        .build()
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::Arc;

    use tokio::task::yield_now;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn on_one_thread_the_quickest_is_first_and_no_other_thread_is_used() {
        let done = in_completion_order(Pace::REAL).await;

        let order: Vec<&str> = done.iter().map(|done| done.job).collect();
        assert_eq!(order, ["quick", "middle", "slow"]);
        for job in done {
            assert_eq!(job.threads, BTreeSet::from([this_thread()]));
        }
    }

    #[test]
    fn on_several_threads_only_workers_poll() {
        let pace = Pace::new(0.02).unwrap();
        let done = two_threads().unwrap().block_on(in_completion_order(pace));

        assert_eq!(done.len(), 3);
        for name in done.iter().flat_map(|done| &done.threads) {
            assert!(name.starts_with("worker "), "{name}");
        }
    }

    /// Returns a set with one task that waits for ever, and an `Arc` that the task holds as well.
    async fn set_with_a_task() -> (JoinSet<()>, Arc<()>) {
        let shared = Arc::new(());
        let held = Arc::clone(&shared);
        let mut set = JoinSet::new();
        set.spawn(async move {
            pending::<()>().await;
            drop(held);
        });
        yield_now().await;
        assert_eq!(Arc::strong_count(&shared), 2, "the task has begun");
        (set, shared)
    }

    #[tokio::test]
    async fn a_dropped_set_tells_its_tasks_to_stop_and_does_not_wait_for_them() {
        let (set, shared) = set_with_a_task().await;
        drop(set);
        assert_eq!(Arc::strong_count(&shared), 2, "it is still there");
        yield_now().await;
        assert_eq!(Arc::strong_count(&shared), 1);
    }

    #[tokio::test]
    async fn a_set_that_is_shut_down_waits_for_them_as_pythons_task_group_does() {
        let (mut set, shared) = set_with_a_task().await;
        set.shutdown().await;
        assert_eq!(Arc::strong_count(&shared), 1);
    }

    #[tokio::test]
    async fn one_that_fails_does_not_cancel_the_others() {
        let mut set = JoinSet::new();
        set.spawn(async { Err("failed") });
        set.spawn(async {
            yield_now().await;
            Ok("done")
        });
        assert_eq!(set.join_all().await.len(), 2);
    }
}
