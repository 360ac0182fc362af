//! Computing on all cores: rayon, and jobs that are shared out.

use std::sync::{Condvar, Mutex};
use std::time::Duration;

use common::deadline::{Stuck, within};
use lesson_04_pools::cores::{rayon, stealing};
use lesson_04_pools::support::compute::sum_of_squares;
use serde_json::Value;
use testing::run_demo;

use crate::PROGRAM;
use crate::spans::{jobs, most_at_once};

const LIMIT: Duration = Duration::from_secs(90);

fn run(args: &[&str]) -> Value {
    run_demo(PROGRAM, args)
}

#[test]
fn rayon_comes_to_the_same_sum_however_it_is_split() {
    let expected = sum_of_squares(0..10_000);
    for threads in [1, 2, 5] {
        let pool = rayon::pool(threads).unwrap();
        for share in [1, 7, 4096, 20_000] {
            assert_eq!(
                pool.install(|| rayon::sum_by_join(0..10_000, share)),
                expected
            );
        }
        let shares: Vec<_> = (0..100).map(|n| n * 100..(n + 1) * 100).collect();
        assert_eq!(pool.install(|| rayon::sum_by_par_iter(&shares)), expected);
    }
}

#[test]
fn rayon_s_threads_are_lanes_with_names() {
    let run = run(&[
        "rayon",
        "--threads",
        "3",
        "--numbers",
        "20000000",
        "--sort",
        "1000",
    ]);
    assert_eq!(
        (&run["results"]["threads"], &run["results"]["sorted"]),
        (&3.into(), &true.into())
    );
    for (name, at_least) in [("join", 20), ("par_iter", 20), ("par_sort", 1)] {
        let jobs = jobs(&run, name);
        assert!(jobs.len() >= at_least, "{} of {name}", jobs.len());
        assert!(
            jobs.iter()
                .all(|job| ["rayon-1", "rayon-2", "rayon-3"].contains(&&*job.lane))
        );
        assert!(most_at_once(&jobs) <= 3);
    }
}

/// The lengths of the jobs of a way, in the order in which its lanes began them.
fn lengths(run: &Value, lane: &str) -> Vec<u64> {
    let mut jobs = jobs(run, "job");
    jobs.retain(|job| job.lane.starts_with(lane));
    jobs.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
    jobs.iter()
        .map(|job| job.name["job ".len()..].parse().expect("a length"))
        .collect()
}

#[test]
fn every_way_does_each_job_once() {
    let run = run(&["stealing", "--threads", "2", "--unit", "10000"]);
    for way in ["static", "queue", "stealing"] {
        let mut all = lengths(&run, way);
        all.sort_unstable();
        assert_eq!(all, (1..=12).collect::<Vec<_>>(), "{way}");
    }
    assert_eq!(
        lengths(&run, "static 1"),
        [12, 11, 10, 9, 8, 7],
        "its part, whatever the others do"
    );
    assert_eq!(lengths(&run, "static 2"), [6, 5, 4, 3, 2, 1]);
}

type Way = fn(&[u64], usize, stealing::Work) -> Result<u64, common::Failure>;

/// Twelve jobs on two threads; the first one is over when all others are.
fn one_that_takes_long(way: Way, limit: Duration) -> Result<u64, Stuck> {
    within(limit, move || {
        let (others, changed) = (Mutex::new(11), Condvar::new());
        let work = |job| {
            let mut left = others.lock().expect("no job panics");
            if job == 1 {
                drop(changed.wait_while(left, |left| *left > 0));
            } else {
                *left -= 1;
                changed.notify_all();
            }
            job
        };
        way(&(1..=12).collect::<Vec<_>>(), 2, &work).expect("there is room for two threads")
    })
}

#[test]
fn who_is_free_takes_what_stands_behind_a_long_job() {
    assert_eq!(one_that_takes_long(stealing::shared_queue, LIMIT), Ok(78));
    assert_eq!(one_that_takes_long(stealing::stealing, LIMIT), Ok(78));
    // With static shares nobody else does what stands behind it: it waits for ever.
    assert!(one_that_takes_long(stealing::static_shares, Duration::from_millis(300)).is_err());
}
