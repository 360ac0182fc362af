//! `gather` as a learner runs it.

use std::process::Command;
use std::time::Duration;

use lesson_03_async::support::api_server::{ApiServer, Route};
use serde_json::{Value, json};
use testing::{assert_contract, run, run_command, run_json};

use super::{PROGRAM, bad_servers};

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// `(lane, message)` of each log line.
fn log(run: &Value) -> Vec<(&str, &str)> {
    let lines = run["log"].as_array().expect("a log");
    lines
        .iter()
        .map(|line| (text(&line["lane"]), text(&line["message"])))
        .collect()
}

#[test]
fn three_calls_wait_at_the_same_time_on_one_thread() {
    let (runs, ran) = run_json(PROGRAM, &["--pace", "0.5"]);
    assert_eq!(
        (ran.code, ran.stderr.as_str(), runs.len()),
        (Some(0), "", 1)
    );
    let run = &runs[0];
    assert_contract(run);
    assert_eq!(
        (&run["lesson"], &run["demo"]),
        (&json!("lesson-03-async"), &json!("gather"))
    );
    assert_eq!(
        run["results"],
        json!([
            "Data from Weather API",
            "Data from News API",
            "Data from Stock API"
        ])
    );
    assert!(run["overlap"].as_f64().unwrap() > 2.0, "{}", run["overlap"]);
    assert!(run["sequential_s"].is_null() && run["speedup"].is_null());

    // They begin in the order of the calls, and end in the order of the answers.
    let log = log(run);
    let lanes = |word: &str| -> Vec<&str> {
        log.iter()
            .filter(|(_, message)| message.starts_with(word))
            .map(|(lane, _)| *lane)
            .collect()
    };
    assert_eq!(lanes("asking"), ["Weather API", "News API", "Stock API"]);
    assert_eq!(lanes("answered"), ["Weather API", "Stock API", "News API"]);

    // Every step names its thread, and it is always the same.
    let mut threads: Vec<&str> = log
        .iter()
        .map(|(_, message)| message.split_once(", on ").expect("a thread").1)
        .collect();
    assert_eq!(threads.len(), 7);
    threads.dedup();
    assert_eq!(threads, ["ThreadId(1)"]);
}

#[test]
fn each_call_is_a_task_with_a_lane_of_its_own() {
    let (runs, _) = run_json(PROGRAM, &["gather", "--pace", "0.1"]);
    let lanes = runs[0]["lanes"].as_array().unwrap();
    let mut named: Vec<(&str, &str)> = lanes
        .iter()
        .map(|lane| (text(&lane["name"]), text(&lane["kind"])))
        .collect();
    named.sort_unstable();
    assert_eq!(
        named,
        [
            ("News API", "task"),
            ("Stock API", "task"),
            ("Weather API", "task"),
            ("main", "thread")
        ]
    );
    assert_eq!(lanes[0]["name"], "main");
    for lane in lanes {
        assert_eq!(
            lane["tid"], lanes[0]["tid"],
            "the main thread polls every task"
        );
    }
    for lane in &lanes[1..] {
        let spans = lane["spans"].as_array().unwrap();
        assert_eq!(spans.len(), 1, "{lane}");
        assert!(
            spans[0]["polls"].as_u64().unwrap() >= 2,
            "begun once, woken at least once: {lane}"
        );
    }
}

#[test]
fn one_after_the_other_is_measured_too() {
    let (runs, ran) = run_json(PROGRAM, &["gather", "--compare", "--pace", "0.2"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_contract(&runs[0]);
    assert!(
        runs[0]["sequential_s"].as_f64().unwrap() >= 0.9,
        "its waits alone add up to 0.9 s"
    );
    assert!(
        runs[0]["speedup"].as_f64().unwrap() > 1.5,
        "{}",
        runs[0]["speedup"]
    );
}

#[test]
fn people_see_log_lines_the_result_and_what_to_run_next() {
    let ran = run(PROGRAM, &["--pace", "0.02"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    for part in [
        "Weather API  asking, on ThreadId(1)\n",
        "result: Data from Weather API, Data from News API, Data from Stock API\n",
        "one after the other ",
        "next: cargo run -p lesson-03-async -- lazy\n",
    ] {
        assert!(
            ran.stdout.contains(part),
            "{part} is not in:\n{}",
            ran.stdout
        );
    }
}

#[test]
fn json_is_one_line_and_nothing_else() {
    let ran = run(PROGRAM, &["--json", "--pace", "0.02"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    assert!(ran.stdout.starts_with('{') && ran.stdout.ends_with("}\n"));
    assert_eq!(ran.stdout.lines().count(), 1);
}

#[test]
fn other_servers_can_be_called() {
    let routes = vec![
        Route::new("/slow", "slow", Duration::from_millis(300)),
        Route::new("/quick", "quick", Duration::ZERO),
    ];
    let server = ApiServer::start(routes).unwrap();
    let slow = server.url("/slow").to_string();
    let quick = server.url("/quick?now").to_string();
    let (runs, ran) = run_json(PROGRAM, &["gather", "--url", &slow, "--url", &quick]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(runs[0]["results"], json!(["slow", "quick"]));
    let log = log(&runs[0]);
    let answered: Vec<&str> = log
        .iter()
        .filter(|line| line.1.starts_with("answered"))
        .map(|line| line.0)
        .collect();
    assert_eq!(
        answered,
        [&quick["http://".len()..], &slow["http://".len()..]]
    );
}

#[test]
fn a_call_that_fails_does_not_stop_the_others() {
    let (_held, nobody) = bad_servers::unreachable();
    let good = bad_servers::canned(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood");
    let missing = bad_servers::canned(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    let cut = bad_servers::canned(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of");
    let args = [
        "gather", "--url", &nobody, "--url", &good, "--url", &missing, "--url", &cut, "--url",
        &good,
    ];
    let (runs, ran) = run_json(PROGRAM, &args);
    assert_eq!(ran.code, Some(1));
    assert_contract(&runs[0]);
    let results = &runs[0]["results"];
    assert_eq!((&results[1], &results[4]), (&json!("good"), &json!("good")));

    // One line each, on stderr, that names the URL; and the reason in the place of the result.
    let complaints: Vec<&str> = ran.stderr.lines().collect();
    assert_eq!(complaints.len(), 3, "{}", ran.stderr);
    for (index, url, why, complaint) in [
        (0, &nobody, "cannot connect: ", complaints[0]),
        (
            2,
            &missing,
            "the server answered 404 Not Found",
            complaints[1],
        ),
        (3, &cut, "no complete answer: ", complaints[2]),
    ] {
        let error = results[index]["error"].as_str().expect("an error");
        assert!(error.starts_with(why), "{error}");
        assert_eq!(complaint, format!("lesson-03-async gather: {url}: {error}"));
    }
}

#[test]
fn a_wrong_command_line_is_refused_in_one_line() {
    for (args, part) in [
        (&["gathr"][..], "'gather'"),
        (&["--pace", "0"], "--pace"),
        (&["--pace", "nan"], "--pace"),
        (
            &["gather", "--url", "https://127.0.0.1/"],
            "http://HOST/PATH",
        ),
        (&["gather", "--url", "http://"], "http://HOST/PATH"),
        (&["gather", "--url", "weather"], "http://HOST/PATH"),
        (&["gather", "--url", ""], "http://HOST/PATH"),
        (&["gather", "--url"], "--url"),
    ] {
        let ran = run(PROGRAM, args);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{args:?}");
        assert!(
            ran.stderr.contains(part) && ran.stderr.lines().count() == 1,
            "{args:?}: {}",
            ran.stderr
        );
    }
}

#[test]
fn a_reader_that_goes_away_ends_the_run_quietly() {
    let script = format!("{{ '{PROGRAM}' --pace 0.2; echo \"code $?\" >&2; }} | head -n 1");
    let ran = run_command(Command::new("sh").args(["-c", &script]));
    assert_eq!(
        ran.stdout,
        "lesson-03-async gather: three calls wait at the same time, on one thread\n"
    );
    assert_eq!(ran.stderr, "code 0\n");
}

#[test]
fn reset_undoes_every_change_of_an_exercise() {
    testing::assert_reset(PROGRAM, env!("CARGO_MANIFEST_DIR"));
}
