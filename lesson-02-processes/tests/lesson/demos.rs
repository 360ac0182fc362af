//! Every demo and pitfall by the value that it returns. Each run is a process group of its own, and `run` requires that
//! nothing of it is left.

use serde_json::{Value, json};
use testing::{assert_contract, run, run_json};

use crate::PROGRAM;

/// Runs a demo at a fast pace, and returns its whole object.
fn object(args: &[&str]) -> Value {
    let args: Vec<&str> = args.iter().copied().chain(["--pace", "0.05"]).collect();
    let (mut runs, ran) = run_json(PROGRAM, &args);
    assert_eq!(
        (ran.code, runs.len()),
        (Some(0), 1),
        "{args:?}: {}",
        ran.stderr
    );
    let run = runs.remove(0);
    assert_contract(&run);
    run
}

fn results(args: &[&str]) -> Value {
    object(args)["results"].take()
}

/// Returns the names of the lanes that are processes.
fn processes(run: &Value) -> Vec<&str> {
    let lanes = run["lanes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|lane| lane["kind"] == "process");
    lanes.map(|lane| lane["name"].as_str().unwrap()).collect()
}

#[test]
fn memory_is_the_thread_s_and_not_the_child_s() {
    let run = object(&["memory"]);
    assert_eq!(run["results"]["thread"], json!({"here": 2}));
    assert_eq!(run["results"]["process"], json!({"child": 2, "here": 1}));
    assert_eq!(processes(&run), ["parent"]);
    if cfg!(target_os = "linux") {
        let pages = &run["results"]["pages"];
        let count = |when: &str, what: &str| pages[when][what].as_u64().unwrap();
        // A page or two may be the child's own for reasons of the allocator's.
        assert!(count("before", "shared") > 4000, "{pages}");
        assert!((2040..2100).contains(&count("after", "private")), "{pages}");
        assert_eq!(count("after", "shared") + count("after", "private"), 4096);
    }
}

#[test]
fn a_spawned_program_gets_what_it_is_given() {
    let run = object(&["spawn"]);
    assert_eq!(
        run["results"],
        json!({
            "argument": "two words; 'and quotes'", "variable": "hello", "in_its_folder": true,
            "standard_error": "to standard error", "missing": "NotFound",
            "ends": {
                "success": "ended with exit code 0", "failure": "ended with exit code 3",
                "killed": "was killed by signal 9 (SIGKILL)",
            },
        })
    );
    assert_eq!(processes(&run), ["given", "success", "failure", "killed"]);
}

#[test]
fn a_pipe_and_a_socket_pair_carry_messages_and_push_back() {
    let results = results(&["pipe"]);
    assert_eq!(
        (
            &results["pipes"]["answer"],
            &results["socket_pair"]["answer"]
        ),
        (&json!("HELLO"), &json!("HELLO"))
    );
    let slow = &results["slow_reader"];
    assert_eq!(slow["messages"], 16);
    // The reader thinks for 2.5 ms about each; 16 messages less what the pipe holds must be waited for.
    let holds = slow["capacity"].as_f64().unwrap() / f64::from(16 << 10);
    assert!(
        slow["held_up_s"].as_f64().unwrap() > (16.0 - holds - 2.0) * 0.0025,
        "{slow}"
    );
}

#[test]
fn crashes_are_told_apart() {
    let run = object(&["crash"]);
    assert_eq!(
        run["results"],
        json!({
            "abort": "it aborted", "stack overflow": "its stack overflowed",
            "divide by zero": "it panicked: attempt to divide by zero",
            "exit 3": "it gave up with exit code 3", "abort in a thread": "it aborted",
        })
    );
    let log = run["log"].as_array().unwrap();
    assert!(
        log.iter()
            .all(|line| line["message"] != "the main thread is still here")
    );
}

#[test]
fn a_worker_stops_when_asked_or_is_ended() {
    let results = results(&["signals"]);
    assert_eq!(results["polite"]["how"], "ended with exit code 0");
    assert!(
        results["polite"]["items"].as_u64().unwrap() >= 2,
        "it finished what it had in hand: {results}"
    );
    assert_eq!(results["plain"]["how"], "was killed by signal 15 (SIGTERM)");
    assert_eq!(
        results["stubborn"]["how"],
        "was killed by signal 9 (SIGKILL)"
    );
    assert!(
        results["stubborn"]["after_s"].as_f64().unwrap() >= 0.05,
        "{results}"
    );
}

#[test]
fn the_pool_does_everything_but_what_ends_every_worker() {
    for (args, tries) in [
        (vec!["pool"], 3),
        (vec!["pool", "--workers", "1", "--tries", "1"], 1),
    ] {
        let results = results(&args);
        let done: Vec<u64> = results["done"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["item"].as_u64().unwrap())
            .collect();
        // With one try each, an item that fails once is given up as well.
        let bad: &[u64] = if tries == 1 {
            &[3, 7, 10, 12]
        } else {
            &[7, 10]
        };
        let good: Vec<u64> = (1..=20).filter(|item| !bad.contains(item)).collect();
        assert_eq!(done, good);
        for item in results["done"].as_array().unwrap() {
            assert_eq!(item["square"], item["item"].as_u64().unwrap().pow(2));
            let late = tries > 1 && [3, 12].contains(&item["item"].as_u64().unwrap());
            assert_eq!(item["tries"], if late { 2 } else { 1 }, "{item}");
        }
        let given_up: Vec<Value> = bad
            .iter()
            .map(|item| json!({"item": item, "tries": tries}))
            .collect();
        assert_eq!(results["given_up"], json!(given_up));
        assert_eq!(results["replaced"], if tries == 1 { 4 } else { 8 });
    }
}

#[test]
fn fork_copies_memory_and_shares_the_open_file() {
    let results = results(&["fork"]);
    assert_eq!(results["variable"], json!({"child": 2, "parent": 1}));
    assert_eq!(
        results["file"],
        json!({"child": "read", "parent": " by whom"})
    );
    assert_eq!(
        results["exec"],
        json!({"said": "hello from exec", "exit_code": 3})
    );
    assert_eq!(
        (&results["exit_code"], &results["knows_its_parent"]),
        (&json!(7), &json!(true))
    );
    if cfg!(target_os = "linux") {
        assert_eq!(results["threads"], json!({"child": 1, "parent": 2}));
    }
}

#[test]
fn two_processes_count_exactly() {
    let results = results(&["shared-memory", "--count", "50000"]);
    assert_eq!(
        (&results["total"], &results["sent"]),
        (&json!(100_000), &json!(10_000))
    );
    assert!(
        results["message_s"].as_f64().unwrap() > results["add_s"].as_f64().unwrap(),
        "{results}"
    );
}

#[test]
fn the_primes_are_the_same_on_any_number_of_processes() {
    let results = results(&["cores", "--below", "1000000"]);
    assert_eq!(results["primes"], 78_498);
    for row in results["table"].as_array().unwrap() {
        assert_eq!(row["primes"], 78_498);
    }
    assert!(results["job_to_process_s"].as_f64().unwrap() > 0.0);
}

#[test]
fn every_picture_but_the_damaged_one_gets_a_thumbnail() {
    let run = object(&["images", "--count", "40", "--workers", "3"]);
    let results = &run["results"];
    assert_eq!(
        (&results["thumbnails"], &results["on_disk"]),
        (&json!(39), &json!(39))
    );
    assert_eq!(results["damaged"][0]["file"], "picture-0013.png");
    assert_eq!(
        processes(&run),
        ["alone 1", "worker 1", "worker 2", "worker 3"]
    );
    // Fewer than the damaged one's number: all are well.
    assert_eq!(self::results(&["images", "--count", "5"])["thumbnails"], 5);
}

#[test]
fn limits_strike_and_the_parent_says_which() {
    let results = results(&["limits"]);
    assert_eq!(results["parent_untouched"], true);
    assert_eq!(results["memory hog"]["limit"], "address space");
    assert_eq!(results["number cruncher"]["limit"], "CPU seconds");
    assert!(
        results["file opener"]["limit"]
            .as_str()
            .unwrap()
            .starts_with("open files"),
        "{results}"
    );
}

#[test]
fn a_zombie_is_there_until_it_is_waited_for() {
    assert_eq!(
        results(&["zombie"]),
        json!({"broken": "Z", "fixed": "gone"})
    );
}

#[test]
fn an_orphan_lives_on_unless_it_notices() {
    let results = results(&["orphan"]);
    assert_eq!(results["broken"], json!({"lived_on": true}));
    let soon = |key: &str| {
        results["fixed"][key]
            .as_f64()
            .is_some_and(|seconds| seconds < 0.3)
    };
    assert!(soon("end_of_file_s"), "{results}");
    assert!(
        !cfg!(target_os = "linux") || soon("death_signal_s"),
        "{results}"
    );
}

#[test]
fn a_full_pipe_stops_both_sides() {
    let results = results(&["full-pipe"]);
    assert_eq!(results["broken"]["stuck"], true);
    assert!(results["broken"]["in_the_pipe"].as_u64().unwrap() < 1 << 20);
    assert_eq!(results["fixed"], json!({"stuck": false, "read": 1 << 20}));
}

#[test]
fn a_lock_held_at_the_fork_stays_locked() {
    let results = results(&["fork-with-threads"]);
    assert_eq!(results["broken"]["stuck"], true);
    assert_eq!(results["fixed"], json!({"stuck": false, "lines": 1}));
}

#[test]
fn a_leaked_descriptor_hides_the_end() {
    assert_eq!(
        results(&["inherited-pipe"]),
        json!({"broken": {"read": "hello", "end_seen": false}, "fixed": {"read": "hello", "end_seen": true}})
    );
}

#[test]
fn an_ignored_status_looks_like_nothing_to_do() {
    let results = results(&["exit-status"]);
    assert_eq!(
        results,
        json!({"broken": 0, "fixed": "no report: cat ended with exit code 1"})
    );
}

#[test]
fn sending_the_data_costs_more_than_the_work() {
    let results = results(&["serialise", "--megabytes", "20"]);
    for way in ["alone", "broken", "fixed"] {
        assert_eq!(
            results[way]["sum"], 600_000,
            "one byte in a hundred, each 3"
        );
    }
    let seconds = |way: &str| results[way]["s"].as_f64().unwrap();
    assert!(
        seconds("broken") > seconds("fixed") && seconds("broken") > seconds("alone"),
        "{results}"
    );
}

#[test]
fn a_worker_that_is_not_given_a_job_says_so_or_ends() {
    for role in [
        "memory",
        "pipe",
        "slow-reader",
        "items",
        "pool",
        "fork",
        "adder",
        "primes",
        "thumbnail",
    ] {
        let ran = run(PROGRAM, &["worker", "nobody", role]);
        assert!(matches!(ran.code, Some(0 | 1)), "{role}: {ran:?}");
    }
    assert_eq!(
        run(PROGRAM, &["worker", "nobody", "no-such-role"]).code,
        Some(2)
    );
}
