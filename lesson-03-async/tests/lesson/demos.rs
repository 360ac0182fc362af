//! Each demo and pitfall as a learner runs it, fast. What depends on time alone is tested with a stopped clock beside
//! the code; here it is the answers, and what the recording shows.

use nix::sys::resource::{Resource, getrlimit};
use serde_json::{Value, json};
use testing::{assert_contract, cases, run, run_demo, run_json};

use super::PROGRAM;

fn results(args: &[&str]) -> Value {
    run_demo(PROGRAM, args)["results"].clone()
}

/// Returns the polls of each lane of a task with this name.
fn polls(run: &Value, name: &str) -> Vec<u64> {
    let lanes = run["lanes"].as_array().expect("lanes").iter();
    let lanes = lanes.filter(|lane| lane["name"] == name && lane["kind"] == "task");
    lanes
        .map(|lane| lane["spans"][0]["polls"].as_u64().expect("a number"))
        .collect()
}

#[test]
fn all_runs_everything_once_and_quickly() {
    let (runs, ran) = run_json(PROGRAM, &["all", "--pace", "0.02"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let names: Vec<&str> = runs
        .iter()
        .map(|run| run["demo"].as_str().expect("a name"))
        .collect();
    assert_eq!(
        names,
        [
            "gather",
            "lazy",
            "tasks",
            "many",
            "timeout",
            "semaphore",
            "blocking",
            "server",
            "state-machine",
            "select",
            "cancel",
            "channel",
            "stream",
            "files",
            "retry",
            "blocked-runtime",
            "sequential-await",
            "lock-across-await",
            "cancel-safety",
            "unbounded-spawn",
            "lost-error",
            "starvation"
        ]
    );
    for run in &runs {
        assert_contract(run);
        assert!(
            !run["log"].as_array().expect("a log").is_empty(),
            "{} says nothing",
            run["demo"]
        );
    }
}

#[test]
fn the_main_path_gives_its_answers() {
    assert_eq!(
        results(&["lazy"]),
        json!({ "polls": [null, null, null, 42] })
    );
    let order = json!(["quick", "middle", "slow"]);
    let tasks = results(&["tasks", "--pace", "0.5"]);
    assert_eq!(
        (&tasks["answer"], &tasks["order"], &tasks["order_multi"]),
        (&json!(42), &order, &order)
    );
    let timeout = results(&["timeout", "--pace", "0.5"]);
    let server = json!({ "asked": 2, "hung_up": 1, "working_on": 0 });
    assert_eq!(
        timeout,
        json!({ "quick": true, "slow_is_late": true, "server": server })
    );
    let semaphore = results(&["semaphore", "--pace", "0.1"]);
    assert_eq!(semaphore, json!({ "answers": 100, "most_at_once": 5 }));
}

#[test]
fn a_wait_costs_a_task_less_than_a_thread() {
    let many = results(&["many", "--threads", "500"]);
    let bytes = |what: &str| many[what]["bytes_each"].as_u64();
    if let (Some(task), Some(thread)) = (bytes("tasks"), bytes("threads")) {
        assert!(
            task > 0 && task < 2048 && task * 2 < thread,
            "{task} and {thread}"
        );
    }
}

#[test]
fn a_task_has_a_lane_and_its_polls_are_counted() {
    let run = run_demo(PROGRAM, &["state-machine", "--pace", "0.4"]);
    assert_eq!(run["results"], json!({ "made": ["tea", "tea"] }));
    // Begun, and woken by each of two timers.
    assert_eq!(
        (polls(&run, "async fn"), polls(&run, "by hand")),
        (vec![3], vec![3])
    );
}

#[test]
fn further_demos_give_their_answers() {
    let select = results(&["select"]);
    assert_eq!(
        (&select["winner"], &select["biased"]),
        (&json!("oslo"), &json!([10_000, 0]))
    );
    let cancel = results(&["cancel", "--pace", "0.3"]);
    assert_eq!(cancel["service"]["exit_code"], 0);
    let channel = results(&["channel", "--pace", "0.2"]);
    assert_eq!(channel["answers"], json!([1, 4, 9, 16, 25]));
    let stream = results(&["stream", "--pace", "0.5"]);
    assert_eq!(stream["in_order"], json!(["a", "b", "c", "d", "e", "f"]));
    assert_eq!(stream["most_at_once"], 3);
    assert_eq!(channel["missed"], 1);
    let files = results(&["files"]);
    assert_eq!(files["mib"], 56);
    if cfg!(target_os = "linux") {
        let by_main = json!({ "tokio": 0, "std": 56 });
        assert_eq!(files["mib_read_by_main"], by_main);
    }
    let retry = results(&["retry", "--pace", "0.1"]);
    assert_eq!(
        retry,
        json!({ "reads": 7, "retries": 3, "orders": [true, false] })
    );
}

#[test]
fn pitfalls_show_what_is_broken_and_what_is_fixed() {
    let blocked = results(&["blocked-runtime", "--pace", "0.5"]);
    let pause = |which: &str| {
        blocked["longest_pause_ms"][which]
            .as_f64()
            .expect("a number")
    };
    assert!(pause("broken") >= 200.0, "{blocked}");
    let lock = results(&["lock-across-await", "--pace", "0.05"]);
    assert_eq!(lock, json!({ "broken": "stuck", "fixed": [20, 20, 20] }));
    let safety = results(&["cancel-safety", "--pace", "0.5"]);
    assert_eq!(safety["fixed"].as_array().map(Vec::len), Some(4));
    let spawn = results(&["unbounded-spawn", "--pace", "0.5"]);
    assert_eq!(spawn["errors"]["fixed"], 0);
    assert!(spawn["errors"]["broken"].as_u64() > Some(0), "{spawn}");
    assert_eq!(
        results(&["starvation"]),
        json!({ "broken": 0, "budget": 78, "yield_now": 100 })
    );
}

#[test]
fn the_program_says_why_it_was_sequential() {
    let ran = run(PROGRAM, &["sequential-await", "--pace", "0.1"]);
    let why: Vec<&str> = ran
        .stdout
        .lines()
        .filter(|line| line.starts_with("why: "))
        .collect();
    assert_eq!(why.len(), 1, "{}", ran.stdout);
    assert!(
        why[0].contains("'Weather API' to 'Stock API' (3 jobs, ")
            && why[0].contains("never overlapped")
    );
}

#[test]
fn thousands_of_clients_are_held() {
    let clients = cases(2_000, 10_000);
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).expect("a limit");
    if hard < 10_100 {
        eprintln!("this system allows {hard} open files: not enough to try");
        return;
    }
    let run = results(&[
        "server",
        "--clients",
        &clients.to_string(),
        "--threads",
        "100",
        "--pace",
        "0.1",
    ]);
    assert_eq!(
        (&run["task_each"]["held"], &run["task_each"]["errors"]),
        (&json!(clients), &json!(0)),
        "{run}"
    );
}

#[test]
fn more_clients_than_files_are_refused_with_advice() {
    let ran = run(PROGRAM, &["server", "--clients", "1000000"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("--clients ") && ran.stderr.lines().count() == 1,
        "{}",
        ran.stderr
    );
}

#[test]
fn a_port_is_a_number() {
    let ran = run(PROGRAM, &["server", "--port", "eighty"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert!(ran.stderr.contains("a port is a number"), "{}", ran.stderr);
}
