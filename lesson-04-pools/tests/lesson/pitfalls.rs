//! Every pitfall, broken and fixed, run as a learner runs it; and the parts that can be asked for
//! more.

use std::sync::{Condvar, Mutex};
use std::time::Duration;

use common::deadline::{Stuck, within};
use common::{Pace, TempDir};
use lesson_04_pools::cores::rayon;
use lesson_04_pools::executor::{Error, ThreadPool};
use lesson_04_pools::pitfalls::hidden_serial::{self, Compute};
use lesson_04_pools::pitfalls::naive_pool::NaivePool;
use lesson_04_pools::pitfalls::oversubscription::{one_pool, pool_in_a_pool};
use lesson_04_pools::pitfalls::{
    lost_result, panicking_job, starvation, tiny_jobs, unbounded_queue,
};
use lesson_04_pools::show::starvation::inside_within;
use lesson_04_pools::support::folders::plant;
use lesson_04_pools::support::gauge::Gauge;
use serde_json::{Value, json};
use testing::run_demo;

use crate::PROGRAM;

const LIMIT: Duration = Duration::from_secs(90);

fn run(args: &[&str]) -> Value {
    run_demo(PROGRAM, args)["results"].take()
}

#[test]
#[cfg(target_os = "linux")]
fn a_thread_each_is_refused_and_a_pool_does_all() {
    let results = run(&["exhaustion", "--jobs", "1000", "--limit-mib", "600"]);
    let (each, pool) = (&results["thread_each"], &results["pool"]);
    let number = |key: &str| each[key].as_u64().unwrap();
    assert_eq!(number("done") + number("refused"), 1000);
    assert!(
        (100..300).contains(&number("done")),
        "2 MiB of 600 each: {each}"
    );
    assert!(
        each["error"].as_str().unwrap().contains("os error"),
        "{each}"
    );
    assert_eq!(pool, &json!({"done": 1000, "threads": 8}));
}

#[test]
fn few_jobs_fit() {
    let results = run(&["exhaustion", "--jobs", "20", "--limit-mib", "2048"]);
    assert_eq!(
        results["thread_each"],
        json!({"done": 20, "refused": 0, "error": null})
    );
}

/// Three levels of folders: 13, with a file of 1000 bytes in each.
fn folders() -> TempDir {
    let folder = TempDir::new("starvation-test").expect("there is room");
    plant(&folder.path().join("root"), 3).expect("there is room");
    folder
}

#[test]
fn two_workers_starve_and_thirteen_do_not() {
    let folder = folders();
    let root = folder.path().join("root");
    // However long it is waited for: two workers wait for a third one.
    let Err(Stuck { .. }) = inside_within(Duration::from_millis(500), 2, &root) else {
        panic!("nothing was stuck");
    };
    // With a worker for each folder none has to wait for a worker.
    assert_eq!(inside_within(LIMIT, 13, &root).unwrap().unwrap(), 13_000);
}

#[test]
fn waiting_outside_and_helping_need_no_more_than_one() {
    let folder = folders();
    let root = folder.path().join("root");
    let sizes = within(LIMIT, move || {
        [1, 2, 5].map(|workers| {
            let pool = ThreadPool::builder()
                .workers(workers)
                .build()
                .expect("some workers");
            let outside = starvation::waits_outside(&pool, root.clone()).expect("it can be read");
            let rayon = rayon::pool(workers).expect("there is room");
            (
                outside,
                rayon
                    .install(|| starvation::helps_while_waiting(&root))
                    .expect("it can be read"),
            )
        })
    });
    assert_eq!(sizes.unwrap(), [(13_000, 13_000); 3]);
    let missing = starvation::helps_while_waiting(std::path::Path::new("/no/such/folder"));
    assert_eq!(missing.unwrap_err().kind(), std::io::ErrorKind::NotFound);
}

#[test]
fn starvation_says_who_waits_for_what() {
    let results = run(&["starvation", "--limit", "0.5"]);
    let inside = results["inside"].as_str().unwrap();
    for part in [
        "stuck: ",
        "worker-1 holds a worker (",
        "and waits for a worker (",
        "worker-2 holds",
        "a circle: ",
    ] {
        assert!(inside.contains(part), "no {part:?} in {inside}");
    }
    assert_eq!(
        (&results["outside"], &results["rayon"]),
        (&json!(13_000), &json!(13_000))
    );
    assert_eq!(
        run(&["starvation", "--workers", "13", "--limit", "60"])["inside"],
        "13000 bytes"
    );
}

#[test]
fn a_pool_in_a_pool_has_many_threads_and_the_same_result() {
    let (inside, once) = (Gauge::default(), Gauge::default());
    let nested = pool_in_a_pool(6, 2000, &inside).unwrap();
    assert_eq!(
        nested,
        rayon::pool(2).unwrap().install(|| one_pool(6, 2000, &once))
    );
    let results = run(&["oversubscription", "--wide", "8", "--numbers", "5000"]);
    if cfg!(target_os = "linux") {
        let threads = |way: &str| results[way]["threads"].as_u64().unwrap();
        let cores = common::measure::cores() as u64;
        // Main, one that listens for Ctrl-C, and those of rayon.
        assert!(threads("one_pool") <= cores + 4, "{results}");
        assert!(threads("pool_in_a_pool") > 16, "{results}");
    }
}

#[test]
fn a_naive_pool_dies_of_its_jobs_and_ours_does_not() {
    // The second 'none' takes the last thread along. What stands before it has been taken out of
    // the queue before it.
    let (mut amounts, died) = within(LIMIT, panicking_job::naive).unwrap();
    amounts.sort_unstable();
    assert_eq!((amounts, died), (vec![4, 17], 2));
    let (outcomes, threads) = within(LIMIT, panicking_job::ours).unwrap().unwrap();
    let failed = |text: &str| Err(Error::Panicked(format!("'{text}' is no amount")));
    let expected = [
        Ok(17),
        failed("none"),
        Ok(4),
        failed("1o0"),
        Ok(25),
        Ok(8),
        Ok(31),
        Ok(2),
    ];
    assert_eq!(outcomes, expected);
    assert!((1..=2).contains(&threads));
}

#[test]
fn a_naive_pool_notices_only_when_no_thread_is_left() {
    let pool = NaivePool::new(1);
    pool.execute(|| panic!("the last thread ends here"));
    let refused = within(LIMIT, move || while pool.execute(|| ()) {});
    assert_eq!(refused, Ok(()));
}

#[test]
fn without_a_bound_the_queue_grows_and_with_one_it_does_not() {
    let serve = |admit| unbounded_queue::serve(200, Pace::REAL, admit).unwrap();
    let all = serve(unbounded_queue::take_all);
    assert_eq!(all.took.len(), 200);
    assert!(all.longest_queue > unbounded_queue::ROOM, "{all:?}");
    let some = serve(unbounded_queue::take_while_there_is_room);
    assert!(
        some.took.len() < 200 && some.longest_queue <= unbounded_queue::ROOM,
        "{some:?}"
    );

    let results = run(&["unbounded-queue", "--requests", "50"]);
    for way in ["without_a_bound", "with_a_bound"] {
        let count = |key: &str| results[way][key].as_u64().unwrap();
        let all = count("in_time") + count("too_late") + count("refused");
        assert_eq!(all, 50, "{results}");
    }
    assert_eq!(results["without_a_bound"]["refused"], 0);
}

/// Four items on two threads, of which the first waits until a second one is being computed.
fn two_at_once(way: fn(u64, Compute) -> Vec<u64>, limit: Duration) -> Result<Vec<u64>, Stuck> {
    within(limit, move || {
        let (computing, changed) = (Mutex::new(0), Condvar::new());
        let compute = |item| {
            let mut computing = computing.lock().expect("never poisoned");
            *computing += 1;
            changed.notify_all();
            drop(changed.wait_while(computing, |computing| *computing < 2));
            item
        };
        rayon::pool(2)
            .expect("there is room")
            .install(|| way(4, &compute))
    })
}

#[test]
fn inside_the_lock_only_one_computes_at_a_time() {
    assert_eq!(
        two_at_once(hidden_serial::before_the_lock, LIMIT),
        Ok(vec![0, 1, 2, 3])
    );
    assert_eq!(
        two_at_once(hidden_serial::collected, LIMIT),
        Ok(vec![0, 1, 2, 3])
    );
    assert!(two_at_once(hidden_serial::inside_the_lock, Duration::from_millis(300)).is_err());
    let results = run(&["hidden-serial", "--threads", "3", "--items", "12"]);
    assert_eq!(results["ways"]["inside the lock"]["most_at_once"], 1);
}

#[test]
fn a_lock_across_a_call_of_rayon_is_waited_for_by_its_own_thread() {
    let results = run(&["lock-across-steal", "--pace", "0.2"]);
    assert_eq!(results, json!({ "broken": "stuck", "fixed": 120 }));
}

#[test]
fn tiny_jobs_come_to_the_same_sum_in_any_way() {
    let pool = ThreadPool::builder().workers(3).build().unwrap();
    let expected = tiny_jobs::each_a_job(&pool, 50, 7);
    assert_eq!(
        expected,
        Ok((0..50_u64)
            .map(|job| (job..job + 7).map(|n| n * n).sum::<u64>())
            .sum())
    );
    assert_eq!(tiny_jobs::in_chunks(&pool, 3, 50, 7), expected);
    assert_eq!(
        tiny_jobs::in_chunks(&pool, 3, 1, 7),
        tiny_jobs::each_a_job(&pool, 1, 7)
    );
    let table = run(&["tiny-jobs", "--workers", "2"])["table"].take();
    assert_eq!(table.as_array().unwrap().len(), 6);
    assert!(
        table[0]["each"].as_f64().unwrap() < 1.0,
        "ten squares cost less than any queue: {table}"
    );
}

#[test]
fn what_is_not_asked_for_is_lost() {
    let results = run(&["lost-result"]);
    assert_eq!(results["fire_and_forget"], json!({"said": 4, "on_disk": 2}));
    let asked = &results["ask_each"];
    assert_eq!((&asked["said"], &asked["on_disk"]), (&json!(2), &json!(2)));
    let failed: Vec<_> = asked["failed"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(
        failed[0],
        "february.txt: the job panicked: a report has a first line"
    );
    assert!(
        failed[1].starts_with("drafts/march.txt: No such file"),
        "{failed:?}"
    );
    let folder = TempDir::new("lost-result-test").unwrap();
    assert_eq!(lost_result::fire_and_forget(folder.path()).unwrap(), 4);
    let text = std::fs::read_to_string(folder.path().join("april.txt")).unwrap();
    assert_eq!(
        text, "APRIL\nApril\n25 sold\n",
        "what can be done is done, and is done when it returns"
    );
}
