//! The process pool with workers that are no good. Each is a shell that does one thing wrong.

use std::num::NonZero;
use std::process::Command;
use std::time::Duration;

use common::deadline::within;
use lesson_04_pools::process_pool::run;

/// Three tasks for two workers that run this script. Gives back what the pool complains about.
fn complaint(script: &'static str) -> String {
    let started = move || {
        let start = |_: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            command
        };
        let done = |task: &u64, answer: u64| panic!("{task} is answered with {answer}");
        let two = NonZero::new(2).expect("it is 2");
        run(start, two, &[1_u64, 2, 3], done).expect_err("these workers are no good").to_string()
    };
    within(Duration::from_secs(30), started).expect("a bad worker does not make the pool hang")
}

#[track_caller]
fn assert_complains(script: &'static str, of: &str) {
    let complaint = complaint(script);
    let named = complaint.starts_with("worker-1 (process ") || complaint.starts_with("worker-2 (process ");
    assert!(named && complaint.ends_with(of), "{script}: {complaint}");
}

#[test]
fn a_worker_that_ends_is_reported_with_how_it_ended() {
    assert_complains("exit 3", "ended with exit code 3");
    assert_complains("head -c 1 >/dev/null; exit 0", "ended with exit code 0");
    assert_complains("kill -9 $$", "was killed by signal 9 (SIGKILL)");
    assert_complains("kill -TERM $$", "was killed by signal 15 (SIGTERM)");
    // Half an answer is none: a frame that announces five bytes, with two.
    assert_complains("printf 'CF\\001\\005\\000\\000\\000ab'; exit 4", "ended with exit code 4");
}

#[test]
fn a_worker_that_sends_nonsense_is_named_and_not_waited_for() {
    assert_complains("echo hello, world; exec sleep 1000", "sent nonsense: bytes that are no message ('he')");
    assert_complains("exec yes", "sent nonsense: bytes that are no message ('y\\n')");
    // A frame of 4 GiB, if one believed it.
    let huge = "printf 'CF\\001\\377\\377\\377\\377'; exec sleep 1000";
    assert_complains(huge, "sent nonsense: a message of 4294967295 bytes, over the limit of 67108864");
    // A whole frame with nothing in it: no number.
    let empty = complaint("printf 'CF\\001\\000\\000\\000\\000'; exec sleep 1000");
    assert!(empty.contains("sent nonsense: "), "{empty}");
}

#[test]
fn a_worker_that_cannot_be_started_is_an_error() {
    let start = |_: &str| Command::new("/no/such/program");
    let result = run(start, NonZero::<usize>::MIN, &[1_u64], |_, _: u64| {});
    assert_eq!(result.unwrap_err().kind(), std::io::ErrorKind::NotFound);
}

#[test]
fn no_tasks_need_no_workers() {
    let start = |_: &str| Command::new("/no/such/program");
    run(start, NonZero::<usize>::MIN, &[] as &[u64], |_, _: u64| {}).unwrap();
}
