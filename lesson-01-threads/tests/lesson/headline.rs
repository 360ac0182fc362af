//! The headline demo and the command line that all lessons share, run as a learner runs them.

use std::process::Command;

use common::TempDir;
use serde_json::{Value, json};
use testing::{run, run_command, run_json};

use crate::{PROGRAM, demo};

#[test]
fn two_threads_wait_at_the_same_time() {
    let run = demo(&["--pace", "0.4"]);
    assert_eq!(run["lesson"], "lesson-01-threads");
    assert_eq!(run["demo"], "spawn");
    assert_eq!(
        run["results"],
        json!({"numbers": [0, 1, 2, 3, 4], "letters": ["a", "b", "c", "d", "e"]})
    );
    assert!(run["overlap"].as_f64().unwrap() > 1.8, "{}", run["overlap"]);
    assert_eq!(run["sequential_s"], Value::Null);
    assert_eq!(run["speedup"], Value::Null);

    let lanes = run["lanes"].as_array().unwrap();
    assert_eq!(lanes[0]["name"], "main");
    for name in ["numbers", "letters"] {
        let lane = lanes.iter().find(|lane| lane["name"] == name).unwrap();
        assert_eq!(lane["kind"], "thread");
        assert_eq!(lane["spans"].as_array().unwrap().len(), 1);
        assert_ne!(lane["tid"], lanes[0]["tid"]);
    }
    for (lane, first, last) in [
        ("numbers", "Number: 0", "Number: 4"),
        ("letters", "Letter: a", "Letter: e"),
    ] {
        let log = run["log"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|entry| entry["lane"] == lane);
        let log: Vec<&str> = log
            .map(|entry| entry["message"].as_str().unwrap())
            .collect();
        assert_eq!((log.len(), log[0], log[4]), (5, first, last));
    }
}

#[test]
fn arrows_lead_from_main_to_the_threads_that_it_started() {
    let folder = TempDir::new("lesson-01-arrows").unwrap();
    let file = folder.path().join("trace.json");
    assert_eq!(
        run(
            PROGRAM,
            &["--pace", "0.02", "--trace", file.to_str().unwrap()]
        )
        .code,
        Some(0)
    );
    let trace: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    let tids = |phase: &str| -> Vec<&Value> {
        events
            .iter()
            .filter(|event| event["ph"] == phase && event["cat"] == "link")
            .map(|event| &event["tid"])
            .collect()
    };
    let from = tids("s");
    let to = tids("f");
    assert_eq!((from.len(), to.len()), (2, 2), "{events:?}");
    assert!(
        from[0] == from[1] && to[0] != to[1] && !to.contains(&from[0]),
        "{from:?} to {to:?}"
    );
}

#[test]
fn comparing_measures_both_ways() {
    let run = demo(&["spawn", "--compare", "--pace", "0.1"]);
    let sequential = &run["sequential_s"];
    let speedup = &run["speedup"];
    assert!(
        sequential.as_f64().unwrap() >= 0.5,
        "ten pauses of 50 ms: {sequential}"
    );
    assert!(speedup.as_f64().unwrap() > 1.5, "{speedup}");
}

#[test]
fn a_learner_sees_log_result_timeline_verdict_and_what_is_next() {
    let ran = run(PROGRAM, &["--pace", "0.02"]);
    let place = |text: &str| {
        ran.stdout
            .find(text)
            .unwrap_or_else(|| panic!("no {text:?} in\n{}", ran.stdout))
    };
    let order = [
        "Number: 0",
        "Letter: e",
        "result:",
        "# computing",
        "in words: ",
        "one after the other",
        "next: ",
    ];
    assert!(order.map(place).is_sorted(), "{}", ran.stdout);
    assert!(ran.stdout.is_ascii(), "a pipe gets ASCII");
    assert_eq!(ran.stderr, "");
}

#[test]
fn the_timeline_can_be_switched_off_or_sent_along() {
    let without = run(PROGRAM, &["--pace", "0.02", "--timeline", "never"]);
    assert!(
        !without.stdout.contains("computing  ") && without.stdout.contains("one after the other")
    );
    let (runs, with) = run_json(PROGRAM, &["--pace", "0.02", "--timeline", "always"]);
    assert_eq!(runs.len(), 1);
    assert!(with.stderr.contains("# computing"), "{}", with.stderr);
}

#[test]
fn colour_comes_when_asked_for_and_not_otherwise() {
    let colour = |args: &[&str], no_color: bool| {
        let mut command = Command::new(PROGRAM);
        command
            .args(["--pace", "0.02"])
            .args(args)
            .env_remove("NO_COLOR");
        if no_color {
            command.env("NO_COLOR", "1");
        }
        run_command(&mut command).stdout.contains('\u{1b}')
    };
    assert!(!colour(&[], false), "a pipe gets none");
    assert!(!colour(&[], true));
    assert!(colour(&["--color", "always"], true));
    assert!(!colour(&["--color=never"], false));
}

#[test]
fn a_wrong_command_line_is_one_line_and_exit_code_2() {
    let wrong: [(&[&str], &str); 8] = [
        (&["spwan"], "'spawn'"),
        (&["--pace", "0"], "pace"),
        (&["--pace", "nan"], "above 0"),
        (&["--pace", "-1"], "above 0"),
        (&["--pace", "101"], "at most 100"),
        (&["--timelin", "never"], "'--timeline'"),
        (&["--color", "pink"], "always"),
        (&["spawn", "--workers", "0"], "--workers"),
    ];
    for (args, hint) in wrong {
        let ran = run(PROGRAM, args);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{args:?}");
        assert_eq!(ran.stderr.lines().count(), 1, "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(hint), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn options_go_before_or_after_the_demo() {
    for args in [["--pace", "0.02", "spawn"], ["spawn", "--pace", "0.02"]] {
        let run = demo(&args);
        assert!(
            run["wall_s"].as_f64().unwrap() < 1.0,
            "2.5 s is the time at pace 1"
        );
    }
}

#[test]
fn list_and_all_and_help_name_the_demos() {
    assert!(run(PROGRAM, &["list"]).stdout.contains("spawn"));
    assert!(run(PROGRAM, &["--help"]).stdout.contains("spawn"));
    assert!(
        run(PROGRAM, &["spawn", "--help"])
            .stdout
            .contains("--compare")
    );
    assert!(
        run(PROGRAM, &["--version"])
            .stdout
            .starts_with("lesson-01-threads ")
    );
}

#[test]
fn a_closed_stdout_ends_the_run_quietly() {
    let mut shell = Command::new("sh");
    // At this pace the whole run would take 10 s: it must end at the first line that is not read.
    shell.args(["-c", "{ \"$0\" --pace 4; echo $? >&2; } | head -1", PROGRAM]);
    let ran = run_command(&mut shell);
    assert_eq!(
        (ran.stdout.lines().count(), ran.stderr.trim()),
        (1, "0"),
        "{ran:?}"
    );
}

/// Looks where `ps -T` looks.
#[cfg(target_os = "linux")]
#[test]
fn the_threads_carry_their_names() {
    use std::time::{Duration, Instant};
    let quiet = std::process::Stdio::null;
    let mut child = Command::new(PROGRAM)
        .args(["--pace", "10"])
        .stdout(quiet())
        .spawn()
        .unwrap();
    let tasks = format!("/proc/{}/task", child.id());
    let names = || -> Vec<String> {
        let threads = std::fs::read_dir(&tasks).into_iter().flatten().flatten();
        threads
            .filter_map(|thread| std::fs::read_to_string(thread.path().join("comm")).ok())
            .collect()
    };
    let patience = Instant::now() + Duration::from_secs(20);
    let mut seen = Vec::new();
    while Instant::now() < patience
        && !["numbers\n", "letters\n"]
            .iter()
            .all(|name| seen.contains(&(*name).to_owned()))
    {
        seen = names();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        seen.contains(&"numbers\n".to_owned()) && seen.contains(&"letters\n".to_owned()),
        "{seen:?}"
    );
}

#[test]
fn reset_undoes_every_change_of_an_exercise() {
    testing::assert_reset(PROGRAM, env!("CARGO_MANIFEST_DIR"));
}
