//! The demos that show what one can do with a job: their values, run as a learner runs them where
//! processes take part.

use std::time::Duration;

use common::Pace;
use common::deadline::within;
use lesson_04_pools::executor::{Error, ThreadPool};
use lesson_04_pools::jobs::{cancel, map, timeouts};
use serde_json::{Value, json};
use testing::run_demo;

use crate::PROGRAM;
use crate::spans::{jobs, most_at_once};

const LIMIT: Duration = Duration::from_mins(1);

fn run(args: &[&str]) -> Value {
    run_demo(PROGRAM, args)
}

fn messages(run: &Value) -> Vec<&str> {
    run["log"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["message"].as_str().unwrap())
        .collect()
}

fn pool(workers: usize) -> ThreadPool {
    ThreadPool::builder().workers(workers).build().unwrap()
}

fn fast() -> Pace {
    Pace::new(0.02).unwrap()
}

#[test]
fn by_hand_does_the_same_jobs_in_four_ways() {
    let run = run(&["by-hand", "--pace", "0.05"]);
    assert_eq!(
        run["results"]["results"],
        json!([1, null, 9, 16, 25, 36, 49, 64])
    );
    for stage in run["results"]["stages"].as_array().unwrap() {
        assert_eq!(stage["done"], 7, "{stage}");
    }
    let spans = jobs(&run, "job ");
    assert_eq!((spans.len(), most_at_once(&spans) <= 8), (32, true));
    assert_eq!(
        spans
            .iter()
            .filter(|job| job.lane.starts_with("job "))
            .count(),
        8
    );
}

#[test]
fn map_gives_the_results_in_order_and_begins_when_asked() {
    let run = run(&["map", "--pace", "0.5"]);
    assert_eq!(run["results"]["in_order"], json!([1, 4, 9, 16, 25, 36]));
    assert_eq!(run["results"]["begun_before_asked"], 0);
    assert_eq!(run["results"]["chunks_together"], json!([true, true]));
    assert_eq!(
        run["results"]["one_panics"],
        json!({ "ok": 3, "failed": 1 })
    );
    let spans = jobs(&run, "square ");
    assert!(most_at_once(&spans) == 3 && spans.iter().all(|job| job.lane.starts_with("mapper-")));
    let said = messages(&run);
    let at = |what: &str| said.iter().position(|line| *line == what).unwrap();
    // The first is waited for, whoever else is done.
    assert!(at("1 is done") < at("got Ok(1)") && at("got Ok(1)") < at("got Ok(4)"));
}

#[test]
fn map_has_an_outcome_for_each_item() {
    within(LIMIT, || {
        let outcomes = map::with_a_failure(&pool(2));
        let bad = Error::Panicked("3 is no good".to_owned());
        assert_eq!(outcomes, [Ok(1), Ok(2), Err(bad), Ok(4)]);
        let names = map::in_chunks(&pool(4)).unwrap();
        assert_eq!(names.len(), 8);
        assert!(
            names
                .chunks(4)
                .all(|four| four.iter().all(|name| *name == four[0])),
            "{names:?}"
        );
    })
    .unwrap();
}

#[test]
fn map_ends_with_the_first_timeout_and_cancels_what_has_not_begun() {
    let with_a_timeout = || map::with_a_timeout(&pool(1), Duration::from_millis(300));
    let (mut outcomes, begun) = within(LIMIT, with_a_timeout).unwrap();
    assert_eq!(outcomes.pop(), Some(Err(Error::Timeout)));
    assert!(
        outcomes
            .iter()
            .eq([Ok(1), Ok(2)].iter().take(outcomes.len())),
        "{outcomes:?}"
    );
    assert!(begun <= 3, "{begun}");
}

#[test]
fn errors_are_told_apart_and_none_stops_the_others() {
    let run = run(&["errors", "--pace", "0.2"]);
    let told: Vec<(&str, &str, bool)> = run["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| {
            let error = case["error"].as_str().unwrap_or_default();
            (case["case"].as_str().unwrap(), error, case["again"] == true)
        })
        .collect();
    let wrong = "its checksum is 07c13e1e0a0ed2441670182a3b28797048f47507ffde35a6ba0873be88718d99, the server's list \
                 says 268d47592ffeb864da76596a16c33ff27750ecc10d5eb48fea42478e187d28f9";
    assert_eq!(
        told,
        [
            ("good", "", false),
            ("refused", "no program listens there", true),
            ("no host", "there is no such host", false),
            ("404", "the server answers with status 404", false),
            ("timeout", "no answer in time", true),
            ("wrong bytes", wrong, false),
            ("a bug", "the job panicked: no checksum for a bug", false),
        ]
    );
    assert_eq!(run["results"][0]["bytes"], 1_000_000);
    // One line each, with what was being done.
    let said = messages(&run);
    assert_eq!(said.len(), 7);
    assert_eq!(
        said[2],
        "no host: cannot get http://no-such-host.invalid/b: there is no such host"
    );
    assert!(
        said[4].starts_with("timeout: cannot get http://127.0.0.1:"),
        "{}",
        said[4]
    );
}

#[test]
fn cancel_takes_back_what_waits_and_nothing_else() {
    let states = within(LIMIT, || cancel::in_each_state(fast()).unwrap()).unwrap();
    assert_eq!(
        (states[0].clone(), states[2].clone()),
        ((true, Err(Error::Cancelled)), (false, Ok(1)))
    );
    let (said, became) = &states[1];
    assert!(
        !said && *became.as_ref().unwrap() < 1_000_000,
        "it was asked to stop, and did: {became:?}"
    );
}

#[test]
fn a_pool_that_is_shut_down_does_what_it_has_begun() {
    let jobs = within(LIMIT, || {
        cancel::all_that_wait(Pace::new(2.0).unwrap()).unwrap()
    })
    .unwrap();
    let cancelled = jobs.iter().filter(|job| job.is_cancelled()).count();
    let done = jobs.len() - cancelled;
    assert!(
        done + cancelled == 10 && (1..10).contains(&done),
        "{done} and {cancelled}"
    );
}

#[test]
fn a_thread_cannot_be_stopped_and_a_process_can() {
    let on_a_thread = || timeouts::on_a_thread(Duration::from_millis(50)).unwrap();
    assert_eq!(
        within(LIMIT, on_a_thread).unwrap(),
        (Err(Error::Timeout), true)
    );
    // `run` checks that no process is left.
    let run = run(&["timeouts", "--pace", "0.1"]);
    let expected =
        json!({ "thread_still_runs": true, "process_still_ran": true, "process_killed": true });
    assert_eq!(run["results"], expected);
    let said = messages(&run);
    assert!(
        said[2].contains(") was killed by signal 9 (SIGKILL)"),
        "{said:?}"
    );
}

#[test]
fn a_dead_worker_costs_its_own_job_unless_it_is_tried_again() {
    let run = run(&["broken", "--pace", "0.05"]);
    let squares: Vec<&Value> = run["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|round| &round["squares"])
        .collect();
    let without = json!([1, 4, null, 16, 25, 36]);
    assert_eq!(squares, [&without, &json!([1, 4, 9, 16, 25, 36]), &without]);
    let deaths = messages(&run)
        .iter()
        .filter(|line| line.starts_with("3 in process"))
        .count();
    assert_eq!(
        deaths,
        1 + 2 + 3,
        "once; once and then done; three times in vain"
    );
}

#[test]
fn a_callback_is_called_in_every_state_and_before_the_result() {
    let run = run(&["callbacks"]);
    let expected = [
        ("cancelled", "main", false),
        ("running", "worker-1", true),
        ("waiting", "worker-1", true),
        ("done", "main", true),
        ("after a callback that panics", "worker-1", true),
        ("panicked", "worker-1", false),
    ];
    let expected =
        expected.map(|(state, by, ok)| json!({ "state": state, "called_by": by, "ok": ok }));
    assert_eq!(run["results"], json!(expected));
}
