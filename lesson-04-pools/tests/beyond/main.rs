//! `beyond` with a real server: what is lost, and what comes twice. Needs the feature `nats`, and a `nats-server`.
#![cfg(feature = "nats")]

#[cfg(test)]
mod hosts;
#[cfg(test)]
mod nats;
#[cfg(test)]
mod shown;

use std::time::{Duration, Instant};

use lesson_04_pools::beyond::server::program;
use lesson_04_pools::beyond::{connection, stream};
use nats::{Nats, PATIENCE, PROGRAM, ask, beyond, log, possible, run_of, start};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use testing::{assert_nothing_left, run};

/// Returns whether a run for people shows this total.
fn has_total(said: &str, total: &str) -> bool {
    let mut lines = said.lines();
    lines.any(|line| line.split_whitespace().eq(["total", total]))
}

#[test]
fn the_result_is_that_of_the_process_pool() {
    if !possible() {
        return;
    }
    let (queue, ran) = beyond(&["--pace", "0.05", "--workers", "3"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let (local, _) = beyond(&["local", "--pace", "0.05", "--workers", "3"]);
    for result in [&queue["results"], &local["results"]] {
        assert_eq!(result["total"], 2870);
        assert_eq!(
            result["chunks"][3],
            json!({"chunk_id": 4, "items": 5, "result": 1630})
        );
        assert_eq!(result["chunks"].as_array().unwrap().len(), 4);
    }
    // Each worker is a process of its own, and so is the server.
    let lanes = queue["lanes"].as_array().unwrap();
    let mut processes: Vec<&str> = lanes
        .iter()
        .filter(|lane| lane["kind"] == "process")
        .map(|lane| lane["name"].as_str().unwrap())
        .collect();
    processes.sort_unstable();
    assert_eq!(
        processes,
        ["nats-server", "worker-1", "worker-2", "worker-3"]
    );
}

#[test]
fn a_worker_killed_in_the_middle_of_a_job_costs_time_and_nothing_else() {
    if !possible() {
        return;
    }
    let nats = Nats::start(&[]);
    let first = start(&["worker", "--nats", &nats.url(), "--ack-wait", "1"]);
    first.wait_for("ready, in process");
    let submitter = start(&[
        "submit",
        "--nats",
        &nats.url(),
        "--items",
        "5",
        "--chunk-time",
        "3",
        "--json",
    ]);
    first.wait_for("chunk 1: the numbers 1 to 5");
    first.signal(Signal::SIGKILL);
    let second = start(&["worker", "--nats", &nats.url()]);
    second.wait_for("chunk 1: try 2");
    let run = submitter.json();
    assert_eq!(run["results"]["total"], 55);
    assert!(!first.says("try 2"));
}

#[test]
fn a_worker_of_the_demo_s_own_is_replaced() {
    if !possible() {
        return;
    }
    let args = [
        "--break",
        "3=kill-once",
        "--ack-wait",
        "1",
        "--pace",
        "0.2",
        "--workers",
        "2",
    ];
    let (run, ran) = beyond(&args);
    assert_eq!(
        (ran.code, &run["results"]["total"]),
        (Some(0), &json!(2870)),
        "{}",
        ran.stderr
    );
    let log = log(&run);
    assert!(log.contains(&"chunk 3: try 2"), "{log:?}");
    // The pool of one machine gives the chunk up.
    let (run, ran) = beyond(&[
        "local",
        "--break",
        "3=kill-once",
        "--pace",
        "0.2",
        "--workers",
        "2",
    ]);
    assert_eq!(
        (ran.code, &run["results"]["total"]),
        (Some(1), &Value::Null)
    );
    assert_eq!(
        ran.stderr,
        "lesson-04-pools beyond: chunk 3 lost, with its worker\n"
    );
}

#[test]
fn a_job_that_takes_longer_than_the_ack_wait_is_not_handed_out_again() {
    if !possible() {
        return;
    }
    let (run, _) = beyond(&["--items", "10", "--ack-wait", "4", "--chunk-time", "9"]);
    assert_eq!(run["results"]["total"], 385);
    assert!(
        !log(&run).iter().any(|line| line.contains("try")),
        "{:?}",
        log(&run)
    );
}

#[test]
fn a_job_that_always_fails_is_a_dead_letter_and_the_rest_is_done() {
    if !possible() {
        return;
    }
    let nats = Nats::start(&[]);
    let args = [
        "--nats",
        &nats.url(),
        "--pace",
        "0.1",
        "--ack-wait",
        "3",
        "--workers",
        "2",
    ];
    let (run, ran) = beyond(
        &[
            &args[..],
            &["--break", "2=fail", "--break", "3=kill", "--tries", "2"],
        ]
        .concat(),
    );
    assert_eq!(
        (ran.code, &run["results"]["total"]),
        (Some(1), &Value::Null)
    );
    let ids: Vec<_> = run["results"]["chunks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|chunk| &chunk["chunk_id"])
        .collect();
    assert_eq!(ids, [1, 4]);
    assert_eq!(
        ran.stderr,
        "lesson-04-pools beyond: chunk 2 was given up: it was told to fail, 2 times\n\
         lesson-04-pools beyond: chunk 3 was given up: its worker was lost, 2 times\n"
    );
    let log = log(&run);
    assert!(
        log.contains(&"chunk 2: it was told to fail; it will be tried again"),
        "{log:?}"
    );
    // They stay there, under the subject for dead letters, and nothing is left to be done.
    ask(&nats, async |streams| {
        let id = run["results"]["run"].as_str().unwrap();
        for (chunk, why) in [
            (2, "it was told to fail, 2 times"),
            (3, "its worker was lost, 2 times"),
        ] {
            let subject = stream::result(id, "dead", chunk);
            let letter = streams
                .results
                .get_last_raw_message_by_subject(&subject)
                .await
                .unwrap();
            assert_eq!(
                serde_json::from_slice::<Value>(&letter.payload).unwrap(),
                json!({ "Dead": why })
            );
        }
        // A worker may have been ended before it could acknowledge its last job. The next one sees to that.
        let worker = start(&["worker", "--nats", &nats.url()]);
        while streams.jobs.get_info().await.unwrap().state.messages > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        drop(worker);
    });
}

#[test]
fn a_server_that_is_killed_and_started_again_has_lost_nothing() {
    if !possible() {
        return;
    }
    let mut nats = Nats::start(&[]);
    let args = [
        "--items",
        "10",
        "--chunk-size",
        "1",
        "--chunk-time",
        "1",
        "--workers",
        "2",
        "--json",
    ];
    let whole = start(&[&args[..], &["--nats", &nats.url()]].concat());
    // With --json it says nothing before its end: the server is asked how far it is.
    let done = |nats: &Nats| {
        ask(nats, async |streams| {
            streams
                .results
                .get_info()
                .await
                .unwrap()
                .state
                .messages
                .saturating_sub(1)
        })
    };
    let begin = Instant::now();
    while done(&nats) < 3 {
        assert!(begin.elapsed() < PATIENCE, "no results come");
        std::thread::sleep(Duration::from_millis(20));
    }
    nats.restart();
    assert!((3..10).contains(&done(&nats)), "it was in the middle");
    let run = whole.json();
    assert_eq!(run["results"]["total"], 385);
    assert_eq!(run["results"]["chunks"].as_array().unwrap().len(), 10);
}

#[test]
fn a_job_that_is_done_twice_counts_once() {
    if !possible() {
        return;
    }
    let nats = Nats::start(&[]);
    let sleeper = start(&["worker", "--nats", &nats.url(), "--ack-wait", "1"]);
    sleeper.wait_for("ready, in process");
    let submitter = start(&[
        "submit",
        "--nats",
        &nats.url(),
        "--items",
        "10",
        "--chunk-time",
        "1",
    ]);
    // Stopped, it neither works nor says that it is there: its job goes to another. Then it wakes, and knows nothing.
    sleeper.wait_for(": the numbers");
    sleeper.signal(Signal::SIGSTOP);
    let other = start(&["worker", "--nats", &nats.url()]);
    let twice = if other.wait_for(": try 2").contains("chunk 1") {
        "chunk 1"
    } else {
        "chunk 2"
    };
    other.wait_for(&format!("{twice}: the numbers"));
    sleeper.signal(Signal::SIGCONT);
    let (code, said) = submitter.end();
    assert!(code == Some(0) && has_total(&said, "385"), "{said}");
    assert_eq!(
        said.matches(&format!("{twice} is done")).count(),
        1,
        "{said}"
    );

    // Even where the stream lets a second result in, because it has no id, it is not counted.
    drop((sleeper, other));
    let submitter = start(&[
        "submit",
        "--nats",
        &nats.url(),
        "--items",
        "10",
        "--chunk-time",
        "1",
    ]);
    let run = run_of(&submitter);
    ask(&nats, async |_| {
        let jetstream = connection::connect(&nats.url(), "test").await.unwrap();
        for _ in 0..2 {
            let result = jetstream
                .publish(stream::result(&run, "done", 1), "{\"Done\":55}".into())
                .await;
            result.unwrap().await.unwrap();
        }
    });
    submitter.wait_for("chunk 1 came again: not counted");
    let worker = start(&["worker", "--nats", &nats.url()]);
    let (code, said) = submitter.end();
    assert!(code == Some(0) && has_total(&said, "385"), "{said}");
    drop(worker);
}

#[test]
fn another_submitter_goes_on_where_one_died() {
    if !possible() {
        return;
    }
    let nats = Nats::start(&[]);
    let plan = ["--items", "3000", "--chunk-size", "1", "--chunk-time", "0"];
    let submitter = start(&[&["submit", "--nats", &nats.url()], &plan[..]].concat());
    let run = run_of(&submitter);
    submitter.signal(Signal::SIGKILL);
    drop(submitter);
    // It has no option but where and which: what was asked for stands in the stream.
    let args = [
        "--nats",
        &nats.url(),
        "--resume",
        &run,
        "--fetch",
        "50",
        "--workers",
        "2",
        "--json",
    ];
    let whole = start(&args).json();
    assert_eq!(whole["results"]["total"], 9_004_500_500_u64);
    assert_eq!(whole["results"]["run"], run);
    let log = log(&whole);
    let resumed = log.iter().find(|line| line.contains("goes on")).unwrap();
    assert!(
        resumed.contains("of 3000 chunks") && resumed.ends_with("never sent"),
        "{resumed}"
    );
    // And a run that is all done is simply read again.
    let again = start(&args).json();
    assert_eq!(again["results"]["total"], 9_004_500_500_u64);
}

#[test]
fn what_is_no_job_and_what_is_no_result_harm_nobody() {
    if !possible() {
        return;
    }
    let nats = Nats::start(&[]);
    // Nobody works yet: the submitter gives up, and says how to go on.
    let args = ["--nats", &nats.url(), "--items", "10", "--chunk-time", "0"];
    let (code, said) = start(&[&["submit", "--patience", "1"], &args[..]].concat()).end();
    assert_eq!(code, Some(1), "{said}");
    let hint = said
        .lines()
        .find(|line| line.contains("chunk 1 and 1 more without a result"))
        .expect(&said);
    let run = hint.rsplit(' ').next().unwrap();
    ask(&nats, async |_| {
        let jetstream = connection::connect(&nats.url(), "test").await.unwrap();
        let lies = ["nonsense", "{\"Done\":1}", "{\"Done\":1}"];
        let subjects = [
            stream::result(run, "done", 1),
            stream::result(run, "done", 0),
            stream::result(run, "done", 77),
        ];
        for (subject, lie) in subjects.into_iter().zip(lies) {
            jetstream
                .publish(subject, lie.into())
                .await
                .unwrap()
                .await
                .unwrap();
        }
        jetstream
            .publish(stream::job("x", 1), "nonsense".into())
            .await
            .unwrap()
            .await
            .unwrap();
    });
    let worker = start(&["worker", "--nats", &nats.url()]);
    worker.wait_for("on beyond.jobs.x.1 is something that is no job: thrown away");
    let (code, said) = start(&["submit", "--nats", &nats.url(), "--resume", run]).end();
    assert!(code == Some(0) && has_total(&said, "385"), "{said}");

    // A result that is too large to be one.
    drop(worker);
    let submitter = start(&[
        "submit",
        "--nats",
        &nats.url(),
        "--items",
        "10",
        "--chunk-time",
        "1",
    ]);
    let run = run_of(&submitter);
    ask(&nats, async |_| {
        let jetstream = connection::connect(&nats.url(), "test").await.unwrap();
        let lie = format!("{{\"Done\":{}}}", u64::MAX);
        jetstream
            .publish(stream::result(&run, "done", 1), lie.into())
            .await
            .unwrap()
            .await
            .unwrap();
    });
    let worker = start(&["worker", "--nats", &nats.url()]);
    let (code, said) = submitter.end();
    drop(worker);
    assert!(
        code == Some(1) && said.contains("more than 64 bits can hold"),
        "{said}"
    );
}

#[test]
fn however_the_demo_ends_its_server_and_its_workers_end_too() {
    if !possible() {
        return;
    }
    for end in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGKILL] {
        let going = start(&["--chunk-time", "100", "--workers", "2"]);
        going.wait_for(": the numbers");
        let group = going.child.id();
        let stores = || {
            let ours = format!("course-nats-{group}-");
            let all = std::fs::read_dir(std::env::temp_dir()).unwrap().flatten();
            all.filter(|entry| entry.file_name().to_string_lossy().starts_with(&ours))
                .count()
        };
        assert_eq!(stores(), 1);
        going.signal(end);
        let (code, _) = going.end();
        assert_eq!(
            code,
            if end == Signal::SIGKILL {
                None
            } else {
                Some(130)
            }
        );
        assert_nothing_left(group);
        // The watchdog removes it after a SIGKILL, as its last act.
        assert_eq!(stores(), 0, "{end}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_server_of_the_demo_s_own_that_dies_is_not_waited_for() {
    if !possible() {
        return;
    }
    let going = start(&["--chunk-time", "100", "--workers", "1"]);
    // Nobody could go on with this run later: its server is gone then.
    assert!(
        going
            .wait_for("goes into the queue")
            .ends_with("its server ends with us")
    );
    going.wait_for(": the numbers");
    let us = going.child.id();
    let children = std::fs::read_to_string(format!("/proc/{us}/task/{us}/children")).unwrap();
    let server = children
        .split_whitespace()
        .map(|pid| pid.parse::<i32>().unwrap())
        .find(|pid| {
            std::fs::read_to_string(format!("/proc/{pid}/comm"))
                .is_ok_and(|name| name == "nats-server\n")
        });
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(server.unwrap()), Signal::SIGKILL).unwrap();
    let (code, said) = going.end();
    assert!(
        code == Some(1) && said.contains("nats-server was killed by signal 9"),
        "{said}"
    );
    assert_nothing_left(us);
}

#[test]
fn a_worker_ends_by_itself_on_ctrl_c_when_its_job_is_done() {
    if !possible() {
        return;
    }
    let nats = Nats::start(&[]);
    let worker = start(&["worker", "--nats", &nats.url()]);
    worker.wait_for("ready, in process");
    let submitter = start(&[
        "submit",
        "--nats",
        &nats.url(),
        "--items",
        "5",
        "--chunk-time",
        "1",
    ]);
    worker.wait_for(": the numbers");
    worker.signal(Signal::SIGINT);
    let (code, said) = worker.end();
    assert_eq!(code, Some(0), "{said}");
    // The job was not given back: its result is there.
    let (code, said) = submitter.end();
    assert!(code == Some(0) && has_total(&said, "55"), "{said}");
}

#[test]
fn the_server_may_want_to_see_who_comes() {
    if !possible() {
        return;
    }
    let nats = Nats::start(&["--user", "ada", "--pass", "lovelace"]);
    let url = |who: &str| format!("nats://{who}127.0.0.1:{}", nats.port);
    let args = |url: &str| ["--pace", "0.02", "--nats", url].map(str::to_owned);
    let with = |url: &str, env: &[(&str, &str)]| {
        let mut command = std::process::Command::new(PROGRAM);
        command
            .arg("beyond")
            .args(args(url))
            .envs(env.iter().copied());
        testing::run_command(&mut command)
    };
    assert_eq!(with(&url("ada:lovelace@"), &[]).code, Some(0));
    assert_eq!(
        with(
            &url(""),
            &[("NATS_USER", "ada"), ("NATS_PASSWORD", "lovelace")]
        )
        .code,
        Some(0)
    );
    let refused = with(&url("ada:byron@"), &[]);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("no connection to the NATS server"),
        "{}",
        refused.stderr
    );
    assert!(
        refused.stderr.lines().count() == 1 && !refused.stderr.contains("byron"),
        "{}",
        refused.stderr
    );

    // A server that keeps nothing is none for us.
    let plain = with(
        &format!("nats://127.0.0.1:{}", Nats::without_streams().port),
        &[],
    );
    assert_eq!(
        (plain.code, plain.stderr.lines().count()),
        (Some(1), 1),
        "{}",
        plain.stderr
    );

    let nats = Nats::start(&["--auth", "secret"]);
    let url = |who: &str| format!("nats://{who}127.0.0.1:{}", nats.port);
    assert_eq!(with(&url("secret@"), &[]).code, Some(0));
    assert_eq!(with(&url(""), &[("NATS_TOKEN", "secret")]).code, Some(0));
    assert_eq!(with(&url(""), &[]).code, Some(1));
}

#[test]
fn the_connection_may_be_encrypted() {
    if !possible() {
        return;
    }
    let folder = common::TempDir::new("course-nats-tls").unwrap();
    let openssl = |args: &str| {
        let mut command = std::process::Command::new("openssl");
        command
            .args(args.split_whitespace())
            .current_dir(folder.path())
            .stderr(std::process::Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    std::fs::write(folder.path().join("names"), "subjectAltName=IP:127.0.0.1").unwrap();
    // An authority of our own, and a certificate for this machine that it has signed.
    let made = openssl(
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=course-authority",
    ) && openssl(
        "req -newkey rsa:2048 -nodes -keyout key.pem -out request -subj /CN=course-server",
    ) && openssl(
        "x509 -req -in request -CA ca.pem -CAkey ca.key -CAcreateserial -out cert.pem -days 2 -extfile names",
    );
    if !made {
        eprintln!("skipped: there is no openssl here to make a certificate with");
        return;
    }
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let nats = Nats::start(&[
        "--tls",
        "--tlscert",
        &file("cert.pem"),
        "--tlskey",
        &file("key.pem"),
    ]);
    let with = |env: &[(&str, String)]| {
        let mut command = std::process::Command::new(PROGRAM);
        command.args([
            "beyond",
            "--pace",
            "0.02",
            "--nats",
            &format!("tls://127.0.0.1:{}", nats.port),
        ]);
        testing::run_command(command.envs(env.iter().map(|(name, value)| (name, value))))
    };
    let trusted = with(&[("NATS_CA", file("ca.pem"))]);
    assert_eq!(trusted.code, Some(0), "{}", trusted.stderr);
    // An authority that nobody told us of is not believed.
    let unknown = with(&[]);
    assert_eq!(
        (unknown.code, unknown.stderr.lines().count()),
        (Some(1), 1),
        "{}",
        unknown.stderr
    );
}

#[test]
fn without_a_server_it_says_how_to_get_one() {
    let Some(server) = program() else {
        let ran = run(PROGRAM, &["beyond"]);
        assert!(
            ran.code == Some(1) && ran.stderr.contains("apt-get install nats-server"),
            "{}",
            ran.stderr
        );
        return;
    };
    // Where there is one, it is hidden from this process alone: that takes a mount namespace, and root.
    let script = "mount --bind /dev/null \"$1\" && shift && exec \"$@\"";
    let mut command = std::process::Command::new("unshare");
    command
        .args(["-m", "sh", "-c", script, "sh"])
        .arg(server)
        .args([PROGRAM, "beyond"]);
    let ran = testing::run_command(&mut command);
    if !ran.stderr.starts_with("lesson-04-pools") {
        eprintln!("skipped: nothing can be hidden here: {}", ran.stderr);
        return;
    }
    assert_eq!(
        (ran.code, ran.stderr.lines().count()),
        (Some(1), 1),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("apt-get install nats-server"),
        "{}",
        ran.stderr
    );
}

#[test]
fn what_makes_no_sense_is_refused_in_one_line() {
    let nowhere = "nats://127.0.0.1:1";
    for (args, code, why) in [
        (&["worker"][..], 2, "a worker needs --nats URL"),
        (&["submit"], 2, "--nats URL"),
        (&["--resume", "12-ab"], 2, "--nats URL"),
        (
            &["--nats", nowhere, "--resume", "a.>"],
            2,
            "that is not the name of a run",
        ),
        (&["--break", "3"], 2, "CHUNK=KIND"),
        (
            &["--break", "x=fail"],
            2,
            "'x' is not the number of a chunk",
        ),
        (&["--break", "5=fail"], 2, "there is no such chunk"),
        (
            &["--break", "3=tea"],
            2,
            "'tea' is none of fail, kill and kill-once",
        ),
        (&["--nats", "::"], 2, "no address of a NATS server"),
        (
            &["--items", "3810777"],
            2,
            "at most 3810776 in 100000 chunks",
        ),
        (&["--nats", nowhere], 1, "no connection to the NATS server"),
        (
            &["worker", "--nats", nowhere],
            1,
            "no connection to the NATS server",
        ),
    ] {
        let ran = run(PROGRAM, &[&["beyond"], args].concat());
        assert_eq!(
            (ran.code, ran.stderr.lines().count()),
            (Some(code), 1),
            "{args:?}: {}",
            ran.stderr
        );
        assert!(ran.stderr.contains(why), "{args:?}: {}", ran.stderr);
    }
    if possible() {
        let nats = Nats::start(&[]);
        let ran = run(
            PROGRAM,
            &["beyond", "--nats", &nats.url(), "--resume", "12-ab"],
        );
        assert_eq!(
            (ran.code, ran.stderr.lines().count()),
            (Some(1), 1),
            "{}",
            ran.stderr
        );
        assert!(
            ran.stderr.contains("no run 12-ab is known here"),
            "{}",
            ran.stderr
        );
    }
}
