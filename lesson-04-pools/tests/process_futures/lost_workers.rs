//! Workers that die, lie or never end, and tasks that do what they should not.

use std::process::Command;

use lesson_04_pools::executor::{Error, JobHandle};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::deed::Deed;
use crate::deed::Gain::Number;
use crate::{
    A_MOMENT, assert_broken, assert_lost, assert_works, builder, is_there, number, pool, result,
    shell, submit, wait_for_death,
};

fn a_worker_that_refuses_everything_is_mad() {
    // It refuses the note, as it may, and then the message as well.
    let pool = shell(
        "printf 'CF\\001\\000\\000\\000\\000'; sleep 0.1; printf 'CF\\001\\000\\000\\000\\000'; cat > /dev/null",
    );
    assert_lost(
        result(&pool, Deed::Length(vec![7; 100_000])),
        "sent nonsense",
    );
}

fn what_a_task_prints_does_no_harm() {
    let pool = pool(2);
    let results: Vec<_> = pool.map((0..20).map(|_| Deed::Print)).collect();
    assert!(results.into_iter().all(|result| result == Ok(Number(1))));
}

fn what_a_task_reads_is_not_the_next_task() {
    let pool = pool(1);
    let jobs = [Deed::Read, Deed::Power(2, 8)].map(|deed| submit(&pool, deed));
    assert_eq!(
        jobs.map(JobHandle::result),
        [Ok(Number(0)), Ok(Number(256))]
    );
}

fn a_result_that_panics_when_dropped() {
    let pool = pool(1);
    let gate = submit(&pool, Deed::Sleep(A_MOMENT));
    // Without a handle it is the pool's thread that drops the result.
    drop(submit(&pool, Deed::PanicLater));
    let job = submit(&pool, Deed::Power(2, 8));
    drop(gate);
    assert_eq!(job.result(), Ok(Number(256)));
}

fn a_command_that_panics_breaks_the_pool() {
    let command = |_: &str| std::panic::resume_unwind(Box::new("no command"));
    let pool = builder(1)
        .worker_command(command)
        .build()
        .expect("it can be built");
    let jobs = [0, 0].map(|n| pool.submit(Deed::Power(n, 1)));
    for job in jobs {
        assert_broken(
            job.and_then(JobHandle::result),
            "worker-1 cannot be started: the job panicked: no command",
        );
    }
}

fn a_task_is_tried_again_if_asked_for() {
    let folder = common::TempDir::new("process-futures").expect("there is room");
    let file = |name: &str| Deed::DieOnce(folder.path().join(name));
    assert_lost(result(&pool(1), file("one")), "SIGABRT");
    let patient = builder(1).retries(1).build().expect("it can be built");
    assert_eq!(result(&patient, file("two")), Ok(Number(1)));
    assert_lost(result(&patient, Deed::Abort), "SIGABRT");
    assert_works(&patient);
}

fn a_worker_that_sends_nonsense_fails_its_task_alone() {
    for (script, why) in [
        (
            "echo hello, world; exec sleep 1000",
            "sent nonsense: bytes that are no message ('he')",
        ),
        (
            "exec yes",
            "sent nonsense: bytes that are no message ('y\\n')",
        ),
        // A frame of 4 GiB, if one believed it.
        (
            "printf 'CF\\001\\377\\377\\377\\377'; exec sleep 1000",
            "4294967295 bytes, over the limit",
        ),
        // A whole frame with an empty list: no result for the task.
        (
            "printf 'CF\\001\\002\\000\\000\\000\\000\\000'; exec sleep 1000",
            "another number of results",
        ),
        (
            "printf 'CF\\001\\000\\000\\000\\000'; exec sleep 1000",
            "sent nonsense",
        ),
        // Half an answer is none.
        (
            "printf 'CF\\001\\005\\000\\000\\000ab'; exit 4",
            "ended with exit code 4",
        ),
        ("exit 3", "ended with exit code 3"),
        ("kill -TERM $$", "was killed by signal 15 (SIGTERM)"),
    ] {
        let pool = shell(script);
        assert_lost(result(&pool, Deed::Count), why);
        // The next one gets a worker of its own, which is no better.
        assert_lost(result(&pool, Deed::Count), why);
    }
}

fn a_worker_that_talks_without_listening_fails_its_task_alone() {
    // The task does not fit into the pipe, and neither do its words: each would wait for the other.
    let pool = shell("exec yes");
    for _ in 0..2 {
        assert_lost(
            result(&pool, Deed::Length(vec![7; 4 << 20])),
            "sent nonsense",
        );
    }
}

fn a_worker_that_dies_idle_costs_no_task() {
    let pool = pool(1);
    for _ in 0..5 {
        let pid = Pid::from_raw(number(result(&pool, Deed::Pid)).try_into().expect("a pid"));
        kill(pid, Signal::SIGKILL).expect("it is there");
        wait_for_death(pid);
        // No retries were asked for.
        assert_works(&pool);
    }
}

fn a_worker_that_does_not_end_by_itself_is_killed() {
    // It answers "no such task" once, and then heeds nothing. `result: Err(Cancelled)`, as bytes.
    let pool = shell("printf 'CF\\001\\002\\000\\000\\000\\001\\001'; exec sleep 1000");
    assert_eq!(result(&pool, Deed::Count), Err(Error::Cancelled));
    let pids = pool.worker_pids();
    drop(pool);
    assert!(pids.len() == 1 && !is_there(pids[0]));
}

fn a_worker_that_closes_its_end_and_lives_on_is_killed() {
    let pool = shell("printf 'CF\\001\\002\\000\\000\\000\\001\\001'; exec sleep 1000 > /dev/null");
    assert_eq!(result(&pool, Deed::Count), Err(Error::Cancelled));
    let pids = pool.worker_pids();
    drop(pool);
    assert!(pids.len() == 1 && !is_there(pids[0]));
}

fn a_worker_that_cannot_be_started_breaks_the_pool() {
    let command = |_: &str| Command::new("/no/such/program");
    let pool = builder(2)
        .worker_command(command)
        .build()
        .expect("it can be built");
    assert_broken(
        result(&pool, Deed::Count),
        "worker-1 cannot be started: No such file",
    );
    assert_broken(pool.submit(Deed::Count).map(drop), "cannot be started");
}

fn a_program_that_forgets_to_serve_starts_no_workers_of_its_own() {
    let command = |_: &str| {
        let mut command = Command::new(std::env::current_exe().expect("it runs"));
        command.args(["forgetful"]);
        command
    };
    let pool = builder(1)
        .worker_command(command)
        .build()
        .expect("it can be built");
    assert_lost(result(&pool, Deed::Count), "ended with exit code 42");
}

tests! {
    a_worker_that_refuses_everything_is_mad
    what_a_task_prints_does_no_harm
    what_a_task_reads_is_not_the_next_task
    a_result_that_panics_when_dropped
    a_command_that_panics_breaks_the_pool
    a_task_is_tried_again_if_asked_for
    a_worker_that_sends_nonsense_fails_its_task_alone
    a_worker_that_talks_without_listening_fails_its_task_alone
    a_worker_that_dies_idle_costs_no_task
    a_worker_that_does_not_end_by_itself_is_killed
    a_worker_that_closes_its_end_and_lives_on_is_killed
    a_worker_that_cannot_be_started_breaks_the_pool
    a_program_that_forgets_to_serve_starts_no_workers_of_its_own
}
